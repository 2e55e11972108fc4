"""When a need is promised for, and what a statutory or contractual date makes of its urgency (rules R19, R20, R24)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from services.cases.actions import NewNeed
from services.cases.models import Urgency
from services.catalogue.models import ServiceItem
from services.clocks.calendar import Calendar
from services.clocks.dials import default_calendar

END_OF_DAY = time(23, 59)
URGENT_FROM, HIGH_FROM = 2, 5  # working days left until the work has to begin
ORDER = [Urgency.LOW, Urgency.NORMAL, Urgency.HIGH, Urgency.URGENT]


@dataclass(frozen=True)
class Deadline:
    """A date that the world outside sets, and the last day on which the promised time still fits before it."""

    on: date
    begin_by: date
    urgency: Urgency
    passed: bool
    too_late: bool


def of(item: ServiceItem, answers: Mapping[str, Any], *, calendar: Calendar, now: datetime) -> Deadline | None:
    """What the answer to the item's deadline question means today; None without such a question or answer."""
    on = _date(answers.get(item.deadline_question or ""))
    return of_day(on, item.promised_working_days, calendar=calendar, now=now) if on else None


def of_day(on: date, working_days: int, *, calendar: Calendar, now: datetime) -> Deadline:
    """What a day means for work that is promised in so many working days."""
    last = end_of(on)
    begin = calendar.before(last, working_days * calendar.working_day_minutes)
    left = calendar.elapsed(now, begin) / calendar.working_day_minutes if begin > now else 0
    urgency = Urgency.URGENT if left <= URGENT_FROM else Urgency.HIGH if left <= HIGH_FROM else Urgency.NORMAL
    return Deadline(on, begin.date(), urgency, passed=last < now, too_late=begin < now)


def promised(
    pieces: Sequence[NewNeed], *, calendar: Calendar, before: Mapping[int, date | None], now: datetime
) -> list[NewNeed]:
    """The pieces with the day they are promised for and at least the urgency of their deadline.

    :param calendar: the working time that the case counts in.
    :param before: the promised days of the case's earlier needs by position; a piece begins when the one it waits for
        is promised, so the case's own date follows its longest chain.
    """
    days = dict(before)
    settled = []
    for position, piece in enumerate(pieces, start=max(days, default=0) + 1):
        start = _start(days.get(piece.after) if piece.after else None, now)
        due = calendar.add_working_days(start, piece.item.promised_working_days)
        days[position] = timezone.localdate(due) if due else None
        deadline = of(piece.item, piece.answers, calendar=calendar, now=now)
        urgency = most_urgent(piece.urgency, deadline.urgency) if deadline else piece.urgency
        settled.append(replace(piece, urgency=urgency, promised_on=days[position]))
    return settled


def most_urgent(*urgencies: str) -> Urgency:
    return max((Urgency(one) for one in urgencies), key=ORDER.index)


def end_of(day: date) -> datetime:
    return datetime.combine(day, END_OF_DAY, tzinfo=timezone.get_default_timezone())


def current_calendar() -> Calendar:
    return default_calendar().as_calendar()


def _start(day: date | None, now: datetime) -> datetime:
    return end_of(day) if day else now


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
