"""Quarters by name and by the clock of the centre."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pool import quarters

MOMENTS = st.integers(0, 32_000).map(lambda days: datetime(2001, 1, 1, 15, 59, tzinfo=UTC) + timedelta(days=days))


@given(MOMENTS)
def test_the_last_quarter_is_over_and_the_next_is_not(now: datetime) -> None:
    quarter = quarters.last_ended(now)
    following = quarters.named(quarter.name)
    assert following == quarter
    assert quarter.begins < quarter.ends <= now < quarter.ends + timedelta(days=93)


@given(MOMENTS)
def test_a_quarter_begins_where_the_one_before_ended(now: datetime) -> None:
    quarter = quarters.last_ended(now)
    assert quarters.last_ended(quarter.begins).ends == quarter.begins


def test_the_last_quarters_go_back_over_the_year() -> None:
    assert quarters.recent(datetime(2026, 5, 2, tzinfo=UTC), 3) == ["2026Q1", "2025Q4", "2025Q3"]


@pytest.mark.parametrize("name", ["2026Q0", "2026Q5", "26Q1", "2026q1", "2026Q1x", "", "9999Q4", "٢٠٢٦Q1"])
def test_what_names_no_quarter_is_none(name: str) -> None:
    assert quarters.named(name) is None
