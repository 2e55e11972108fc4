"""What other help desks got wrong, counted by hand and called by where it was seen.

The centre works Monday to Friday 09:00–12:00 and 14:00–18:00 and keeps China's published year 2026.
"""

from datetime import timedelta
from decimal import Decimal

import pytest

from services.clocks import actions, publishing, reading
from services.clocks.faults import CalendarNeverOpens
from services.clocks.models import ClockPolicy, ClockSegment, WorkCalendar
from tests.services.clocks.calendars import DAY, WEEK, at, centre

CENTRE = centre()


def test_lite_month_end_does_not_turn_hours_negative() -> None:
    """``end.day − start.day`` gave −26 hours from 31 January to 2 February."""
    assert CENTRE.elapsed(at("2026-01-30 16:00"), at("2026-02-02 10:00")) == 180
    assert CENTRE.elapsed(at("2026-01-31 09:00"), at("2026-02-02 10:00")) == 60


@pytest.mark.parametrize("month", range(1, 12))
def test_lite_month_end_skips_no_day_of_the_same_number(month: int) -> None:
    """A nightly counter guarded by the day of the month forgot whoever was counted on that day a month before."""
    round_the_clock = CENTRE.round_the_clock("Asia/Shanghai")
    start, until = at(f"2026-{month:02d}-28 00:00"), at(f"2026-{month + 1:02d}-28 00:00")
    assert round_the_clock.elapsed(start, until) == (until - start) // timedelta(minutes=1)
    days = {line.date for line in CENTRE.explain(start, until) if line.minutes}
    assert CENTRE.elapsed(start, until) == sum(CENTRE.elapsed(at(f"{day} 00:00"), at(f"{day} 23:59")) for day in days)


def test_lite_not_holiday_or_not_weekend_counts_three_days_and_not_five() -> None:
    """Good Friday to Easter Monday in the original; here Friday 3 April to Wednesday 8 April 2026."""
    days = [line for line in CENTRE.explain(at("2026-04-03 00:00"), at("2026-04-08 23:59")) if line.minutes]
    assert [line.date.day for line in days] == [3, 7, 8]
    assert CENTRE.elapsed(at("2026-04-03 00:00"), at("2026-04-08 23:59")) == 3 * 420


def test_lite_holidays_of_one_question_do_not_stay_for_the_next() -> None:
    """Holidays were kept in a mutable default argument."""
    closed = reading.calendar({"weekly": {"mon": DAY}, "overrides": [{"date": "2026-03-02", "windows": []}]})
    plain = reading.calendar({"weekly": {"mon": DAY}})
    assert closed.elapsed(at("2026-03-02 00:00"), at("2026-03-03 00:00")) == 0
    assert plain.elapsed(at("2026-03-02 00:00"), at("2026-03-03 00:00")) == 420


def test_django_helpdesk_excluded_days_escalate_after_five_working_days_and_not_after_three() -> None:
    """Excluded days were taken off the limit instead of being added to it."""
    start, limit = at("2026-03-05 09:00"), 5 * 420
    assert CENTRE.due(start, limit) == at("2026-03-11 18:00")
    assert CENTRE.elapsed(start, at("2026-03-09 18:00")) == 3 * 420 < limit


def test_zammad_4432_midnight_notices_wait_for_the_morning() -> None:
    assert CENTRE.next_open(at("2026-03-03 00:00")) == at("2026-03-03 09:00")
    assert CENTRE.next_open(at("2026-03-07 00:00")) == at("2026-03-09 09:00")
    assert CENTRE.next_open(at("2026-10-01 00:00")) == at("2026-10-08 09:00")


@pytest.mark.parametrize(
    ("begin", "end", "due"),
    [
        ("2026-03-06 18:00", "2026-03-09 09:00", "2026-03-09 18:00"),
        ("2026-03-05 09:00", "2026-03-09 09:00", "2026-03-10 18:00"),
        ("2026-03-04 18:00", "2026-03-08 12:00", "2026-03-10 18:00"),
        ("2026-03-04 12:00", "2026-03-04 14:00", "2026-03-06 18:00"),
    ],
)
def test_glpi_10594_a_24_by_7_pause_in_a_business_calendar_takes_working_time_only(
    begin: str, end: str, due: str
) -> None:
    """Frappe and ERPNext as well: the length of the hold on the wall clock was added to working time."""
    start = at("2026-03-04 09:00") if begin < "2026-03-06" else at("2026-03-05 09:00")
    assert CENTRE.due(start, 3 * 420, [(at(begin), at(end))]) == at(due)


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "due"), [(1, "03"), (2, "04"), (4, "06"), (5, "09")])
def test_glpi_6902_15605_a_policy_change_keeps_the_pause(standard: WorkCalendar, days: int, due: str) -> None:
    """Monday 09:00, paused 10:00–14:30 (three hours of work): every limit ends three hours later for it."""
    actions.start("case", 1, "triage", now=at("2026-03-02 09:00"))
    actions.pause("case", 1, "triage", now=at("2026-03-02 10:00"), reason="returned")
    actions.resume("case", 1, "triage", now=at("2026-03-02 14:30"))
    policy = ClockPolicy.objects.get(clock="triage", urgency="")
    publishing.change_policy(policy, amount=Decimal(days), unit="working_days", running=True)
    list(publishing.refresh())
    assert ClockSegment.objects.get(ended_at=None).due_at == at(f"2026-03-{due} 12:00")


def test_osticket_6739_short_weeks_look_further_than_72_hours() -> None:
    tuesdays = reading.calendar({"weekly": {"tue": DAY}})
    assert tuesdays.due(at("2026-03-03 18:00"), 60) == at("2026-03-10 10:00")
    assert tuesdays.due(at("2026-03-03 09:00"), 3 * 420) == at("2026-03-17 18:00")
    assert CENTRE.due(at("2026-02-14 18:00"), 60) == at("2026-02-24 10:00")


def test_oca_project_73_a_calendar_without_a_working_day_is_refused_and_never_looped_over() -> None:
    with pytest.raises(CalendarNeverOpens):
        reading.calendar({"weekly": {}})
    over = reading.calendar({"weekly": {}, "overrides": [{"date": "2026-03-02", "windows": DAY}]})
    with pytest.raises(CalendarNeverOpens):
        over.due(at("2026-03-03 09:00"), 1)


def test_frappe_2212_lunch_is_not_counted() -> None:
    assert CENTRE.elapsed(at("2026-03-02 11:30"), at("2026-03-02 14:30")) == 60
    assert CENTRE.due(at("2026-03-02 11:30"), 60) == at("2026-03-02 14:30")


def test_osticket_1168_wall_clock_targets_do_not_breach_by_monday() -> None:
    """Eight hours from Friday 17:00 were over on Saturday at 01:00."""
    assert CENTRE.due(at("2026-03-06 17:00"), 480) == at("2026-03-09 18:00")
    assert CENTRE.elapsed(at("2026-03-06 17:00"), at("2026-03-09 09:00")) == 60


def test_open_gamma_1958_an_override_beats_the_weekday() -> None:
    """Both ways: a Sunday that makes up is worked, the holiday Thursday is not."""
    assert WEEK.keys() == {"mon", "tue", "wed", "thu", "fri"}
    assert CENTRE.is_open(at("2026-09-20 10:00"))
    assert not CENTRE.is_open(at("2026-10-01 10:00"))
