"""A calendar year as curators see it: twelve months, what each date does and why."""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.clocks import reading
from services.clocks.models import CalendarDay, WorkCalendar


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


def _cell(day: date, weekly: tuple[tuple[tuple[int, int], ...], ...], rows: Mapping[date, CalendarDay]) -> Cell:
    row = rows.get(day)
    windows = reading.windows(row.windows) if row else weekly[day.weekday()]
    hours = ", ".join("–".join(window) for window in reading.written(windows))
    return Cell(day, bool(windows), hours, row)
