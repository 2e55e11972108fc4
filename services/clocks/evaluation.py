"""Answers the cases of a file, each by itself, so that anybody can check the engine without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from services.clocks import reading
from services.clocks.calendar import Calendar, Pause
from services.clocks.faults import BadCalendar, BadSpan, ClockFault

PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Question:
    """One case, read."""

    calendar: Calendar
    start: datetime
    budget: int
    pauses: tuple[Pause, ...]
    at: tuple[datetime, ...]


def answers(data: Any) -> list[dict[str, Any]]:
    """One answer per case, in order; a case that makes no sense has its error and spoils no other.

    :raises ClockFault: when there are no cases to answer
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("cases"), list):
        raise ClockFault("The file must be an object with a list of cases.")
    calendars: dict[str, Calendar | ClockFault] = {}
    return [_answer(case, data, calendars) for case in data["cases"]]


def _answer(case: Any, data: Mapping[str, Any], calendars: dict[str, Calendar | ClockFault]) -> dict[str, Any]:
    fields = case if isinstance(case, Mapping) else {}
    asked = fields.get("at")
    answer: dict[str, Any] = {"id": fields.get("id"), "due": None, "error": None}
    try:
        question = _read(case, data, calendars)
        due = question.calendar.due(question.start, question.budget, question.pauses)
        elapsed = [question.calendar.elapsed(question.start, at, question.pauses) for at in question.at]
    except ClockFault as fault:
        return answer | {"error": str(fault), "elapsed": [None] * (len(asked) if isinstance(asked, list) else 0)}
    return answer | {"due": due.isoformat() if due else PAUSED, "elapsed": elapsed}


def _read(case: Any, data: Mapping[str, Any], calendars: dict[str, Calendar | ClockFault]) -> Question:
    if not isinstance(case, Mapping):
        raise BadSpan("A case must be an object.")
    calendar = _calendar(case.get("calendar"), data, calendars)
    start = reading.instant(case.get("start"), calendar)
    calendar.next_open(start)  # refuses a calendar that does not open within 400 days, whatever is asked
    pauses = tuple(_pause(each, calendar) for each in _listed(case, "pauses"))
    at = tuple(reading.instant(each, calendar) for each in _listed(case, "at"))
    return Question(calendar, start, _budget(case, data), pauses, at)


def _calendar(name: Any, data: Mapping[str, Any], calendars: dict[str, Calendar | ClockFault]) -> Calendar:
    """The named calendar, built once; a bad one is the error of each case that uses it."""
    known = data.get("calendars")
    if not isinstance(name, str) or not isinstance(known, Mapping) or name not in known:
        raise BadCalendar("There is no calendar “%(name)s”.", name=name)
    if name not in calendars:
        try:
            calendars[name] = reading.calendar(known[name])
        except ClockFault as fault:
            calendars[name] = fault
    found = calendars[name]
    if isinstance(found, ClockFault):
        raise found
    return found


def _budget(case: Mapping[str, Any], data: Mapping[str, Any]) -> int:
    minutes, days = case.get("budget_minutes"), case.get("budget_working_days")
    if (minutes is None) == (days is None):
        raise BadSpan("Give either budget_minutes or budget_working_days.")
    if days is None:
        budget = _number(minutes, "budget_minutes")
        if budget != budget.to_integral_value():
            raise BadSpan("budget_minutes must be whole.")
        return int(budget)
    length = _number(data.get("working_day_minutes", 420), "working_day_minutes")
    if length <= 0 or length != length.to_integral_value():
        raise BadSpan("working_day_minutes must be a whole number above zero.")
    return int((_number(days, "budget_working_days") * length).to_integral_value(ROUND_HALF_UP))


def _number(value: Any, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadSpan("%(name)s must be a number.", name=name)
    number = Decimal(str(value))
    if not number.is_finite() or not 0 <= number <= 10**9:
        raise BadSpan("%(name)s must not be negative or beyond measure.", name=name)
    return number


def _listed(case: Mapping[str, Any], name: str) -> list[Any]:
    value = case.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadSpan("%(name)s must be a list.", name=name)
    return value


def _pause(data: Any, calendar: Calendar) -> Pause:
    if not isinstance(data, list) or len(data) != 2:
        raise BadSpan("A pause must be a pair of instants; the second may be null.")
    begin, end = data
    return reading.instant(begin, calendar), None if end is None else reading.instant(end, calendar)
