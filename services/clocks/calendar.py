"""Working-time arithmetic: how much working time lies between two instants, and when a budget of it is used up.

Pure Python, no Django and no database. Everything is counted in whole minutes: an instant stands for the minute it
lies in, a window and a pause include their first minute and exclude their end. A minute is open when the wall clock of
the calendar's time zone reads a time inside one of the day's windows, so days on which the clocks change need no rule
of their own.

Speed: the windows of a year are laid out once as sorted numbers with running totals; after that elapsed time and due
instants are a few binary searches, whatever the length of the span.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.clocks.faults import BadCalendar, BadSpan, CalendarNeverOpens

DAY = 1440
LONGEST_CLOSURE = 400 * DAY
FIRST_YEAR, LAST_YEAR = 1900, 2199
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FIRST, _LAST = ((date(year, 1, 2).toordinal() - _EPOCH_DAY) * DAY for year in (FIRST_YEAR, LAST_YEAR))
_NEVER = 1 << 62

Window = tuple[int, int]  # minutes of the local day, end excluded: (540, 720) is 09:00–12:00
Span = tuple[int, int]  # minutes since 1970 in UTC, end excluded
Pause = tuple[datetime, datetime | None]  # None: still open


class Override(NamedTuple):
    """What one date does instead of its weekday: other windows, or none at all."""

    windows: tuple[Window, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DayCount:
    """One line of an explanation: what a date gave, and the sum so far."""

    date: date
    reason: str
    opens: bool
    counted: tuple[tuple[datetime, datetime], ...]
    minutes: int
    total: int


class _Year:
    """The working windows of one local year as sorted numbers with running totals."""

    __slots__ = ("ends", "reached", "starts", "total")

    def __init__(self, spans: Iterable[Span]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.reached: list[int] = []
        self.total = 0
        for start, end in spans:
            self.starts.append(start)
            self.ends.append(end)
            self.total += end - start
            self.reached.append(self.total)

    def worked(self, minute: int) -> int:
        """Working minutes of this year before the given minute."""
        index = bisect_right(self.starts, minute) - 1
        if index < 0:
            return 0
        return self.reached[index] - max(0, self.ends[index] - minute)

    def earliest(self, minutes: int) -> int:
        """The earliest minute by which so many minutes (1 … total) were worked."""
        index = bisect_left(self.reached, minutes)
        return self.ends[index] - (self.reached[index] - minutes)

    def latest(self, minutes: int) -> int:
        """The latest minute before which no more than so many minutes (0 … total − 1) were worked."""
        index = bisect_right(self.reached, minutes)
        return self.ends[index] - (self.reached[index] - minutes)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Weekly windows (Monday first), dated overrides that open or close a day or a part of it, and a time zone.

    :raises BadCalendar: for an unknown time zone, or windows that are empty, overlap or leave the day
    :raises CalendarNeverOpens: when nothing in it is ever open
    """

    timezone: str
    weekly: tuple[tuple[Window, ...], ...]
    overrides: Mapping[date, Override] = field(default_factory=dict)
    working_day_minutes: int = 420
    zone: ZoneInfo = field(init=False, repr=False)
    _years: dict[int, _Year] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise BadCalendar("A week has seven days.")
        if self.working_day_minutes <= 0:
            raise BadCalendar("A working day must have at least one minute.")
        overrides = {day: Override(ordered(each.windows), each.reason) for day, each in self.overrides.items()}
        set_once = object.__setattr__
        set_once(self, "zone", _zone(self.timezone))
        set_once(self, "weekly", tuple(ordered(windows) for windows in self.weekly))
        set_once(self, "overrides", MappingProxyType(overrides))
        if not any(self.weekly) and not any(each.windows for each in overrides.values()):
            raise CalendarNeverOpens

    @staticmethod
    @lru_cache(maxsize=16)
    def round_the_clock(timezone: str) -> Calendar:
        """Every minute counts: for promises made in calendar days."""
        return Calendar(timezone, (((0, DAY),),) * 7, {}, DAY)

    # What is asked of a calendar ------------------------------------------------------------------------------------

    def elapsed(self, start: datetime, until: datetime, pauses: Iterable[Pause] = ()) -> int:
        """Working minutes from start to until that lie in no pause.

        :raises BadSpan: when until lies before start, or a pause ends before it begins
        """
        first, last = _minute(start), _minute(until)
        if last < first:
            raise BadSpan("%(until)s lies before the start.", until=until.isoformat())
        worked = self._worked(first, last)
        for begin, end in _merged(pauses, first, last):
            worked -= self._worked(begin, end)
        return worked

    def due(self, start: datetime, budget_minutes: int, pauses: Iterable[Pause] = ()) -> datetime | None:
        """The earliest instant at which the elapsed working minutes reach the budget; None while an open pause holds.

        :raises CalendarNeverOpens: when more than 400 days on the way have no working time
        """
        if budget_minutes < 0:
            raise BadSpan("A budget cannot be negative.")
        cursor, left = _minute(start), budget_minutes
        held = _merged(pauses, cursor, _NEVER)
        if not left:
            return start.astimezone(self.zone)
        for begin, end in held:
            free = self._worked(cursor, begin)
            if free >= left:
                break
            if end == _NEVER:
                return None
            left -= free
            cursor = end
        return self._instant(self._reach(cursor, left))

    def add_working_days(self, start: datetime, days: int, pauses: Iterable[Pause] = ()) -> datetime | None:
        """Due after so many working days of the calendar's usual length."""
        return self.due(start, days * self.working_day_minutes, pauses)

    def before(self, until: datetime, minutes: int) -> datetime:
        """The latest instant from which so many working minutes are left until the given one: for warnings ahead.

        :raises CalendarNeverOpens: when two whole years on the way back have no working time
        """
        if minutes < 0:
            raise BadSpan("A budget cannot be negative.")
        if not minutes:
            return until.astimezone(self.zone)
        last = _minute(until)
        number = self._year_of(last)
        left = self._year(number).worked(last) - minutes
        closed = 0
        while left < 0:
            number -= 1
            total = self._year(number).total
            closed = 0 if total else closed + 1
            if closed == 2:
                raise CalendarNeverOpens
            left += total
        return self._instant(self._year(number).latest(left))

    def is_open(self, at: datetime) -> bool:
        """Whether the instant lies in working time."""
        return self._closing(_minute(at)) is not None

    def open_until(self, at: datetime) -> datetime | None:
        """When the window that holds the instant ends; None outside working time."""
        end = self._closing(_minute(at))
        return None if end is None else self._instant(end)

    def next_open(self, at: datetime) -> datetime:
        """The instant itself when it is open, otherwise the beginning of the next window.

        :raises CalendarNeverOpens: when none begins within 400 days
        """
        minute = _minute(at)
        if self._closing(minute) is not None:
            return at.astimezone(self.zone)
        return self._instant(self._reach(minute, 1) - 1)

    def explain(self, start: datetime, until: datetime, pauses: Iterable[Pause] = ()) -> tuple[DayCount, ...]:
        """Why: every date from start to until with what was counted on it, closed days included with their reason."""
        first, last = _minute(start), _minute(until)
        held = list(_merged(pauses, first, last))
        lines = []
        total = 0
        day, end = self._instant(first).date(), self._instant(last).date()
        while day <= end:
            spans = [part for span in self._day(day) for part in _without(span, first, last, held)]
            minutes = sum(b - a for a, b in spans)
            total += minutes
            counted = tuple((self._instant(a), self._instant(b)) for a, b in spans)
            lines.append(DayCount(day, self._reason(day), bool(self.windows(day)), counted, minutes, total))
            day += timedelta(days=1)
        return tuple(lines)

    def windows(self, day: date) -> tuple[Window, ...]:
        """The windows of a date: its override if there is one, otherwise its weekday's."""
        override = self.overrides.get(day)
        return self.weekly[day.weekday()] if override is None else override.windows

    # How it is answered ---------------------------------------------------------------------------------------------

    def _reason(self, day: date) -> str:
        override = self.overrides.get(day)
        return "" if override is None else override.reason

    def _instant(self, minute: int) -> datetime:
        return datetime.fromtimestamp(minute * 60, self.zone)

    def _year_of(self, minute: int) -> int:
        return datetime.fromtimestamp(minute * 60, self.zone).year

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            if not FIRST_YEAR <= number <= LAST_YEAR:
                raise BadSpan("The year %(year)s is out of range.", year=number)
            first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
            days = map(date.fromordinal, range(first, last + 1))
            year = self._years[number] = _Year(span for day in days for span in self._day(day))
        return year

    def _day(self, day: date) -> Iterator[Span]:
        """The windows of a local date as instants."""
        windows = self.windows(day)
        if not windows:
            return
        base = (day.toordinal() - _EPOCH_DAY) * DAY
        offsets = self._offsets(day) | self._offsets(day + timedelta(days=1))
        if len(offsets) == 1:
            offset = offsets.pop()
            for start, end in windows:
                yield base + start - offset, base + end - offset
        else:
            yield from self._changing_day(day, windows, range(base - max(offsets), base + DAY - min(offsets)))

    def _offsets(self, day: date) -> set[int]:
        """Minutes ahead of UTC at the midnight that begins the date (two values if that midnight occurs twice)."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return {(each.utcoffset() or timedelta()) // _MINUTE for each in (midnight, midnight.replace(fold=1))}

    def _changing_day(self, day: date, windows: Sequence[Window], minutes: range) -> Iterator[Span]:
        """A date on which the clocks change, minute by minute: each counts as often as the wall clock shows it."""
        begin = None
        for minute in minutes:
            local = self._instant(minute)
            reads = local.hour * 60 + local.minute
            inside = local.date() == day and any(start <= reads < end for start, end in windows)
            if inside and begin is None:
                begin = minute
            elif not inside and begin is not None:
                yield begin, minute
                begin = None
        if begin is not None:
            yield begin, minutes.stop

    def _worked(self, first: int, last: int) -> int:
        """Working minutes between two minutes, pauses not considered."""
        number, final = self._year_of(first), self._year_of(last)
        worked = self._year(final).worked(last) - self._year(number).worked(first)
        while number < final:
            worked += self._year(number).total
            number += 1
        return worked

    def _reach(self, start: int, budget: int) -> int:
        """The earliest minute by which budget (at least 1) working minutes have passed since start."""
        number = self._year_of(start)
        year = self._year(number)
        need = budget + year.worked(start)
        seen = start
        while need > year.total:
            need -= year.total
            seen = max(seen, year.ends[-1]) if year.ends else seen
            number += 1
            year = self._year(number)
            following = year.starts[0] if year.starts else (date(number + 1, 1, 1).toordinal() - _EPOCH_DAY) * DAY
            if following - seen > LONGEST_CLOSURE:
                raise CalendarNeverOpens
        return year.earliest(need)

    def _closing(self, minute: int) -> int | None:
        """The end of the window that holds the minute."""
        year = self._year(self._year_of(minute))
        index = bisect_right(year.starts, minute) - 1
        return year.ends[index] if index >= 0 and minute < year.ends[index] else None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise BadCalendar("“%(name)s” is not a time zone.", name=name) from error


def ordered(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Windows in order.

    :raises BadCalendar: when one is empty or outside the day, or two overlap
    """
    ordered = tuple(sorted((start, end) for start, end in windows))
    previous = 0
    for start, end in ordered:
        if not 0 <= start < end <= DAY:
            raise BadCalendar(
                "The window %(window)s does not end after it begins, within one day.", window=_shown(start, end)
            )
        if start < previous:
            raise BadCalendar("The window %(window)s overlaps the one before it.", window=_shown(start, end))
        previous = end
    return ordered


def _shown(start: int, end: int) -> str:
    return "–".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (start, end))


def _minute(at: datetime) -> int:
    """The number of a minute. Only these are compared: Python compares instants of one zone by their wall clocks."""
    if at.tzinfo is None:
        raise BadSpan("%(at)s has no time zone.", at=at.isoformat())
    minute: int = (at - _EPOCH) // _MINUTE
    if not _FIRST <= minute < _LAST:
        raise BadSpan("The year %(year)s is out of range.", year=at.year)
    return minute


def _merged(pauses: Iterable[Pause], first: int, last: int) -> list[Span]:
    """Pauses cut to first … last, in order, those that overlap or touch made one.

    :raises BadSpan: when a pause ends before it begins
    """
    merged: list[Span] = []
    for begin, end in sorted(_cut(pause, first, last) for pause in pauses):
        if begin >= end:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _cut(pause: Pause, first: int, last: int) -> Span:
    begin, end = _minute(pause[0]), last if pause[1] is None else _minute(pause[1])
    if pause[1] is not None and end < begin:
        raise BadSpan("The pause from %(begin)s ends before it begins.", begin=pause[0].isoformat())
    return max(first, begin), min(last, end)


def _without(span: Span, first: int, last: int, held: Sequence[Span]) -> Iterator[Span]:
    """What is left of a span between first and last when the pauses are taken out."""
    cursor, stop = max(span[0], first), min(span[1], last)
    for begin, end in held:
        if cursor < begin < stop:
            yield cursor, begin
        if begin < stop and end > cursor:
            cursor = max(cursor, end)
    if cursor < stop:
        yield cursor, stop
