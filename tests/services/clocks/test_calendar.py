"""Deadlines counted by hand. 2 March 2026 is a Monday; the centre works 09:00–12:00 and 14:00–18:00."""

from datetime import date, datetime

import pytest

from services.clocks import reading
from services.clocks.calendar import Calendar
from services.clocks.faults import BadCalendar, BadSpan, CalendarNeverOpens
from tests.services.clocks.calendars import DAY, WEEK, at, centre

CENTRE = centre()

DUE = [
    # an ordinary day
    ("2026-03-02 09:00", 0, "2026-03-02 09:00"),
    ("2026-03-02 09:00", 1, "2026-03-02 09:01"),
    ("2026-03-02 09:00", 180, "2026-03-02 12:00"),
    ("2026-03-02 09:00", 181, "2026-03-02 14:01"),
    ("2026-03-02 09:00", 210, "2026-03-02 14:30"),
    ("2026-03-02 09:00", 420, "2026-03-02 18:00"),
    ("2026-03-02 09:00", 421, "2026-03-03 09:01"),
    ("2026-03-02 08:00", 60, "2026-03-02 10:00"),
    ("2026-03-02 00:00", 60, "2026-03-02 10:00"),
    ("2026-03-02 11:59", 1, "2026-03-02 12:00"),
    ("2026-03-02 11:59", 2, "2026-03-02 14:01"),
    # lunch
    ("2026-03-02 12:00", 60, "2026-03-02 15:00"),
    ("2026-03-02 12:30", 60, "2026-03-02 15:00"),
    ("2026-03-02 13:59", 1, "2026-03-02 14:01"),
    ("2026-03-02 12:30", 0, "2026-03-02 12:30"),
    # evenings and weekends
    ("2026-03-02 17:59", 1, "2026-03-02 18:00"),
    ("2026-03-02 18:00", 1, "2026-03-03 09:01"),
    ("2026-03-02 23:00", 30, "2026-03-03 09:30"),
    ("2026-03-06 14:00", 240, "2026-03-06 18:00"),
    ("2026-03-06 14:00", 241, "2026-03-09 09:01"),
    ("2026-03-06 18:00", 420, "2026-03-09 18:00"),
    ("2026-03-07 10:00", 0, "2026-03-07 10:00"),
    ("2026-03-07 10:00", 60, "2026-03-09 10:00"),
    ("2026-03-08 23:59", 60, "2026-03-09 10:00"),
    # whole days
    ("2026-03-02 09:00", 5 * 420, "2026-03-06 18:00"),
    ("2026-03-02 09:00", 5 * 420 + 1, "2026-03-09 09:01"),
    ("2026-03-04 11:00", 420, "2026-03-05 11:00"),
    ("2026-03-04 11:00", 2 * 420, "2026-03-06 11:00"),
    ("2026-03-06 11:00", 420, "2026-03-09 11:00"),
    # month, leap day and year
    ("2026-01-30 15:00", 420, "2026-02-02 15:00"),
    ("2026-03-31 17:00", 120, "2026-04-01 10:00"),
    ("2028-02-28 18:00", 420, "2028-02-29 18:00"),
    ("2028-02-29 18:00", 1, "2028-03-01 09:01"),
    ("2026-12-31 17:00", 60, "2026-12-31 18:00"),
    ("2026-12-31 17:00", 120, "2027-01-04 10:00"),
    ("2025-12-31 17:00", 120, "2026-01-04 10:00"),
    ("2025-12-31 18:00", 421, "2026-01-05 09:01"),
    # Spring Festival: Saturday 14 February makes up, 15–23 are closed, Saturday 28 makes up
    ("2026-02-13 17:00", 60, "2026-02-13 18:00"),
    ("2026-02-13 17:00", 61, "2026-02-14 09:01"),
    ("2026-02-13 17:00", 480, "2026-02-14 18:00"),
    ("2026-02-13 17:00", 481, "2026-02-24 09:01"),
    ("2026-02-14 12:00", 60, "2026-02-14 15:00"),
    ("2026-02-16 10:00", 1, "2026-02-24 09:01"),
    ("2026-02-13 09:00", 5 * 420, "2026-02-26 18:00"),
    ("2026-02-13 09:00", 7 * 420, "2026-02-28 18:00"),
    ("2026-02-13 09:00", 8 * 420, "2026-03-02 18:00"),
    ("2026-02-27 18:00", 421, "2026-03-02 09:01"),
    # the other holidays
    ("2026-04-03 17:30", 60, "2026-04-07 09:30"),
    ("2026-04-30 17:00", 120, "2026-05-06 10:00"),
    ("2026-05-08 18:00", 60, "2026-05-09 10:00"),
    ("2026-05-09 17:00", 120, "2026-05-11 10:00"),
    ("2026-06-18 18:00", 1, "2026-06-22 09:01"),
    ("2026-09-18 18:00", 420, "2026-09-20 18:00"),
    ("2026-09-19 10:00", 60, "2026-09-20 10:00"),
    ("2026-09-20 18:00", 1, "2026-09-21 09:01"),
    ("2026-09-24 18:00", 60, "2026-09-28 10:00"),
    ("2026-09-30 18:00", 60, "2026-10-08 10:00"),
    ("2026-10-09 18:00", 60, "2026-10-10 10:00"),
    ("2026-10-10 18:00", 60, "2026-10-12 10:00"),
    ("2026-09-30 09:00", 10 * 420, "2026-10-19 18:00"),
    # half days and a long evening
    ("2026-03-18 09:00", 180, "2026-03-18 12:00"),
    ("2026-03-18 09:00", 181, "2026-03-19 09:01"),
    ("2026-03-18 13:00", 60, "2026-03-19 10:00"),
    ("2026-03-17 18:00", 420, "2026-03-19 15:00"),
    ("2026-12-24 09:00", 60, "2026-12-24 15:00"),
    ("2026-12-23 18:00", 240, "2026-12-24 18:00"),
    ("2026-12-23 18:00", 241, "2026-12-25 09:01"),
    ("2026-03-20 18:00", 60, "2026-03-20 20:00"),
    ("2026-03-20 18:00", 120, "2026-03-20 21:00"),
    ("2026-03-20 18:00", 121, "2026-03-23 09:01"),
]

PAUSED = [
    (120, [("10:00", "11:00")], "12:00"),
    (120, [("09:00", "10:00")], "12:00"),
    (120, [("08:00", "10:00")], "12:00"),
    (120, [("07:00", "08:30")], "11:00"),
    (120, [("12:00", "14:00")], "11:00"),
    (120, [("11:00", "12:00")], "11:00"),
    (121, [("11:00", "12:00")], "14:01"),
    (120, [("10:00", "11:00"), ("10:30", "11:30")], "14:30"),
    (120, [("10:30", "11:30"), ("10:00", "11:00")], "14:30"),
    (120, [("10:00", "11:00"), ("10:00", "11:00")], "12:00"),
    (120, [("10:00", "12:00"), ("10:30", "11:00")], "15:00"),
    (120, [("10:00", "10:30"), ("10:30", "11:00")], "12:00"),
    (120, [("10:00", "10:00")], "11:00"),
    (120, [("10:00:20", "10:00:50")], "11:00"),
    (120, [("10:00", None)], None),
    (120, [("09:00", None)], None),
    (120, [("08:00", None)], None),
    (120, [("10:59", None)], None),
    (120, [("11:00", None)], "11:00"),
    (120, [("11:01", None)], "11:00"),
    (180, [("12:00", None)], "12:00"),
    (180, [("13:00", None)], "12:00"),
    (181, [("13:00", None)], None),
    (181, [("14:00", None)], None),
    (150, [("10:00", "11:00"), ("13:00", None)], None),
    (120, [("10:00", None), ("10:30", "11:00")], None),
    (0, [("08:00", None)], "09:00"),
    (0, [("09:00", None)], "09:00"),
]


@pytest.mark.parametrize(("start", "budget", "due"), DUE)
def test_due_is_the_earliest_instant_at_which_the_budget_is_used_up(start: str, budget: int, due: str) -> None:
    assert CENTRE.due(at(start), budget) == at(due)


@pytest.mark.parametrize(("start", "budget", "due"), DUE)
def test_elapsed_reaches_the_budget_at_the_due_instant_and_not_a_minute_before(
    start: str, budget: int, due: str
) -> None:
    assert CENTRE.elapsed(at(start), at(due)) == budget
    if budget:
        minute = datetime.fromtimestamp(at(due).timestamp() - 60, CENTRE.zone)
        assert CENTRE.elapsed(at(start), minute) == budget - 1


@pytest.mark.parametrize(("budget", "pauses", "due"), PAUSED)
def test_pauses_stop_the_clock(budget: int, pauses: list[tuple[str, str | None]], due: str | None) -> None:
    spans = [(at(f"2026-03-02 {begin}"), at(f"2026-03-02 {end}") if end else None) for begin, end in pauses]
    expected = at(f"2026-03-02 {due}") if due else None
    assert CENTRE.due(at("2026-03-02 09:00"), budget, spans) == expected
    if expected:
        assert CENTRE.elapsed(at("2026-03-02 09:00"), expected, spans) == budget


def test_a_pause_over_a_weekend_takes_nothing_a_pause_into_monday_takes_monday_only() -> None:
    start, friday, monday = at("2026-03-06 17:00"), at("2026-03-06 18:00"), at("2026-03-09 09:00")
    assert CENTRE.due(start, 120, [(friday, monday)]) == at("2026-03-09 10:00")
    assert CENTRE.due(start, 120, [(at("2026-03-06 17:30"), at("2026-03-09 09:30"))]) == at("2026-03-09 11:00")


def test_a_pause_over_a_holiday_ends_in_the_next_working_window() -> None:
    pause = (at("2026-10-01 00:00"), at("2026-10-09 09:00"))
    assert CENTRE.due(at("2026-09-30 17:00"), 120, [pause]) == at("2026-10-09 10:00")


def test_elapsed_is_not_capped_and_an_open_pause_holds_it() -> None:
    start = at("2026-03-02 09:00")
    assert CENTRE.elapsed(start, at("2026-03-06 18:00")) == 2100
    assert CENTRE.elapsed(start, at("2026-03-06 18:00"), [(at("2026-03-03 10:00"), None)]) == 480
    assert CENTRE.elapsed(start, start) == 0


def test_elapsed_over_years_counts_every_day_once() -> None:
    assert CENTRE.elapsed(at("2024-01-01 00:00"), at("2025-01-01 00:00")) == 262 * 420
    assert CENTRE.elapsed(at("2023-01-01 00:00"), at("2026-01-01 00:00")) == (260 + 262 + 261) * 420


def test_seconds_belong_to_their_minute() -> None:
    assert CENTRE.due(at("2026-03-02 09:00:59"), 60) == at("2026-03-02 10:00")
    assert CENTRE.elapsed(at("2026-03-02 09:00"), at("2026-03-02 09:00:59")) == 0


def test_another_zone_asks_the_same_question() -> None:
    start = datetime.fromisoformat("2026-03-02T01:00:00+00:00")
    assert CENTRE.due(start, 60).isoformat() == "2026-03-02T10:00:00+08:00"


def test_open_and_next_open() -> None:
    assert CENTRE.is_open(at("2026-03-02 09:00"))
    assert CENTRE.is_open(at("2026-03-02 11:59"))
    assert not CENTRE.is_open(at("2026-03-02 12:00"))
    assert not CENTRE.is_open(at("2026-03-02 08:59"))
    assert CENTRE.is_open(at("2026-02-28 10:00"))
    assert not CENTRE.is_open(at("2026-02-23 10:00"))
    assert CENTRE.open_until(at("2026-03-02 10:00")) == at("2026-03-02 12:00")
    assert CENTRE.open_until(at("2026-03-02 13:00")) is None
    assert CENTRE.next_open(at("2026-03-02 10:00")) == at("2026-03-02 10:00")
    assert CENTRE.next_open(at("2026-03-02 12:00")) == at("2026-03-02 14:00")
    assert CENTRE.next_open(at("2026-03-06 18:00")) == at("2026-03-09 09:00")
    assert CENTRE.next_open(at("2026-09-30 18:00")) == at("2026-10-08 09:00")
    assert CENTRE.next_open(at("2025-12-31 18:00")) == at("2026-01-04 09:00")


def test_before_looks_back_over_the_same_windows() -> None:
    assert CENTRE.before(at("2026-03-06 18:00"), 420) == at("2026-03-06 09:00")
    assert CENTRE.before(at("2026-03-09 09:00"), 60) == at("2026-03-06 17:00")
    assert CENTRE.before(at("2026-10-08 10:00"), 120) == at("2026-09-30 17:00")
    assert CENTRE.before(at("2026-01-04 10:00"), 120) == at("2025-12-31 17:00")
    assert CENTRE.before(at("2026-03-07 10:00"), 0) == at("2026-03-07 10:00")


def test_a_working_day_has_its_usual_length_whatever_the_day() -> None:
    assert CENTRE.add_working_days(at("2026-03-17 18:00"), 1) == at("2026-03-19 15:00")
    assert CENTRE.add_working_days(at("2026-03-02 09:00"), 3) == at("2026-03-04 18:00")


def test_the_explanation_names_every_day_and_adds_up() -> None:
    start, pause = at("2026-02-13 17:00"), (at("2026-02-14 10:00"), at("2026-02-14 11:00"))
    due = CENTRE.due(start, 480, [pause])
    lines = CENTRE.explain(start, due, [pause])
    assert due == at("2026-02-24 10:00")
    assert [line.date.day for line in lines] == list(range(13, 25))
    assert [line.minutes for line in lines] == [60, 360, *[0] * 9, 60]
    assert lines[-1].total == 480
    assert lines[1].counted == (
        (at("2026-02-14 09:00"), at("2026-02-14 10:00")),
        (at("2026-02-14 11:00"), at("2026-02-14 12:00")),
        (at("2026-02-14 14:00"), at("2026-02-14 18:00")),
    )
    assert (lines[1].reason, lines[1].opens) == ("make-up working day", True)
    assert (lines[2].reason, lines[2].opens, lines[2].counted) == ("Spring Festival", False, ())


@pytest.mark.parametrize(
    ("timezone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Europe/Berlin", "2026-10-26", 24),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Asia/Shanghai", "1986-05-04", 23),
        ("Pacific/Apia", "2011-12-30", 0),
    ],
)
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(timezone: str, day: str, hours: float) -> None:
    calendar = Calendar.round_the_clock(timezone)
    worked = sum(end - start for start, end in calendar._day(date.fromisoformat(day)))
    assert worked == hours * 60


def test_a_pause_between_two_readings_of_the_same_hour_ends_after_it_begins() -> None:
    calendar = Calendar.round_the_clock("Europe/Berlin")
    begin, end = at("2026-10-25 02:40", calendar.zone), at("2026-10-25 02:10", calendar.zone).replace(fold=1)
    start = at("2026-10-25 02:00", calendar.zone)
    assert calendar.elapsed(start, end, [(begin, end)]) == 40
    assert calendar.elapsed(begin, end) == 30
    assert calendar.due(start, 60, [(begin, end)]).isoformat() == "2026-10-25T02:30:00+01:00"


def test_a_window_inside_the_missing_hour_begins_when_the_clock_first_shows_it() -> None:
    calendar = reading.calendar({"timezone": "Europe/Berlin", "weekly": {"sun": [["02:30", "04:00"]]}})
    start = at("2026-03-29 00:00", calendar.zone)
    assert calendar.due(start, 60).isoformat() == "2026-03-29T04:00:00+02:00"


NEVER = [
    {"weekly": {}, "overrides": []},
    {"weekly": {"mon": []}, "overrides": []},
    {"weekly": {}, "overrides": [{"date": "2026-03-02", "windows": []}]},
]


@pytest.mark.parametrize("data", NEVER)
def test_a_calendar_without_working_time_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(CalendarNeverOpens):
        reading.calendar(data)


def test_a_calendar_that_stops_opening_is_refused_on_the_way() -> None:
    calendar = reading.calendar({"weekly": {}, "overrides": [{"date": "2026-03-02", "windows": DAY}]})
    assert calendar.due(at("2026-03-01 09:00"), 420) == at("2026-03-02 18:00")
    for question in (
        lambda: calendar.due(at("2026-03-01 09:00"), 421),
        lambda: calendar.next_open(at("2026-03-03 09:00")),
    ):
        with pytest.raises(CalendarNeverOpens, match="no working time in 400 days"):
            question()
    with pytest.raises(CalendarNeverOpens):
        calendar.before(at("2026-03-02 18:00"), 421)


def test_400_closed_days_are_borne_and_401_are_not() -> None:
    for reopens, borne in (("2027-04-07", True), ("2027-04-09", False)):
        days = [{"date": day, "windows": [["00:00", "24:00"]]} for day in ("2026-03-02", reopens)]
        calendar = reading.calendar({"weekly": {}, "overrides": days})
        if borne:
            assert calendar.next_open(at("2026-03-03 00:00")) == at("2027-04-07 00:00")
        else:
            with pytest.raises(CalendarNeverOpens):
                calendar.next_open(at("2026-03-03 00:00"))


BAD = [
    {"timezone": "Asia/Chengdu", "weekly": WEEK},
    {"timezone": "", "weekly": WEEK},
    {"timezone": "../etc/passwd", "weekly": WEEK},
    {"weekly": {"monday": DAY}},
    {"weekly": []},
    {"weekly": {"mon": [["12:00", "09:00"]]}},
    {"weekly": {"mon": [["09:00", "09:00"]]}},
    {"weekly": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}},
    {"weekly": {"mon": [["09:00", "25:00"]]}},
    {"weekly": {"mon": [["09:00", "24:01"]]}},
    {"weekly": {"mon": [["9", "12:00"]]}},
    {"weekly": {"mon": [["09:00"]]}},
    {"weekly": {"mon": "09:00-12:00"}},
    {"weekly": {"mon": [[9, 12]]}},
    {"weekly": WEEK, "overrides": [{"date": "2026-02-30", "windows": []}]},
    {"weekly": WEEK, "overrides": [{"date": None, "windows": []}]},
    {"weekly": WEEK, "overrides": [{"date": "2026-02-03"}]},
    {"weekly": WEEK, "overrides": [{"date": "2026-02-03", "windows": []}, {"date": "2026-02-03", "windows": DAY}]},
    {"weekly": WEEK, "overrides": {}, "timezone": None},
    "calendar",
]


@pytest.mark.parametrize("data", BAD)
def test_a_calendar_that_makes_no_sense_is_refused(data: object) -> None:
    with pytest.raises(BadCalendar):
        reading.calendar(data)


def test_questions_that_make_no_sense_are_refused() -> None:
    start = at("2026-03-02 09:00")
    with pytest.raises(BadSpan, match="lies before the start"):
        CENTRE.elapsed(start, at("2026-03-02 08:59"))
    with pytest.raises(BadSpan, match="ends before it begins"):
        CENTRE.due(start, 60, [(at("2026-03-02 11:00"), at("2026-03-02 10:00"))])
    with pytest.raises(BadSpan, match="negative"):
        CENTRE.due(start, -1)
    with pytest.raises(BadSpan, match="no time zone"):
        CENTRE.due(start.replace(tzinfo=None), 60)
    with pytest.raises(BadSpan, match="out of range"):
        CENTRE.due(at("9999-12-31 23:00"), 0)


def test_windows_and_touching_windows_come_in_order() -> None:
    calendar = reading.calendar({"weekly": {"mon": [["14:00", "18:00"], ["12:00", "14:00"], ["9:00", "12:00"]]}})
    assert reading.written(calendar.windows(date(2026, 3, 2))) == [
        ["09:00", "12:00"],
        ["12:00", "14:00"],
        ["14:00", "18:00"],
    ]
    assert calendar.due(at("2026-03-02 11:00"), 120) == at("2026-03-02 13:00")
