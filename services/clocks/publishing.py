"""Changing calendars and promised times, and bringing the clocks that are under way into line with them.

A publication only raises a version. Clocks reckoned under an older one are found by that, in batches, by whoever looks
next: a run that was broken off, a second run beside it and a day without the scheduler all end in the same state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.module_loading import import_string

from portal.transactions import as_one
from services.clocks import reading
from services.clocks.actions import reckon
from services.clocks.models import CalendarDay, ClockPolicy, ClockSegment, WorkCalendar, budget_of

BATCH = 1000
PATIENCE = "500ms"  # less than the second after which the database looks for two that wait for each other
WRITTEN = ("id", "calendar_version", "policy_version", "budget_minutes", "round_the_clock", "due_at")
WRITE = """
    UPDATE clocks_clocksegment AS clock
    SET calendar_version = new.calendar_version, policy_version = new.policy_version,
        budget_minutes = new.budget_minutes, round_the_clock = new.round_the_clock, due_at = new.due_at
    FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::bool[], %s::timestamptz[])
        AS new (id, calendar_version, policy_version, budget_minutes, round_the_clock, due_at)
    WHERE clock.id = new.id
"""


@dataclass(frozen=True)
class Day:
    """What one date shall do; no windows close it."""

    date: date
    windows: tuple[tuple[int, int], ...] = ()
    reason: str = ""
    source: str = ""
    estimated: bool = False


@dataclass(frozen=True)
class Published:
    """What a publication did to the days."""

    version: int
    written: int
    kept: int
    removed: int


@dataclass(frozen=True)
class YearPlan:
    """What a year from one source would add, change, leave, take away, and not touch because it was entered here."""

    new: list[Day] = field(default_factory=list)
    changed: list[Day] = field(default_factory=list)
    same: list[Day] = field(default_factory=list)
    removed: list[CalendarDay] = field(default_factory=list)
    kept: list[CalendarDay] = field(default_factory=list)

    @property
    def written(self) -> list[Day]:
        return [*self.new, *self.changed, *self.same]

    @property
    def changes(self) -> bool:
        """Whether anything would be other than it is."""
        return bool(self.new or self.changed or self.removed)


@dataclass(frozen=True)
class Progress:
    """How far the clocks under way have been brought into line."""

    done: int
    changed: int


@as_one
def publish(calendar: WorkCalendar, *, now: datetime, days: Iterable[Day] = ()) -> Published:
    """Write the given days, and let the calendar as it now stands reach the clocks.

    :raises CalendarNeverOpens: when it would have no working time in the 400 days from now
    """
    version = WorkCalendar.objects.select_for_update().values_list("version", flat=True).get(pk=calendar.pk) + 1
    rows = [_row(calendar, day) for day in days]
    CalendarDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["calendar", "date"],
        update_fields=["windows", "reason", "source", "estimated"],
    )
    calendar.built(calendar.days.all()).next_open(now)
    calendar.version, calendar.published_at = version, now
    calendar.save()
    return Published(version, len(rows), 0, 0)


def plan_year(calendar: WorkCalendar, year: int, days: Iterable[Day]) -> YearPlan:
    """What a whole year from one source would do: estimated days give way, days that a curator entered stay."""
    wanted = {day.date: day for day in days if day.date.year == year}
    sources = {day.source for day in wanted.values()}
    plan = YearPlan()
    for row in calendar.days.filter(date__year=year).order_by("date"):
        day = wanted.pop(row.date, None)
        if not (row.estimated or row.source in sources):
            plan.kept.append(row)
        elif day is None:
            plan.removed.append(row)
        else:
            (plan.same if _says(row, day) else plan.changed).append(day)
    plan.new.extend(wanted[date] for date in sorted(wanted))
    return plan


@as_one
def publish_year(calendar: WorkCalendar, year: int, days: Iterable[Day], *, now: datetime) -> Published:
    """Write and publish a whole year from one source, as :func:`plan_year` says.

    :raises CalendarNeverOpens: when it would have no working time in the 400 days from now
    """
    given = list(days)
    plan = plan_year(calendar, year, given)
    calendar.days.filter(pk__in=[row.pk for row in plan.removed]).delete()
    done = publish(calendar, now=now, days=plan.written)
    kept = {row.date for row in plan.kept} & {day.date for day in given}
    return Published(done.version, done.written, len(kept), len(plan.removed))


def year_state(calendar: WorkCalendar, year: int) -> str:
    """``complete``, ``estimated`` while some day of it is in no notice yet, or ``missing``."""
    estimated = set(calendar.days.filter(date__year=year).values_list("estimated", flat=True))
    if not estimated:
        return "missing"
    return "estimated" if True in estimated else "complete"


@as_one
def change_policy(policy: ClockPolicy, *, amount: Decimal, unit: str, running: bool) -> ClockPolicy:
    """Another limit, for clocks started from now on and, if wanted, for those under way; their pauses stay.

    :param running: bring the clocks under way into line as well.
    """
    policy.version = ClockPolicy.objects.select_for_update().values_list("version", flat=True).get(pk=policy.pk) + 1
    policy.amount, policy.unit = amount, unit
    if running:
        policy.running_from = policy.version
    policy.full_clean()
    policy.save()
    return policy


def outstanding() -> int:
    """Clocks that still count by an older calendar or policy."""
    return ClockSegment.objects.stale().count()


def refresh(*, batch: int = BATCH) -> Iterator[Progress]:
    """Reckon every clock again that counts by an older calendar or policy; one transaction and one report per batch.

    New due instants are handed, in the same transaction, to the callables named in ``settings.CLOCK_DUE_SINKS``:
    ``sink(subject_kind, clock, {subject_id: due_at})``, so that the rows that show them agree. A batch that would wait
    for somebody's step is left to the next run: that step may be waiting for a clock of this batch.
    """
    done = changed = last = 0
    while ids := _next_stale(last, batch):
        last = ids[-1]
        with suppress(OperationalError), transaction.atomic():
            reckoned, moved = _bring_into_line(ids)
            done, changed = done + reckoned, changed + moved
        yield Progress(done, changed)


def _says(row: CalendarDay, day: Day) -> bool:
    told = (day.windows, day.reason, day.source, day.estimated)
    return (reading.windows(row.windows), row.reason, row.source, row.estimated) == told


def _row(calendar: WorkCalendar, day: Day) -> CalendarDay:
    row = CalendarDay(
        calendar=calendar,
        date=day.date,
        windows=reading.written(day.windows),
        reason=day.reason,
        source=day.source,
        estimated=day.estimated,
    )
    row.clean()
    return row


def _next_stale(last: int, batch: int) -> list[int]:
    stale = ClockSegment.objects.stale().filter(pk__gt=last).order_by("pk")
    return list(stale.values_list("pk", flat=True)[:batch])


def _bring_into_line(ids: list[int]) -> tuple[int, int]:
    """Reckon these clocks again; what somebody else holds is left to the next run. How many, and how many moved."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [PATIENCE])
    stale = ClockSegment.objects.stale().filter(pk__in=ids).select_for_update(of=("self",), skip_locked=True)
    segments = list(stale)
    moved = _reckoned(segments)
    _write(segments)
    _hand_on(moved)
    return len(segments), len(moved)


def _reckoned(segments: list[ClockSegment]) -> list[ClockSegment]:
    """Bring the open segments into line; returns those whose due instant moved."""
    pauses = _pauses(segments)
    calendars = WorkCalendar.objects.in_bulk({segment.calendar_id for segment in segments})
    policies = ClockPolicy.objects.in_bulk({segment.policy_id for segment in segments if segment.policy_id})
    moved = []
    for segment in segments:
        segment.calendar = calendars[segment.calendar_id]
        policy = policies.get(segment.policy_id or 0)
        if policy is not None and (segment.policy_version or 0) < policy.running_from:
            length = segment.calendar.working_day_minutes
            segment.budget_minutes, segment.round_the_clock = budget_of(policy.amount, policy.unit, length)
            segment.policy_version = policy.version
        segment.calendar_version = segment.calendar.version
        before, segment.due_at = segment.due_at, reckon(segment, pauses.get(_key(segment), ()))
        if segment.due_at != before:
            moved.append(segment)
    return moved


def _write(segments: list[ClockSegment]) -> None:
    if not segments:
        return
    rows = [tuple(getattr(segment, column) for column in WRITTEN) for segment in segments]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [list(column) for column in zip(*rows, strict=True)])


def _key(segment: ClockSegment) -> tuple[Any, ...]:
    return segment.subject_kind, segment.subject_id, segment.clock, segment.begun_at


def _pauses(segments: list[ClockSegment]) -> dict[tuple[Any, ...], list[ClockSegment]]:
    """The pauses of the same countings, in one query."""
    found = ClockSegment.objects.filter(
        kind=ClockSegment.Kind.PAUSE,
        subject_id__in={segment.subject_id for segment in segments},
        subject_kind__in={segment.subject_kind for segment in segments},
    )
    grouped: dict[tuple[Any, ...], list[ClockSegment]] = {}
    for pause in found:
        grouped.setdefault(_key(pause), []).append(pause)
    return grouped


def _hand_on(moved: list[ClockSegment]) -> None:
    grouped: dict[tuple[str, str], dict[int, datetime | None]] = {}
    for segment in moved:
        grouped.setdefault((segment.subject_kind, segment.clock), {})[segment.subject_id] = segment.due_at
    sinks = [import_string(path) for path in getattr(settings, "CLOCK_DUE_SINKS", [])]
    for (subject_kind, clock), dues in grouped.items():
        for sink in sinks:
            sink(subject_kind, clock, dues)
