"""Opening hours as spans of time, and what is left of them. Nothing here asks the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.utils import timezone

from services.boards.labs.models import OpeningHour

Span = tuple[datetime, datetime]
DAY = timedelta(days=1)


def windows(hours: Sequence[OpeningHour], begins: datetime, ends: datetime, *, across: bool) -> list[Span]:
    """When it is open between two moments, in order.

    :param across: what goes on after midnight is one window; else each day has its own.
    """
    spans = sorted(
        span
        for day in _days(begins, ends)
        for row in hours
        if row.weekday == day.weekday()
        for span in _of_day(row, day, across=across)
    )
    return [
        (max(start, begins), min(end, ends))
        for start, end in _merged(spans, across=across)
        if start < ends > begins < end
    ]


def within(spans: Iterable[Span], begins: datetime, ends: datetime) -> bool:
    """Whether one of the spans holds the whole time."""
    return any(start <= begins and ends <= end for start, end in spans)


def subtract(spans: Iterable[Span], taken: Sequence[Span]) -> list[Span]:
    """The spans without what is taken; ``taken`` is sorted."""
    left: list[Span] = []
    for start, end in spans:
        at = start
        for begins, ends in taken:
            if ends <= at or begins >= end:
                continue
            if begins > at:
                left.append((at, begins))
            at = max(at, ends)
        if at < end:
            left.append((at, end))
    return left


def grid(span: Span, length: timedelta, slot: timedelta) -> Iterable[datetime]:
    """The beginnings of a booking of that length inside the span, on the grid of slots that starts at midnight."""
    begins, ends = span
    start = on_grid(begins, slot)
    while start + length <= ends:
        yield start
        start = on_grid(start + slot, slot)


def on_grid(moment: datetime, slot: timedelta) -> datetime:
    """The moment itself if a slot begins there, else the next one that does."""
    midnight = _midnight(moment)
    over = (moment - midnight) % slot
    return moment if not over else min(moment - over + slot, midnight + DAY)


def crosses_midnight(begins: datetime, ends: datetime) -> bool:
    return ends > _midnight(begins) + DAY


def _midnight(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def _days(begins: datetime, ends: datetime) -> Iterable[datetime]:
    """The midnights from the day before, whose night may reach in."""
    day = _midnight(begins) - DAY
    while day < ends:
        yield day
        day += DAY


def _of_day(row: OpeningHour, midnight: datetime, *, across: bool) -> list[Span]:
    start = midnight + _since_midnight(row.opens)
    end = midnight + _since_midnight(row.closes) + (DAY if row.closes <= row.opens else timedelta())
    if across or end <= midnight + DAY:
        return [(start, end)]
    return [(start, midnight + DAY), (midnight + DAY, end)]


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _merged(spans: Sequence[Span], *, across: bool) -> list[Span]:
    """Those that touch are one, but over midnight only if that is allowed."""
    merged: list[Span] = []
    for start, end in spans:
        touches = merged and start <= merged[-1][1] and (across or start != _midnight(start))
        if touches:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
