"""One action of a plan: its page, its form, its steps, what it brought in, and help with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import words
from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.files.responses import download
from portal.idempotency.keys import once
from services.boards.asking import WishForm
from services.boards.consulting import people
from services.boards.consulting.actions import ordering, planning, settling
from services.boards.consulting.forms.plans import ActionForm, BenefitForm, DoneForm, DropForm
from services.boards.consulting.models import Finding, PlanAction, RealisedBenefit
from services.boards.consulting.people import SEES, WRITES
from services.boards.consulting.states import ActionState
from services.boards.consulting.views import rows
from services.boards.ordering import MAY_ORDER, may_order
from services.cases.models import Case

LONGEST_NEED = 500


@requires(*SEES)
@require_safe
def action(request: HttpRequest, pk: int) -> HttpResponse:
    return _action(request, rows.action(request, pk))


def _action(request: HttpRequest, row: PlanAction, **forms: Any) -> HttpResponse:
    user, found = request.user, row.diagnosis
    writes = people.may_write(user, found)
    context = {
        "action": row,
        "diagnosis": found,
        "benefits": row.benefits.select_related("paper", "checked_by").order_by("-year"),
        "steps": rows.steps(found, row),
        "cases": Case.objects.visible_to(user).filter(pk__in=row.requests.values("case")).order_by("-pk"),
        "may_write": writes,
        "may_check": people.may_check(user, found),
        "may_report": row.state in {ActionState.DONE, ActionState.CHECKED} and (writes or user.has_perm("boards.keep")),
        "may_drop": user.has_perm("boards.keep"),
        "may_ask": may_order(user),
        "done_form": DoneForm(),
        "drop_form": DropForm(),
        "benefit_form": BenefitForm(initial={"year": timezone.localdate().year}),
        "today": timezone.localdate(),
        **forms,
    }
    return render(request, "boards/consulting/action.html", context, status=422 if forms else 200)


@requires(*WRITES)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """An action for a diagnosis; ``?finding=`` says for which of its findings."""
    found = rows.writable(request, rows.diagnosis(request, pk))
    posted = request.POST if request.method == "POST" else None
    form = ActionForm(posted, diagnosis=found, initial={"finding": words.whole(request.GET.get("finding"))})
    if request.method == "POST" and form.is_valid():
        planning.add_action(found, form.columns, by=request.user, now=timezone.now())
        messages.success(request, _("Entered."))
        return redirect(found)
    context = {"diagnosis": found, "form": form}
    return render(request, "boards/consulting/action_form.html", context, status=422 if form.is_bound else 200)


@requires(*WRITES)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = rows.action(request, pk)
    rows.writable(request, row.diagnosis)
    version = rows.version(request) or row.version
    form = ActionForm(request.POST if request.method == "POST" else None, diagnosis=row.diagnosis, instance=row)
    if request.method == "POST" and form.is_valid():
        planning.change_action(row, form.columns, version=version, by=request.user)
        messages.success(request, _("Saved."))
        return redirect(row)
    context = {"diagnosis": row.diagnosis, "action": row, "form": form, "version": version}
    return render(request, "boards/consulting/action_form.html", context, status=422 if form.is_bound else 200)


@requires(*WRITES)
@require_POST
@once
def done(request: HttpRequest, pk: int) -> HttpResponse:
    row = rows.action(request, pk)
    rows.writable(request, row.diagnosis)
    form = DoneForm(request.POST)
    if not form.is_valid():
        return _action(request, row, done_form=form)
    settling.done(row, by=request.user, now=timezone.now(), note=form.cleaned_data["note"])
    messages.success(request, _("Marked as done. It is checked at the re-check."))
    return redirect(row)


@requires("boards.keep")
@require_POST
@once
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    row = rows.action(request, pk)
    form = DropForm(request.POST)
    if not form.is_valid():
        return _action(request, row, drop_form=form)
    settling.drop(row, form.cleaned_data["why"], by=request.user, now=timezone.now())
    messages.success(request, _("Dropped, with its reason."))
    return redirect(row)


@requires("boards.keep")
@require_POST
@once
def benefit(request: HttpRequest, pk: int) -> HttpResponse:
    """What the action brought in in a year."""
    row = rows.action(request, pk)
    form = BenefitForm(request.POST, request.FILES)
    if not form.is_valid():
        return _action(request, row, benefit_form=form)
    planning.report_benefit(row, **form.cleaned_data, by=request.user, now=timezone.now())
    messages.success(request, _("Recorded. It counts as checked when somebody else has looked at it."))
    return redirect(row)


@requires(*WRITES)
@require_POST
@once
def check_benefit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _benefit(request, pk)
    planning.check_benefit(row, by=request.user, now=timezone.now())
    messages.success(request, _("Recorded as checked."))
    return redirect(row.action)


@requires(*SEES)
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document that supports a benefit."""
    row = _benefit(request, pk)
    if row.paper is None:
        raise Http404
    audit.record(request.user, "downloaded", row)
    return download(row.paper)


def _benefit(request: HttpRequest, pk: int) -> RealisedBenefit:
    seen = RealisedBenefit.objects.visible_to(request.user).select_related("action__diagnosis", "paper")
    return get_object_or_404(seen, pk=pk)


@requires(*MAY_ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def help_with_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a case of an action."""
    row = rows.action(request, pk)
    words = [row.text, row.finding.text if row.finding else ""]
    return _help(request, row, "\n".join(filter(None, words)))


@requires(*MAY_ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def help_with_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a case of a finding."""
    row = rows.finding(request, pk)
    return _help(request, row, row.text)


def _help(request: HttpRequest, row: PlanAction | Finding, words: str) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = WishForm(posted, user=request.user, initial={"text": words[:LONGEST_NEED]})
    if request.method == "POST" and form.is_valid():
        case = ordering.ask_for_help(form.cleaned_data["text"], row, asking=form.asking(), now=timezone.now())
        messages.success(request, _("Sent. Your number is %(number)s.") % {"number": case.number})
        return redirect(case)
    context = {"row": row, "diagnosis": row.diagnosis, "form": form}
    return render(request, "boards/consulting/help.html", context, status=422 if form.is_bound else 200)
