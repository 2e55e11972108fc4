"""What the clocks show: for one subject or for a page full of them, in one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.clocks import wording
from services.clocks.calendar import Calendar, DayCount
from services.clocks.models import ClockSegment, WorkCalendar
from services.clocks.wording import Told

PAUSE = ClockSegment.Kind.PAUSE


@dataclass(frozen=True)
class Dial:
    """One clock of one subject: the segments of its latest counting, in order."""

    segments: tuple[ClockSegment, ...]

    @property
    def current(self) -> ClockSegment:
        return self.segments[-1]

    @property
    def clock(self) -> str:
        return self.current.clock

    @property
    def begun_at(self) -> datetime:
        return self.current.begun_at

    @property
    def due_at(self) -> datetime | None:
        return self.current.due_at

    @property
    def stopped_at(self) -> datetime | None:
        return self.current.ended_at

    @property
    def paused_since(self) -> datetime | None:
        standing = self.current.kind == PAUSE and self.stopped_at is None
        return self.current.started_at if standing else None

    @property
    def pauses(self) -> tuple[ClockSegment, ...]:
        return tuple(each for each in self.segments if each.kind == PAUSE)

    def elapsed(self, now: datetime) -> int:
        """Working minutes counted so far; frozen when the clock was stopped."""
        until = max(self.begun_at, self.stopped_at or now)
        return self._calendar().elapsed(self.begun_at, until, self._spans())

    def left(self, now: datetime) -> int | None:
        """Working minutes left of the limit, below zero when it is exceeded; None without a limit."""
        budget = self.current.budget_minutes
        return None if budget is None else budget - self.elapsed(now)

    def missed(self, now: datetime) -> bool:
        """Whether the promise was not, or can no longer be, kept."""
        return self.due_at is not None and (self.stopped_at or now) > self.due_at

    def told(self, now: datetime) -> Told:
        """The words for a badge."""
        if self.stopped_at is not None:
            return wording.stopped(self.stopped_at, missed=self.missed(now))
        if self.paused_since is not None:
            return wording.paused(self.paused_since)
        return wording.due(self.due_at, now=now, calendar=self._calendar())

    def days(self, now: datetime) -> tuple[DayCount, ...]:
        """What was counted on every day, up to the due instant or, while there is none, up to now."""
        until = self.due_at or self.stopped_at or now
        return self._calendar().explain(self.begun_at, max(self.begun_at, until), self._spans())

    def _calendar(self) -> Calendar:
        return self.current.as_calendar()

    def _spans(self) -> list[tuple[datetime, datetime | None]]:
        return [(each.started_at, each.ended_at) for each in self.pauses]


@dataclass(frozen=True)
class Why:
    """Why a deadline is what it is: enough for a page to tell it line by line."""

    dial: Dial
    now: datetime
    days: tuple[DayCount, ...]
    estimated_years: tuple[int, ...]

    @property
    def superseded(self) -> bool:
        """Whether the calendar was published again after this clock was last reckoned."""
        return self.dial.current.calendar_version != self.dial.current.calendar.version

    def lines(self) -> list[str]:
        """In plain words, for everybody."""
        return wording.story(self)


def of(subject_kind: str, subject_ids: Iterable[int]) -> dict[int, dict[str, Dial]]:
    """The clocks of many subjects by id and name; each with its latest counting."""
    found = ClockSegment.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids))
    countings: dict[int, dict[str, list[ClockSegment]]] = {}
    for segment in found.select_related("calendar", "policy").order_by("started_at", "id"):
        held = countings.setdefault(segment.subject_id, {}).setdefault(segment.clock, [])
        if held and held[-1].begun_at != segment.begun_at:
            held.clear()
        held.append(segment)
    return {
        subject_id: {clock: Dial(tuple(segments)) for clock, segments in clocks.items()}
        for subject_id, clocks in countings.items()
    }


def why(subject_kind: str, subject_id: int, clock: str, *, now: datetime) -> Why | None:
    """The explanation of one clock; None when it was never started."""
    dial = of(subject_kind, [subject_id]).get(subject_id, {}).get(clock)
    if dial is None:
        return None
    days = dial.days(now)
    estimated = dial.current.calendar.days.filter(estimated=True, date__range=(days[0].date, days[-1].date))
    return Why(dial, now, days, tuple(sorted({day.year for day in estimated.values_list("date", flat=True)})))


def default_calendar() -> WorkCalendar:
    """The calendar of everybody who has none of their own.

    :raises WorkCalendar.DoesNotExist: before the reference data are loaded
    """
    return WorkCalendar.objects.get(is_default=True)
