"""Starting, pausing, resuming and stopping the clocks of a case, a need or a referral.

A step that may set a due instant returns it, None while there is none, so that the caller stores it beside its own
state. None of them complains about a clock that does not run: the door that calls them knows which steps are legal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from portal.refusals import Conflict
from services.clocks import loading
from services.clocks.models import ClockPolicy, ClockSegment, SegmentQuerySet, WorkCalendar, budget_of

RUN, PAUSE = ClockSegment.Kind.RUN, ClockSegment.Kind.PAUSE
CARRIED = (
    "subject_kind",
    "subject_id",
    "clock",
    "begun_at",
    "budget_minutes",
    "round_the_clock",
    "calendar_id",
    "calendar_version",
    "policy_id",
    "policy_version",
)


class ClockRunning(Conflict):
    """Two started the same clock at once."""

    detail = _("Somebody else has just taken this step. Please look at it as it is now.")


@transaction.atomic(savepoint=False)
def start(
    subject_kind: str,
    subject_id: int,
    clock: str,
    *,
    now: datetime,
    calendar: WorkCalendar | None = None,
    urgency: str = "normal",
    board: str = "",
    item: str = "",
    working_days: Decimal | int | None = None,
    actor: str = "",
) -> datetime | None:
    """Count from now, in three statements; a counting of the same clock that is still open is stopped first.

    The limit is ``working_days`` if given, otherwise that of the policy that fits best. Without either the clock
    runs, so that its time can be told, but nothing falls due.

    :raises ClockRunning: when two start it at the same moment
    """
    used, busy = _calendar(calendar, ClockSegment.objects.of(subject_kind, subject_id, clock).open())
    policy = _policy(clock, urgency, board, item) if working_days is None else None
    if busy:
        stop(subject_kind, subject_id, clock, now=now)
    segment = ClockSegment(
        subject_kind=subject_kind,
        subject_id=subject_id,
        clock=clock,
        kind=RUN,
        begun_at=now,
        started_at=now,
        actor=actor,
        **_terms(used, policy, working_days),
    )
    segment.due_at = reckon(segment, ())
    try:
        segment.save(force_insert=True)
    except IntegrityError as error:
        raise ClockRunning from error
    return segment.due_at


@transaction.atomic(savepoint=False)
def pause(subject_kind: str, subject_id: int, clock: str, *, now: datetime, reason: str, actor: str = "") -> None:
    """Stand still while somebody else owes something; nothing falls due meanwhile."""
    counting = _counting(subject_kind, subject_id, clock)
    if counting and counting[-1].kind == RUN:
        _next(counting[-1], PAUSE, now=now, reason=reason, actor=actor).save(force_insert=True)


@transaction.atomic(savepoint=False)
def resume(subject_kind: str, subject_id: int, clock: str, *, now: datetime, actor: str = "") -> datetime | None:
    """Run on with what is left of the limit; a clock that runs already keeps its due instant."""
    counting = _counting(subject_kind, subject_id, clock)
    if not counting:
        return None
    if counting[-1].kind == RUN:
        return counting[-1].due_at
    running = _next(counting[-1], RUN, now=now, reason="", actor=actor)
    running.due_at = reckon(running, counting)
    running.save(force_insert=True)
    return running.due_at


def stop(subject_kind: str, subject_id: int, clock: str = "", *, now: datetime) -> None:
    """The promise is kept or moot: freeze the clock, or all clocks of the subject when none is named."""
    running = ClockSegment.objects.of(subject_kind, subject_id, clock).open()
    running.update(ended_at=Greatest("started_at", now))


@transaction.atomic(savepoint=False)
def change(
    subject_kind: str,
    subject_id: int,
    clock: str,
    *,
    now: datetime,
    calendar: WorkCalendar | None = None,
    urgency: str = "normal",
    board: str = "",
    item: str = "",
    working_days: Decimal | int | None = None,
) -> datetime | None:
    """Other terms for a clock under way: counted time and pauses stay, only the limit or the calendar is another.

    :param calendar: None keeps the one it runs in.
    """
    counting = _counting(subject_kind, subject_id, clock)
    if not counting:
        return None
    current = counting[-1]
    policy = _policy(clock, urgency, board, item) if working_days is None else None
    terms = _terms(calendar or current.calendar, policy, working_days)
    for column, value in terms.items():
        setattr(current, column, value)
    current.due_at = reckon(current, counting)
    current.save(update_fields=[*terms, "due_at"])
    return current.due_at


def is_running(subject_kind: str, subject_id: int, clock: str) -> bool:
    """Whether the clock was started and not stopped; it may be paused."""
    return ClockSegment.objects.of(subject_kind, subject_id, clock).open().exists()


def reckon(current: ClockSegment, counting: Sequence[ClockSegment]) -> datetime | None:
    """When the open segment falls due, given the segments of its counting."""
    if current.kind == PAUSE or current.budget_minutes is None:
        return None
    pauses = [(each.started_at, each.ended_at) for each in counting if each.kind == PAUSE]
    return current.as_calendar().due(current.begun_at, current.budget_minutes, pauses)


def _calendar(named: WorkCalendar | None, running: SegmentQuerySet) -> tuple[WorkCalendar, bool]:
    """The named or the default calendar as it is now, and whether something is running."""
    calendars = WorkCalendar.objects.annotate(busy=Exists(running))
    wanted = {"is_default": True} if named is None else {"pk": named.pk}
    found = calendars.filter(**wanted).first()
    if found is None:  # a portal whose reference data were never loaded still has to promise something
        loading.load()
        found = calendars.get(is_default=True)
    return found, found.busy


def _policy(clock: str, urgency: str, board: str, item: str) -> ClockPolicy | None:
    return ClockPolicy.objects.fitting(clock, urgency=urgency, board=board, item=item).first()


def _terms(calendar: WorkCalendar, policy: ClockPolicy | None, working_days: Decimal | int | None) -> Mapping[str, Any]:
    """The columns that say what a clock runs under."""
    limit: tuple[int | None, bool] = (None, False)
    if policy is not None:
        limit = budget_of(policy.amount, policy.unit, calendar.working_day_minutes)
    elif working_days is not None:
        limit = budget_of(Decimal(working_days), ClockPolicy.Unit.WORKING_DAYS, calendar.working_day_minutes)
    return {
        "calendar": calendar,
        "calendar_version": calendar.version,
        "policy": policy,
        "policy_version": policy.version if policy else None,
        "budget_minutes": limit[0],
        "round_the_clock": limit[1],
    }


def _counting(subject_kind: str, subject_id: int, clock: str) -> list[ClockSegment]:
    """The segments of the counting under way, in order and locked; none when it is stopped or was never started."""
    found = ClockSegment.objects.of(subject_kind, subject_id, clock).select_related("calendar")
    segments = list(found.select_for_update(of=("self",)).order_by("started_at", "id"))
    if not segments or segments[-1].ended_at is not None:
        return []
    return [each for each in segments if each.begun_at == segments[-1].begun_at]


def _next(current: ClockSegment, kind: str, *, now: datetime, reason: str, actor: str) -> ClockSegment:
    """End the current segment and follow it by one of another kind; time never runs backwards."""
    current.ended_at = max(now, current.started_at)
    current.save(update_fields=["ended_at"])
    carried = {column: getattr(current, column) for column in CARRIED}
    following = ClockSegment(kind=kind, started_at=current.ended_at, reason=reason, actor=actor, **carried)
    following.calendar = current.calendar
    return following
