"""A calendar year as curators see it: twelve months, what each date does and why."""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.clocks import reading
from services.clocks.calendar import Window
from services.clocks.models import CalendarDay, WorkCalendar
from services.clocks.publishing import YearPlan


@dataclass(frozen=True)
class Cell:
    """One date: open or closed, by its weekday or by a row of its own."""

    date: date
    opens: bool
    hours: str
    row: CalendarDay | None

    @property
    def look(self) -> str:
        """Class names of the cell."""
        own = (" own" if self.row else "") + (" estimated" if self.row and self.row.estimated else "")
        return ("open" if self.opens else "closed") + own


@dataclass(frozen=True)
class Month:
    """Weeks from Monday; None where a week belongs to another month."""

    first: date
    weeks: tuple[tuple[Cell | None, ...], ...]

    @property
    def weekdays(self) -> list[date]:
        """A date of each weekday, from Monday, to take its name from."""
        monday = self.first - timedelta(days=self.first.weekday())
        return [monday + timedelta(days=number) for number in range(7)]


def months(calendar: WorkCalendar, year: int) -> list[Month]:
    """The twelve months of a year, in one query."""
    rows = {day.date: day for day in calendar.days.filter(date__year=year)}
    weekly = reading.weekly(calendar.weekly)
    weeks = gregorian.Calendar()
    return [
        Month(
            date(year, month, 1),
            tuple(
                tuple(_cell(day, weekly, rows) if day.month == month else None for day in week)
                for week in weeks.monthdatescalendar(year, month)
            ),
        )
        for month in range(1, 13)
    ]


@dataclass(frozen=True)
class Line:
    """What an import does to one date."""

    date: date
    deed: str  # new · changed · removed · kept
    hours: str
    reason: str


def lines(plan: YearPlan) -> list[Line]:
    """What an import would do, date by date; dates that stay as they are left out."""
    found = [
        *(Line(day.date, "new", hours(day.windows), day.reason) for day in plan.new),
        *(Line(day.date, "changed", hours(day.windows), day.reason) for day in plan.changed),
        *(Line(row.date, "removed", "", row.reason) for row in plan.removed),
        *(Line(row.date, "kept", hours(reading.windows(row.windows)), row.reason) for row in plan.kept),
    ]
    return sorted(found, key=lambda line: line.date)


def hours(windows: tuple[Window, ...]) -> str:
    """Windows as people read them."""
    return ", ".join("–".join(window) for window in reading.written(windows))


def _cell(day: date, weekly: tuple[tuple[Window, ...], ...], rows: Mapping[date, CalendarDay]) -> Cell:
    row = rows.get(day)
    windows = reading.windows(row.windows) if row else weekly[day.weekday()]
    return Cell(day, bool(windows), hours(windows), row)
