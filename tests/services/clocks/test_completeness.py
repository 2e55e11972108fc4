"""Curators hear of a year that is missing or only estimated: in time, and once."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from portal.accounts.roles import Role
from portal.notices.models import Notice
from portal.outbox.models import Message
from services.clocks import completeness
from services.clocks.models import WorkCalendar
from tests.factories import make_user
from tests.services.clocks.calendars import DAY, at

pytestmark = pytest.mark.django_db
SATURDAY = at("2026-10-03 10:00")


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(2026, 9, 30), []),
        (date(2026, 10, 1), [2027]),
        (date(2026, 12, 31), [2027]),
        (date(2027, 1, 1), [2027]),
        (date(2028, 11, 1), [2028, 2029]),
    ],
)
def test_the_coming_year_counts_from_october(standard: WorkCalendar, today: date, years: list[int]) -> None:
    assert [(gap.calendar, gap.year) for gap in completeness.gaps(today)] == [(standard, year) for year in years]


@pytest.mark.parametrize("count", [1, 3])
def test_all_calendars_take_two_queries(
    standard: WorkCalendar, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, count):
        WorkCalendar.objects.create(code=f"own-{number}", name_zh="自", weekly={"mon": DAY})
    with django_assert_num_queries(2):
        assert len(completeness.gaps(date(2028, 1, 1))) == count


def test_every_curator_is_told_once_per_calendar_and_year_in_working_hours(standard: WorkCalendar) -> None:
    curators = {make_user(Role.CURATOR, email=f"{name}@example.org").pk for name in "ab"}
    make_user(Role.AUDITOR)
    assert [completeness.warn(SATURDAY), completeness.warn(at("2026-11-04 10:00"))] == [1, 1]
    told = Notice.objects.values_list("user", "event", "facts__year")
    assert set(told) == {(pk, "calendar_year_incomplete", "2027") for pk in curators}
    assert (told.count(), Message.objects.count()) == (2, 2)
    assert set(Message.objects.values_list("due_at", flat=True)) == {at("2026-10-08 09:00")}
    newcomer = make_user(Role.CURATOR)
    completeness.warn(SATURDAY)
    assert set(Notice.objects.values_list("user", flat=True)) == curators | {newcomer.pk}


def test_nobody_is_told_of_complete_years(standard: WorkCalendar) -> None:
    make_user(Role.CURATOR)
    assert completeness.warn(at("2026-09-30 10:00")) == 0
    assert not Notice.objects.exists()
