"""What other help desks got wrong, by the name of where it was seen."""

from datetime import timedelta

from services.clocks import reading
from tests.services.clocks.calendars import DAY, at, centre

CENTRE = centre()


def test_lite_month_end_does_not_turn_hours_negative() -> None:
    assert CENTRE.elapsed(at("2026-01-30 16:00"), at("2026-02-02 10:00")) == 180


def test_lite_holiday_or_weekend_is_closed_when_either_is_true() -> None:
    days = [line for line in CENTRE.explain(at("2026-04-03 00:00"), at("2026-04-08 23:59")) if line.minutes]
    assert [line.date.day for line in days] == [3, 7, 8]


def test_django_helpdesk_excluded_days_lengthen_the_limit() -> None:
    assert CENTRE.add_working_days(at("2026-03-04 09:00"), 5) == at("2026-03-10 18:00")


def test_midnight_notices_wait_for_the_morning() -> None:
    assert CENTRE.next_open(at("2026-03-03 00:00")) == at("2026-03-03 09:00")
    assert CENTRE.next_open(at("2026-03-07 00:00")) == at("2026-03-09 09:00")


def test_a_24_by_7_pause_in_a_business_calendar_takes_working_time_only() -> None:
    pause = (at("2026-03-05 09:00"), at("2026-03-09 09:00"))
    assert pause[1] - pause[0] == timedelta(days=4)
    assert CENTRE.due(at("2026-03-04 09:00"), 840, [pause]) == at("2026-03-09 18:00")


def test_osticket_wall_clock_targets_do_not_breach_by_monday() -> None:
    assert CENTRE.due(at("2026-03-06 17:00"), 480) == at("2026-03-09 18:00")


def test_osticket_short_weeks_and_long_ones_look_further_than_72_hours() -> None:
    calendar = reading.calendar({"weekly": {"tue": DAY}})
    assert calendar.due(at("2026-03-03 18:00"), 60) == at("2026-03-10 10:00")
    assert CENTRE.due(at("2026-02-14 18:00"), 60) == at("2026-02-24 10:00")


def test_lunch_is_not_counted() -> None:
    assert CENTRE.elapsed(at("2026-03-02 11:30"), at("2026-03-02 14:30")) == 60


def test_a_calendar_is_not_shared_between_questions() -> None:
    closed = reading.calendar({"weekly": {"mon": DAY}, "overrides": [{"date": "2026-03-02", "windows": []}]})
    plain = reading.calendar({"weekly": {"mon": DAY}})
    assert closed.elapsed(at("2026-03-02 00:00"), at("2026-03-03 00:00")) == 0
    assert plain.elapsed(at("2026-03-02 00:00"), at("2026-03-03 00:00")) == 420
