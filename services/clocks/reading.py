"""Calendars and times as people write them, read into what the arithmetic needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.clocks.calendar import DAY, Calendar, Override, Window, ordered
from services.clocks.faults import BadCalendar, BadSpan

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"(\d{1,2}):([0-5]\d)(?::00)?", re.ASCII)


def calendar(data: Any, *, working_day_minutes: int = 420) -> Calendar:
    """``{timezone, weekly: {mon: [["09:00", "12:00"]]}, overrides: [{date, windows, reason}]}`` as a calendar.

    :raises BadCalendar: for anything else
    """
    if not isinstance(data, Mapping):
        raise BadCalendar("A calendar must be an object.")
    timezone = data.get("timezone", "Asia/Shanghai")
    return Calendar(
        str(timezone), weekly(data.get("weekly") or {}), overrides(data.get("overrides") or []), working_day_minutes
    )


def weekly(data: Any) -> tuple[tuple[Window, ...], ...]:
    """Windows by weekday, Monday first; a weekday that is not named is closed."""
    if not isinstance(data, Mapping):
        raise BadCalendar("The weekly windows must be given by weekday.")
    unknown = sorted(str(key) for key in data if key not in WEEKDAYS)
    if unknown:
        raise BadCalendar("“%(name)s” is not a weekday; write mon, tue, wed, thu, fri, sat or sun.", name=unknown[0])
    return tuple(windows(data.get(day) or []) for day in WEEKDAYS)


def overrides(data: Any) -> dict[date, Override]:
    """Dated overrides; no windows closes the date."""
    if not isinstance(data, list):
        raise BadCalendar("The overrides must be a list.")
    read: dict[date, Override] = {}
    for each in data:
        if not isinstance(each, Mapping):
            raise BadCalendar("An override must have a date and windows.")
        day = _date(each.get("date"))
        if day in read:
            raise BadCalendar("There are two overrides for %(date)s.", date=day.isoformat())
        if not isinstance(each.get("windows"), list):
            raise BadCalendar("The override of %(date)s has no windows; an empty list closes it.", date=day.isoformat())
        read[day] = Override(ordered(windows(each["windows"])), str(each.get("reason") or ""))
    return read


def windows(data: Any) -> tuple[Window, ...]:
    """``[["09:00", "12:00"], …]`` as minutes of the day."""
    if not isinstance(data, list | tuple) or any(not isinstance(each, list | tuple) or len(each) != 2 for each in data):
        raise BadCalendar("Windows must be a list of pairs of times.")
    return tuple((_time(start), _time(end)) for start, end in data)


def written(spans: tuple[Window, ...]) -> list[list[str]]:
    """Windows as :func:`windows` reads them."""
    return [[f"{minute // 60:02d}:{minute % 60:02d}" for minute in span] for span in spans]


def instant(text: Any, calendar: Calendar) -> datetime:
    """An ISO 8601 instant; without an offset it is read in the calendar's time zone.

    :raises BadSpan: when it is not one
    """
    if not isinstance(text, str):
        raise BadSpan("“%(text)s” is not an instant.", text=text)
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadSpan("“%(text)s” is not an instant.", text=text) from error
    return at if at.tzinfo else at.replace(tzinfo=calendar.zone)


def _time(text: Any) -> int:
    match = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    minute = int(match[1]) * 60 + int(match[2]) if match else DAY + 1
    if minute > DAY:
        raise BadCalendar("“%(text)s” is not a time of day between 00:00 and 24:00.", text=text)
    return minute


def _date(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BadCalendar("“%(text)s” is not a date.", text=text) from error
