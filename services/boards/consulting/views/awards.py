"""The page of an award application: its criteria, who coaches and who judges."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.boards.consulting import people
from services.boards.consulting.actions import judging
from services.boards.consulting.forms.awards import ChecklistForm, PartForm
from services.boards.consulting.models import AwardApplication, Criterion
from services.boards.consulting.registers import AWARDS
from services.boards.consulting.views import rows


@requires("boards.keep", "boards.read")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick what is ready and say where it is shown."""
    row = _application(request, pk)
    form = _form(request, row)
    if request.method == "POST" and not request.user.has_perm("boards.keep"):
        people.check_desk(request.user)
    if request.method == "POST" and form.is_valid():
        judging.answer(row, form.said, by=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("consulting:checklist", pk)
    return _page(request, row, form=form)


@requires("boards.keep")
@require_POST
@once
def take_part(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who coaches or judges; whoever coached may not judge."""
    row = _application(request, pk)
    form = PartForm(request.POST)
    if not form.is_valid():
        return _page(request, row, part_form=form)
    now, said = timezone.now(), form.cleaned_data
    judging.take_part(row, said["expert"], said["part"], by=request.user, now=now, today=timezone.localdate())
    messages.success(request, _("Recorded."))
    return redirect("consulting:checklist", pk)


def _application(request: HttpRequest, pk: int) -> AwardApplication:
    seen = AwardApplication.objects.visible_to(request.user).select_related("enterprise")
    found: AwardApplication = get_object_or_404(seen, pk=pk)
    return found


def _form(request: HttpRequest, row: AwardApplication, *, bound: bool = True) -> ChecklistForm:
    criteria = list(Criterion.objects.filter(scheme=row.scheme, active=True).order_by("order"))
    answers = {one.criterion_id: one for one in row.answers.all()}
    posted = request.POST if request.method == "POST" and bound else None
    return ChecklistForm(posted, criteria=criteria, answers=answers)


def _page(request: HttpRequest, row: AwardApplication, **forms: Any) -> HttpResponse:
    form: ChecklistForm = forms.pop("form", None) or _form(request, row, bound=False)
    ready = sum(bool(field.value()) for _one, field, _said in form.lines())
    context = {
        **rows.around(row.enterprise, AWARDS),
        "row": row,
        "form": form,
        "ready": ready,
        "percent": 100 * ready // max(len(form.criteria), 1),
        "parts": row.parts.select_related("expert").order_by("pk"),
        "part_form": PartForm(),
        "is_desk": people.is_desk(request.user),
        "may_keep": request.user.has_perm("boards.keep"),
        "today": timezone.localdate(),
        **forms,
    }
    return render(request, "boards/consulting/award.html", context, status=422 if form.is_bound or forms else 200)
