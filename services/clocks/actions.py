"""Starting, pausing, resuming and stopping the clocks of a case, a need or a referral.

A step that may set a due instant returns it, None while there is none, so that the caller stores it beside its own
state. None of them complains about a clock that does not run: the door that calls them knows which steps are legal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, Q, QuerySet, TextField
from django.db.models.functions import Cast, Greatest, JSONObject
from django.utils.translation import gettext_lazy as _
from psycopg2.errors import DeadlockDetected

from portal.among import Among
from portal.kept import kept
from portal.refusals import Conflict
from services.clocks import loading
from services.clocks.models import ClockPolicy, ClockSegment, WorkCalendar, budget_of

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
POLICY = {name: name for name in ("id", "clock", "board", "item", "urgency", "unit", "version")} | {
    "amount": Cast("amount", TextField())
}
"""The columns of a policy that a clock starts by; the amount as text, so that it stays exact."""


class ClockRunning(Conflict):
    """Two started the same clock at once."""

    detail = _("Somebody else has just taken this step. Please look at it as it is now.")


@dataclass(frozen=True)
class Start:
    """A clock to be started. Its limit is ``working_days`` if given, otherwise that of the policy that fits best;
    without either the clock runs, so that its time can be told, but nothing falls due. Whatever lies between ``since``
    and its start is counted as used up.
    """

    subject_kind: str
    subject_id: int
    clock: str
    calendar_id: int | None = None
    urgency: str = "normal"
    board: str = ""
    item: str = ""
    working_days: Decimal | int | None = None
    since: datetime | None = None


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
    """Count from now, in two statements; a counting of the same clock that is still open is stopped first.

    :raises ClockRunning: when two start it at the same moment
    """
    calendar_id = calendar.pk if calendar else None
    wanted = Start(subject_kind, subject_id, clock, calendar_id, urgency, board, item, working_days)
    return start_all([wanted], now=now, actor=actor)[0]


@transaction.atomic(savepoint=False)
def start_all(wanted: Sequence[Start], *, now: datetime, actor: str = "") -> list[datetime | None]:
    """The same for several clocks at once, still in two statements; their due instants in the order asked for.

    :raises ClockRunning: when two start one of them at the same moment
    """
    if not wanted:
        return []
    ground = _ground(wanted)
    segments = []
    for each in wanted:
        if ground.busy:
            stop(each.subject_kind, each.subject_id, each.clock, now=now)
        terms = _terms(ground.calendars[each.calendar_id], _fitting(ground.policies, each), each.working_days)
        segments.append(_first(each, terms, now=now, actor=actor))
    try:
        ClockSegment.objects.bulk_create(segments)
    except IntegrityError as error:
        raise ClockRunning from error
    except OperationalError as error:  # each checked the constraint against the other's row, and waited
        if isinstance(error.__cause__, DeadlockDetected):
            raise ClockRunning from error
        raise
    return [segment.due_at for segment in segments]


def _first(wanted: Start, terms: Mapping[str, Any], *, now: datetime, actor: str) -> ClockSegment:
    segment = ClockSegment(
        subject_kind=wanted.subject_kind,
        subject_id=wanted.subject_id,
        clock=wanted.clock,
        kind=RUN,
        begun_at=wanted.since or now,
        started_at=now,
        actor=actor,
        **terms,
    )
    segment.due_at = reckon(segment, ())
    return segment


@transaction.atomic(savepoint=False)
def pause(subject_kind: str, subject_id: int, clock: str, *, now: datetime, reason: str, actor: str = "") -> None:
    """Stand still while somebody else owes something; nothing falls due meanwhile. A clock that stands still already
    does so for the new reason from now on.
    """
    counting = _counting(subject_kind, subject_id, clock)
    if counting and (counting[-1].kind, counting[-1].reason) != (PAUSE, reason):
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
    wanted = Start(subject_kind, subject_id, clock, None, urgency, board, item, working_days)
    policy = _fitting(list(_policies(**_particulars([wanted]))), wanted)
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


@dataclass(frozen=True)
class Ground:
    """What clocks are started on: the named calendars and, for None, the default one, as they are now; the policies,
    the most particular first; and whether one of the clocks runs already.
    """

    calendars: Mapping[int | None, WorkCalendar]
    policies: Sequence[ClockPolicy]
    busy: bool


def _ground(wanted: Sequence[Start]) -> Ground:
    """All of it in one query: the policies come with the calendars."""
    found: list[Any] = _calendars(
        kinds=[each.subject_kind for each in wanted],
        subjects=[each.subject_id for each in wanted],
        clocks=[each.clock for each in wanted],
        named=[each.calendar_id for each in wanted if each.calendar_id],
        **_particulars(wanted),
    )
    if not any(each.is_default for each in found):
        loading.load()  # a portal whose reference data were never loaded still has to promise something
        return _ground(wanted)
    calendars: dict[int | None, WorkCalendar] = {each.pk: each for each in found}
    default = next(each for each in found if each.is_default)
    known = [ClockPolicy(**row | {"amount": Decimal(row["amount"])}) for row in default.policies or ()]
    return Ground(calendars | {None: default}, known, default.busy)


@kept
def _calendars(
    *,
    kinds: list[str],
    subjects: list[int],
    clocks: list[str],
    named: list[int],
    limited: list[str],
    items: list[str],
    boards: list[str],
) -> QuerySet[WorkCalendar]:
    running = ClockSegment.objects.filter(
        Among("subject_kind", kinds), Among("subject_id", subjects), Among("clock", clocks)
    ).open()
    policies = _policies(limited=limited, items=items, boards=boards).values(columns=JSONObject(**POLICY))
    return WorkCalendar.objects.filter(Q(is_default=True) | Q(Among("pk", named))).annotate(
        busy=Exists(running), policies=ArraySubquery(policies)
    )


def _particulars(wanted: Sequence[Start]) -> dict[str, list[str]]:
    """What policies are chosen by: the clocks that bring no limit of their own, the items and the boards."""
    return {
        "limited": [each.clock for each in wanted if each.working_days is None],
        "items": ["", *(each.item for each in wanted)],
        "boards": ["", *(each.board for each in wanted)],
    }


def _policies(*, limited: list[str], items: list[str], boards: list[str]) -> QuerySet[ClockPolicy]:
    """The policies of those clocks, the most particular first."""
    either = ClockPolicy.objects.filter(Among("clock", limited), Among("item", items), Among("board", boards))
    return either.order_by("-item", "-board", "-urgency")


def _fitting(policies: Sequence[ClockPolicy], wanted: Start) -> ClockPolicy | None:
    """The first that fits; none for a clock that brings its own limit."""
    if wanted.working_days is not None:
        return None
    fits = (
        each
        for each in policies
        if each.clock == wanted.clock
        and each.item in {"", wanted.item}
        and each.board in {"", wanted.board}
        and each.urgency in {"", wanted.urgency}
    )
    return next(fits, None)


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
    segments: list[ClockSegment] = _segments(kind=subject_kind, pk=subject_id, clock=clock)
    if not segments or segments[-1].ended_at is not None:
        return []
    return [each for each in segments if each.begun_at == segments[-1].begun_at]


@kept
def _segments(*, kind: str, pk: int, clock: str) -> QuerySet[ClockSegment]:
    found = ClockSegment.objects.of(kind, pk, clock).select_related("calendar")
    return found.select_for_update(of=("self",)).order_by("ended_at", "started_at", "id")


def _next(current: ClockSegment, kind: str, *, now: datetime, reason: str, actor: str) -> ClockSegment:
    """End the current segment and follow it by one of another kind; time never runs backwards."""
    current.ended_at = max(now, current.started_at)
    current.save(update_fields=["ended_at"])
    carried = {column: getattr(current, column) for column in CARRIED}
    following = ClockSegment(kind=kind, started_at=current.ended_at, reason=reason, actor=actor, **carried)
    following.calendar = current.calendar
    return following
