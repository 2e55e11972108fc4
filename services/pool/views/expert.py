"""What an expert of the pool sees of themselves, and keeps right."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from experts.models import Expert
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.pool.actions import keeping
from services.pool.forms.own import ExpertProfileForm


@requires("pool.keep_own_profile")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def myself(request: HttpRequest) -> HttpResponse:
    """Fields, languages, availability and interests; sending them confirms that they are right."""
    expert = Expert.objects.select_related("employer").filter(user=request.user).first()
    if expert is None:
        return render(request, "pool/myself.html", {"expert": None})
    form = ExpertProfileForm(request.POST if request.method == "POST" else None, expert=expert)
    if request.method == "POST" and form.is_valid():
        keeping.describe_expert(expert, form.columns(), now=timezone.now())
        messages.success(request, _("Kept, and confirmed as up to date."))
        return redirect("pool:myself")
    return render(request, "pool/myself.html", {"expert": expert, "form": form}, status=422 if form.errors else 200)
