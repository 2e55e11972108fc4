"""Which instruments are due: the list from which an order is made, and the month."""

import calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards.metrology.models import BatchLine, Instrument

SHOWN_A_DAY = 4
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def listed(user: User, enterprise: Enterprise, wanted: dict[str, Any], today: date) -> "QuerySet[Any]":
    """Instruments with a day, the soonest first, each with ``ordered_in``: the batch of an order that is open."""
    open_lines = BatchLine.objects.open().filter(instrument=OuterRef("pk"))
    rows = Instrument.objects.visible_to(user).kept().filter(enterprise=enterprise)
    if day := wanted.get("day"):
        rows = rows.filter(due_on=day)
    else:
        days = wanted.get("within", 60)
        rows = rows.filter(due_on__lte=today + timedelta(days=days)) if days else rows.filter(due_on__lt=today)
    if wanted.get("confirmation"):
        rows = rows.filter(confirmation=wanted["confirmation"])
    if wanted.get("location"):
        rows = rows.filter(location__icontains=wanted["location"])
    return rows.annotate(ordered_in=Subquery(open_lines.values("batch")[:1])).order_by("due_on", "pk")


@dataclass(frozen=True)
class Square:
    """One day of a month: the first instruments due on it, and how many more there are."""

    day: date
    within: bool
    rows: Sequence[Instrument]
    more: int


@dataclass(frozen=True)
class Month:
    first: date
    weeks: Sequence[Sequence[Square]]
    count: int

    @property
    def before(self) -> date | None:
        return _first(self.first - timedelta(days=1)) if self.first > EARLIEST else None

    @property
    def after(self) -> date | None:
        following = _first(self.first + timedelta(days=32))
        return following if following < LATEST else None


def month_of(typed: str, today: date) -> date:
    """The first day of the month that was typed as 2027-01; of this month where that cannot be read."""
    try:
        first = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return _first(today)
    return first if EARLIEST <= first <= LATEST else _first(today)


def month(user: User, enterprise: Enterprise, first: date) -> Month:
    """One statement, however many there are."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    rows = Instrument.objects.visible_to(user).kept().filter(enterprise=enterprise)
    by_day: dict[date, list[Instrument]] = defaultdict(list)
    for row in rows.filter(due_on__range=(weeks[0][0], weeks[-1][-1])).order_by("due_on", "pk"):
        by_day[row.due_on].append(row)
    squares = [[_square(day, first, by_day[day]) for day in week] for week in weeks]
    return Month(first, squares, sum(len(found) for day, found in by_day.items() if day.month == first.month))


def _square(day: date, first: date, rows: Sequence[Instrument]) -> Square:
    shown = rows if len(rows) <= SHOWN_A_DAY else rows[: SHOWN_A_DAY - 1]
    return Square(day, day.month == first.month, shown, len(rows) - len(shown))


def _first(day: date) -> date:
    return day.replace(day=1)
