"""What an expert sees: the visits they are named for, and the declaration that comes before the file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.boards.consulting.actions import naming
from services.boards.consulting.forms.plans import DeclareForm
from services.boards.consulting.models import Naming

MOST = 100


@requires("boards.advise")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    rows = Naming.objects.of(request.user).select_related("diagnosis__enterprise").order_by("-pk")[:MOST]
    return render(request, "boards/consulting/mine.html", {"rows": rows})


@requires("boards.advise")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare interests; the file opens to whoever has none."""
    row = get_object_or_404(Naming.objects.of(request.user).select_related("diagnosis__enterprise"), pk=pk)
    if row.is_admitted and request.method != "POST":
        return redirect(row.diagnosis)
    form = DeclareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("conflict", "interests")}
        made = naming.declare(row, **said, by=request.user, now=timezone.now())
        messages.success(request, _("Thank you, that is recorded."))
        return redirect(row.diagnosis if made.is_admitted else reverse("consulting:mine"))
    context = {"naming": row, "form": form}
    return render(request, "boards/consulting/declare.html", context, status=422 if form.is_bound else 200)
