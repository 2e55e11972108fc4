"""Working minutes laid out as a line agree with the calendar they were taken from."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.nation.hours import Hours, instant, minute_of, written
from services.nation.plan import Plan
from tests.services.clocks.calendars import centre

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
STANDARD = centre()
HOURS = Hours(Plan(1, 1, NOW), STANDARD)


@given(st.integers(0, 3 * 365 * 24 * 60 - 1), st.integers(1, 30 * 420))
def test_so_many_working_minutes_later_is_when_the_engine_says(ago: int, minutes: int) -> None:
    at = HOURS.now - ago
    due = STANDARD.due(instant(at), minutes)
    later = HOURS.after(at, minutes)
    assert due is not None
    assert HOURS.before(minute_of(due)) == HOURS.before(later)
    assert STANDARD.is_open(instant(later))


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_working_minute_is_the_one_before_which_so_many_are_over(days: int) -> None:
    worked = HOURS.total - days * 400
    assert HOURS.before(HOURS.at(worked)) == worked


def test_a_minute_is_written_with_its_zone() -> None:
    assert written(minute_of(NOW)) == "2026-11-20 02:00:00+00:00"
    assert written(None) is None
    assert instant(minute_of(NOW)) == NOW
