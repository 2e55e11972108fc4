"""What the clocks show: for one subject or for a page full of them, in one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from portal.kept import kept
from services.clocks import wording
from services.clocks.calendar import Calendar, DayCount
from services.clocks.models import CalendarDay, ClockSegment, WorkCalendar
from services.clocks.names import clock_name
from services.clocks.wording import Told

RUN, PAUSE = ClockSegment.Kind.RUN, ClockSegment.Kind.PAUSE


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
    def name(self) -> str:
        """The clock as people call it."""
        return clock_name(self.clock)

    @property
    def begun_at(self) -> datetime:
        return self.current.begun_at

    @property
    def due_at(self) -> datetime | None:
        """When it falls due, or did when it last ran; None while it stands still."""
        return None if self.paused_since else self._last_run.due_at

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
        """Whether the promise was not, or can no longer be, kept: by its last run, for nothing falls due in a pause."""
        run = self._last_run
        return run.due_at is not None and (run.ended_at or now) > run.due_at

    def told(self, now: datetime) -> Told:
        """The words for a badge."""
        if self.stopped_at is not None:
            return wording.stopped(self.stopped_at, missed=self.missed(now))
        if self.paused_since is not None:
            return wording.paused(self.paused_since, self.current.reason)
        return wording.due(self.due_at, now=now, calendar=self._calendar())

    def days(self, now: datetime) -> tuple[DayCount, ...]:
        """What was counted on every day, up to the due instant or, while there is none, up to now."""
        until = self.current.due_at or self.stopped_at or now
        return self._calendar().explain(self.begun_at, max(self.begun_at, until), self._spans())

    @property
    def _last_run(self) -> ClockSegment:
        return next(each for each in reversed(self.segments) if each.kind == RUN)

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
        """Whether the calendar was published again since this clock was last reckoned, and it will follow."""
        current = self.dial.current
        return current.ended_at is None and current.calendar_version != current.calendar.version

    def lines(self) -> list[str]:
        """In plain words, for everybody."""
        return wording.story(self)

    def details(self) -> list[str]:
        """The same for staff: who paused it, under which rule and which version of the calendar."""
        return wording.story(self, in_full=True)


def of(subject_kind: str, subject_ids: Iterable[int]) -> dict[int, dict[str, Dial]]:
    """The clocks of many subjects by id and name; each with its latest counting."""
    found: dict[int, dict[str, Dial]] = {}
    for dial in _latest(Q(subject_kind=subject_kind, subject_id__in=list(subject_ids))):
        found.setdefault(dial.current.subject_id, {})[dial.clock] = dial
    return found


def why(subject_kind: str, subject_id: int, clock: str, *, now: datetime) -> Why | None:
    """The explanation of one clock; None when it was never started."""
    asked = Q(subject_kind=subject_kind, subject_id=subject_id, clock=clock)
    return next(iter(_explained(_latest(asked), now)), None)


def why_all(subjects: Iterable[tuple[str, int]], *, now: datetime) -> list[Why]:
    """The explanations of all clocks of the given (kind, id), in the order in which they began; two queries for all."""
    ids: dict[str, set[int]] = {}
    for subject_kind, subject_id in subjects:
        ids.setdefault(subject_kind, set()).add(subject_id)
    asked = [Q(subject_kind=subject_kind, subject_id__in=few) for subject_kind, few in ids.items()]
    return _explained(_latest(reduce(or_, asked)), now) if asked else []


def _latest(asked: Q) -> list[Dial]:
    """The latest counting of each clock asked for, in the order in which they began."""
    found = (
        ClockSegment.objects.filter(asked).select_related("calendar", "policy").order_by("ended_at", "started_at", "id")
    )
    countings: dict[tuple[str, int, str], list[ClockSegment]] = {}
    for segment in found:
        key = (segment.subject_kind, segment.subject_id, segment.clock)
        if key in countings and countings[key][-1].begun_at != segment.begun_at:
            del countings[key]
        countings.setdefault(key, []).append(segment)
    return sorted((Dial(tuple(segments)) for segments in countings.values()), key=lambda dial: dial.begun_at)


def _explained(shown: list[Dial], now: datetime) -> list[Why]:
    """With the years whose holidays are only estimated, of all calendars in one query."""
    days = [dial.days(now) for dial in shown]
    counting = {dial.current.calendar_id for dial in shown if not dial.current.round_the_clock}
    estimated = list(
        CalendarDay.objects.filter(calendar__in=counting, estimated=True).values_list("calendar_id", "date")
    )
    return [Why(dial, now, lines, _doubtful(dial, lines, estimated)) for dial, lines in zip(shown, days, strict=True)]


def _doubtful(dial: Dial, days: tuple[DayCount, ...], estimated: list[tuple[int, date]]) -> tuple[int, ...]:
    """The years with estimated days between the first and the last day of an explanation."""
    own = () if dial.current.round_the_clock else (day for pk, day in estimated if pk == dial.current.calendar_id)
    return tuple(sorted({day.year for day in own if days[0].date <= day <= days[-1].date}))


def default_calendar() -> WorkCalendar:
    """The calendar of everybody who has none of their own.

    :raises WorkCalendar.DoesNotExist: before the reference data are loaded
    """
    for calendar in _default():
        return calendar
    raise WorkCalendar.DoesNotExist


@kept
def _default() -> QuerySet[WorkCalendar]:
    return WorkCalendar.objects.filter(is_default=True)
