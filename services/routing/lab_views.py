"""The rule lab: the numbers in force, a draft of others, and what it would have changed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.access import requires
from portal.accounts.models import User
from portal.idempotency.keys import once
from services.routing import exposure, replaying, rules
from services.routing import lab as actions
from services.routing.forms import PublishForm, RulesForm
from services.routing.models import MatchRecord, MatchRules
from services.routing.replaying import Replay
from services.routing.sentences import FACTOR_NAMES

DAYS = (30, 90, 365)
VERSIONS_SHOWN = 20


@require_safe
@requires("routing.change_matchrules", "routing.view_matchrules", "triage.lead")
def lab(request: HttpRequest) -> HttpResponse:
    """The draft against the records of the last days, for whoever may know of them."""
    return _page(request, actions.draft())


@requires("routing.change_matchrules")
@require_POST
@once
def begin(request: HttpRequest) -> HttpResponse:
    actions.begin(by=request.user, now=timezone.now(), today=timezone.localdate())
    return redirect("routing:lab")


@requires("routing.change_matchrules")
@require_POST
@once
def save(request: HttpRequest) -> HttpResponse:
    row = _draft()
    form = RulesForm(request.POST, instance=row)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    actions.save(row, by=request.user, now=timezone.now(), **form.numbers())
    messages.success(request, _("Saved. Below is what it would have changed."))
    return redirect("routing:lab")


@requires("routing.change_matchrules")
@require_POST
@once
def publish(request: HttpRequest) -> HttpResponse:
    row, today = _draft(), timezone.localdate()
    form = PublishForm(request.POST, today=today, auto_id="publish_%s")
    if not form.is_valid():
        return _page(request, row, publishing=form, status=422)
    actions.publish(row, by=request.user, now=timezone.now(), today=today, **form.cleaned_data)
    messages.success(request, _("Published. The rules are dated and cannot be changed any more."))
    return redirect("routing:lab")


@requires("routing.change_matchrules")
@require_POST
@once
def discard(request: HttpRequest) -> HttpResponse:
    actions.discard(_draft(), by=request.user)
    messages.success(request, _("The draft is gone. The rules in force stay as they are."))
    return redirect("routing:lab")


def _draft() -> MatchRules:
    row = actions.draft()
    if row is None:
        raise actions.DraftChanged
    return row


def _page(
    request: HttpRequest,
    row: MatchRules | None,
    form: forms.Form | RulesForm | None = None,
    *,
    publishing: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    today, days = timezone.localdate(), _days(request)
    current = rules.in_force(today)
    form = form or (RulesForm(instance=row) if row else None)
    replay = _replay(request.user, row, days) if row and status == 200 else None
    context = {
        "current": current,
        "published": MatchRules.objects.published().select_related("published_by")[:VERSIONS_SHOWN],
        "today": today,
        "draft": row,
        "form": form,
        "lines": _lines(current, row, form),
        "edits": request.user.has_perm("routing.change_matchrules"),
        "publishing": publishing or _publishing(row),
        "days": days,
        "spans": DAYS,
        "replay": replay,
        "readable": _readable(request.user, replay),
    }
    return render(request, "routing/lab.html", context, status=status)


def _lines(current: rules.Rules, row: MatchRules | None, form: Any) -> list[dict[str, Any]]:
    """Each weight in force beside that of the draft."""
    return [
        {
            "name": FACTOR_NAMES[code],
            "weight": current.weight(code),
            "drafted": row.weights.get(code, 0) if row else None,
            "field": form[f"weight_{code}"] if form else None,
        }
        for code in rules.WEIGHTS
    ]


def _publishing(row: MatchRules | None) -> PublishForm | None:
    today = timezone.localdate()
    if row is None:
        return None
    said = {"read": actions.stamp(row), "begins_on": today + timedelta(days=1), "note": row.note}
    return PublishForm(initial=said, today=today, auto_id="publish_%s")


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in map(str, DAYS) else DAYS[1]


def _replay(user: User, row: MatchRules, days: int) -> Replay:
    since = timezone.now() - timedelta(days=days)
    return replaying.replay(replaying.replayable(exposure.counted(user), since=since), rules.of(row))


def _readable(user: User, replay: Replay | None) -> set[int]:
    """The examples whose record this reader may open: curators keep the rules and read no cases."""
    if replay is None or not user.reads_cases:
        return set()
    shown = [each.record.pk for each in replay.examples]
    return set(MatchRecord.objects.visible_to(user).filter(pk__in=shown).values_list("pk", flat=True))
