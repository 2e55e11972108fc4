"""When an instrument is free, reckoned without a database."""

from datetime import date, datetime, time, timedelta
from typing import Any

from services.boards.labs.free import Book
from services.boards.labs.models import BookingRule, OpeningHour
from tests.factories import NOW
from tests.services.boards.labs.rows import DAY, HOUR

FRIDAY = NOW.replace(month=5, day=1, hour=0, minute=0, second=0, microsecond=0)
"""Its midnight."""


def book(*, slot: int = 60, across: bool = True, until: date | None = None, claims: Any = ()) -> Book:
    """Always open, whatever the day."""
    hours = [OpeningHour(weekday=day, opens=time(), closes=time()) for day in range(7)]
    rule = BookingRule(slot_minutes=slot, across_midnight=across, lead_hours=0, horizon_days=30)
    return Book(rule, hours, claims, until)


def starts(of: Book, now: datetime, begins: datetime = FRIDAY, ends: datetime = FRIDAY + DAY) -> list[datetime]:
    return [start for start, _end in of.slots(begins, ends, now=now)]


def test_the_slots_of_a_day_are_those_that_begin_on_it() -> None:
    assert starts(book(), FRIDAY - DAY) == [FRIDAY + n * HOUR for n in range(24)]


def test_a_slot_that_ends_after_midnight_belongs_to_the_day_it_begins_on_if_nights_may_be_booked() -> None:
    half = timedelta(minutes=30)
    late = FRIDAY + 23 * HOUR + half
    assert starts(book(slot=30), late) == [late]
    assert starts(book(slot=30, across=False), late) == []


def test_late_in_the_evening_the_next_slot_is_tomorrows() -> None:
    late = FRIDAY + 23 * HOUR + timedelta(minutes=20)
    assert starts(book(), late) == []
    assert next(book().slots(late, late + 21 * DAY, now=late)) == (FRIDAY + DAY, FRIDAY + DAY + HOUR)


def test_no_slot_reaches_into_what_is_taken_or_past_the_calibration() -> None:
    taken = [(FRIDAY + HOUR, FRIDAY + 23 * HOUR)]
    assert starts(book(claims=taken), FRIDAY - DAY) == [FRIDAY, FRIDAY + 23 * HOUR]
    assert starts(book(until=date(2026, 4, 30)), FRIDAY - DAY) == []
