"""How opinions went by quarters."""

from datetime import datetime, timedelta

import pytest

from experts import trend
from experts.actions import record_asking
from experts.models import Institution
from experts.trend import Quarter
from tests.factories import NOW, SHANGHAI, TODAY, make_institution, make_rating

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution() -> Institution:
    return make_institution()


def test_two_years_are_shown_the_quiet_quarters_too(institution: Institution) -> None:
    got = trend.quarters(institution.pk, today=TODAY)
    years = [(2026, 4), (2026, 3), (2026, 2), (2026, 1), (2025, 4), (2025, 3), (2025, 2), (2025, 1)]
    assert got == [Quarter(year, number) for year, number in years]


def test_a_quarter_has_those_asked_in_it_and_the_answers_that_came_in_it(institution: Institution) -> None:
    before = datetime(2026, 9, 30, 23, 30, tzinfo=SHANGHAI)
    for grade in (5, 4, 1):
        make_rating(institution, grade=grade)
    make_rating(institution, grade=1, state="under_appeal")
    make_rating(institution, grade=2, rated_at=before)
    make_rating(institution, grade=3, rated_at=NOW - timedelta(days=900))
    make_rating(make_institution(), grade=3)
    record_asking(institution, board="TI", referral_ref=1, now=NOW)
    this, last, *quiet = trend.quarters(institution.pk, today=TODAY)
    assert this == Quarter(2026, 4, asked=5, answered=4, n=3, mean=pytest.approx(10 / 3))
    assert last == Quarter(2026, 3, asked=1, answered=1, n=1, mean=2.0)
    assert all(quarter.asked == quarter.n == 0 for quarter in quiet)


@pytest.mark.parametrize(("n", "shown", "percent"), [(0, None, 0), (2, None, 0), (3, 4.0, 75)])
def test_an_average_is_shown_from_three_answers(n: int, shown: float | None, percent: float) -> None:
    quarter = Quarter(2026, 1, n=n, mean=4.0 if n else None)
    assert (quarter.shown, quarter.percent) == (shown, percent)


def test_words_are_shown_from_three_answers_and_in_no_order_of_time(institution: Institution) -> None:
    for text in ("b", "", "a"):
        make_rating(institution, comment=text)
    make_rating(institution, comment="contested", state="under_appeal")
    for _ in range(2):
        make_rating(institution, comment="too few", rated_at=NOW - timedelta(days=100))
    quarters = trend.quarters(institution.pk, today=TODAY)
    got = trend.comments(institution.pk, quarters)
    assert {key: [row.comment for row in rows] for key, rows in got.items()} == {(2026, 4): ["a", "b"]}


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_three_queries(institution: Institution, rows: int, django_assert_num_queries) -> None:
    for _ in range(rows):
        make_rating(institution, comment="x")
    with django_assert_num_queries(3):
        trend.comments(institution.pk, trend.quarters(institution.pk, today=TODAY))
