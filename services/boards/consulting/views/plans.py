"""The working page of a plan, the board of all actions, re-checks, closing, printing."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.models import Enterprise
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.boards.consulting import contents, people, totals
from services.boards.consulting.actions import naming, settling
from services.boards.consulting.forms.plans import NameForm, RecheckForm, ReopenForm
from services.boards.consulting.models import Diagnosis, PlanAction
from services.boards.consulting.people import SEES, WRITES
from services.boards.consulting.registers import ALL_ACTIONS, DIAGNOSES
from services.boards.consulting.states import SETTLED, ActionState
from services.boards.consulting.views import rows
from services.boards.ordering import may_order

SOON = timedelta(days=30)
MOST_ON_THE_BOARD = 200
MOST_SETTLED = 20


@requires(*SEES)
@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Findings by step of the process, actions with due day and state, what it should bring in and has."""
    return _plan(request, rows.diagnosis(request, pk))


def _plan(request: HttpRequest, found: Diagnosis, **forms: Any) -> HttpResponse:
    today = timezone.localdate()
    writes = people.may_write(request.user, found)
    context = {
        **rows.around(found.enterprise, DIAGNOSES),
        **contents.of(found, today=today),
        "may_write": writes,
        "may_check": writes and people.may_check(request.user, found),
        "is_desk": people.is_desk(request.user),
        "may_ask": may_order(request.user),
        "may_browse": request.user.has_perm("boards.keep") or request.user.has_perm("boards.read"),
        "namings": found.namings.select_related("expert").order_by("pk"),
        "steps": rows.steps(found)[:12],
        "name_form": NameForm(),
        "reopen_form": ReopenForm(),
        "today": today,
        **forms,
    }
    return render(request, "boards/consulting/plan.html", context, status=422 if forms else 200)


@requires("boards.keep", "boards.read")
@require_safe
def board(request: HttpRequest, enterprise: int) -> HttpResponse:
    """Every action of an enterprise, whatever the diagnosis, by what is to be done about it."""
    owner = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=enterprise)
    today = timezone.localdate()
    mine = (
        PlanAction.objects.visible_to(request.user).of(owner).select_related("diagnosis").prefetch_related("benefits")
    )
    waiting = list(mine.unsettled().order_by("due_on", "pk")[:MOST_ON_THE_BOARD])
    settled = list(mine.filter(state__in=SETTLED).order_by("-pk")[:MOST_SETTLED])
    open_now = [row for row in waiting if row.state == ActionState.OPEN]
    groups = [
        (_("Overdue"), "trouble", [row for row in open_now if row.due_on < today]),
        (_("Due within 30 days"), "asking", [row for row in open_now if today <= row.due_on <= today + SOON]),
        (_("In more than 30 days"), "waiting", [row for row in open_now if row.due_on > today + SOON]),
        (_("Done, to be checked"), "moving", [row for row in waiting if row.state == ActionState.DONE]),
        (_("Settled lately"), "done", settled),
    ]
    context = {
        **rows.around(owner, ALL_ACTIONS),
        "groups": [group for group in groups if group[2]],
        "totals": totals.of(mine, late=sum(row.due_on < today for row in open_now)),
        "today": today,
    }
    return render(request, "boards/consulting/board.html", context)


@requires(*WRITES)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a visit that looked at what is said to be done."""
    found = rows.diagnosis(request, pk)
    people.check_may_check(request.user, found)
    waiting = list(found.actions.filter(state=ActionState.DONE).order_by("due_on", "pk"))
    form = RecheckForm(request.POST if request.method == "POST" else None, diagnosis=found, waiting=waiting)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("visited_on", "summary")}
        settling.recheck(found, **said, found=form.found, by=request.user, now=timezone.now())
        messages.success(request, _("The re-check is recorded."))
        return redirect(found)
    context = {"diagnosis": found, "form": form, "waiting": waiting}
    return render(request, "boards/consulting/recheck.html", context, status=422 if form.is_bound else 200)


@requires("boards.keep")
@require_POST
@once
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = rows.diagnosis(request, pk)
    settling.close(found, by=request.user, now=timezone.now())
    messages.success(request, _("The plan is closed. Every action was checked or dropped."))
    return redirect(found)


@requires("boards.keep")
@require_POST
@once
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = rows.diagnosis(request, pk)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _plan(request, found, reopen_form=form)
    settling.reopen(found, form.cleaned_data["why"], by=request.user, now=timezone.now())
    messages.success(request, _("The plan is open again."))
    return redirect(found)


@requires("boards.keep")
@require_POST
@once
def name_expert(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask an expert to declare their interests and take part."""
    found = rows.diagnosis(request, pk)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _plan(request, found, name_form=form)
    naming.name(found, form.cleaned_data["expert"], by=request.user, now=timezone.now())
    messages.success(request, _("Named. The expert sees the file after declaring their interests."))
    return redirect(found)
