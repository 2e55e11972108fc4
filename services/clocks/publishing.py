"""Changing calendars and promised times, and bringing the clocks that are under way into line with them.

A publication only raises a version. Clocks reckoned under an older one are found by that, in batches, by whoever looks
next: a run that was broken off, a second run beside it and a day without the scheduler all end in the same state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from services.clocks import reading
from services.clocks.actions import reckon
from services.clocks.models import CalendarDay, ClockPolicy, ClockSegment, WorkCalendar, budget_of

BATCH = 1000
SHARED = ("calendar_version", "policy_version", "budget_minutes", "round_the_clock")


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
class Progress:
    """How far the clocks under way have been brought into line."""

    done: int
    changed: int


@transaction.atomic
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


@transaction.atomic
def publish_year(calendar: WorkCalendar, year: int, days: Iterable[Day], *, now: datetime) -> Published:
    """A whole year from one source: estimated days give way to it, days that a curator entered stay as they are."""
    present = calendar.days.filter(date__year=year)
    wanted = {day.date: day for day in days if day.date.year == year}
    sources = {day.source for day in wanted.values()}
    kept = set(present.filter(estimated=False).exclude(source__in=sources).values_list("date", flat=True))
    given_way = present.filter(Q(estimated=True) | Q(source__in=sources)).exclude(date__in=wanted)
    removed, _ = given_way.delete()
    done = publish(calendar, now=now, days=[day for day in wanted.values() if day.date not in kept])
    return Published(done.version, done.written, len(kept & wanted.keys()), removed)


def year_state(calendar: WorkCalendar, year: int) -> str:
    """``complete``, ``estimated`` while some day of it is in no notice yet, or ``missing``."""
    estimated = set(calendar.days.filter(date__year=year).values_list("estimated", flat=True))
    if not estimated:
        return "missing"
    return "estimated" if True in estimated else "complete"


@transaction.atomic
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
    ``sink(subject_kind, clock, {subject_id: due_at})``, so that the rows that show them agree.
    """
    done = changed = last = 0
    while True:
        with transaction.atomic():
            segments = _claimed(last, batch)
            moved = _reckoned(segments)
            _write(segments, moved)
            _hand_on(moved)
        if not segments:
            return
        done, changed, last = done + len(segments), changed + len(moved), segments[-1].pk
        yield Progress(done, changed)


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


def _claimed(last: int, batch: int) -> list[ClockSegment]:
    """The next stale clocks after an id; what somebody else holds is left to the next run."""
    stale = ClockSegment.objects.stale().filter(pk__gt=last).select_related("calendar", "policy").order_by("pk")
    return list(stale.select_for_update(of=("self",), skip_locked=True)[:batch])


def _reckoned(segments: list[ClockSegment]) -> list[ClockSegment]:
    """Bring the open segments into line; returns those whose due instant moved."""
    pauses = _pauses(segments)
    moved = []
    for segment in segments:
        policy = segment.policy
        if policy is not None and (segment.policy_version or 0) < policy.running_from:
            length = segment.calendar.working_day_minutes
            segment.budget_minutes, segment.round_the_clock = budget_of(policy.amount, policy.unit, length)
            segment.policy_version = policy.version
        segment.calendar_version = segment.calendar.version
        before, segment.due_at = segment.due_at, reckon(segment, pauses.get(_key(segment), ()))
        if segment.due_at != before:
            moved.append(segment)
    return moved


def _write(segments: list[ClockSegment], moved: list[ClockSegment]) -> None:
    """What is the same for many in one statement; due instants row by row, but only where they moved."""
    alike: dict[tuple[Any, ...], list[int]] = {}
    for segment in segments:
        alike.setdefault(tuple(getattr(segment, column) for column in SHARED), []).append(segment.pk)
    for values, ids in alike.items():
        ClockSegment.objects.filter(pk__in=ids).update(**dict(zip(SHARED, values, strict=True)))
    ClockSegment.objects.bulk_update(moved, ["due_at"], batch_size=250)


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
