"""What a page reads from the clocks, and how it says it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from services.clocks import actions, dials, publishing, reading, wording
from services.clocks.faults import BadCalendar
from services.clocks.models import ClockPolicy, WorkCalendar
from services.clocks.wording import Told
from tests.services.clocks.calendars import at, centre

MONDAY = at("2026-03-02 09:00")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def started(count: int) -> None:
    for number in range(1, count + 1):
        actions.start("case", number, "triage", now=MONDAY)
        actions.pause("case", number, "triage", now=at("2026-03-02 10:00"), reason="answer")
        actions.start("case", number, "supplement", now=at("2026-03-02 10:00"))


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_a_page_full_of_clocks_takes_one_query(
    standard: WorkCalendar, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    started(count)
    standard.as_calendar()
    with django_assert_num_queries(1):
        found = dials.of("case", [1, 2, 3])
        words = [[dial.told(at("2026-03-03 11:00")).tone for dial in clocks.values()] for clocks in found.values()]
    assert words == [["paused", "ok"]] * count


@pytest.mark.django_db
def test_a_dial_tells_how_things_stand(standard: WorkCalendar) -> None:
    started(1)
    now = at("2026-03-03 11:00")
    triage, supplement = (dials.of("case", [1])[1][clock] for clock in ("triage", "supplement"))
    assert (triage.elapsed(now), triage.left(now), triage.due_at) == (60, 780, None)
    assert (triage.paused_since, triage.missed(now)) == (at("2026-03-02 10:00"), False)
    assert (supplement.elapsed(now), supplement.left(now)) == (480, 3720)
    assert (supplement.paused_since, supplement.due_at) == (None, at("2026-03-16 10:00"))
    actions.stop("case", 1, "supplement", now=at("2026-03-16 10:01"))
    stopped = dials.of("case", [1])[1]["supplement"]
    assert stopped.missed(now)
    assert stopped.elapsed(at("2026-09-01 10:00")) == stopped.elapsed(at("2026-03-16 10:01")) == 4201
    assert stopped.told(now).tone == "late"


@pytest.mark.django_db
@pytest.mark.parametrize(("paused", "tone"), [("2026-03-03 17:30", "ok"), ("2026-03-03 17:31", "late")])
def test_a_clock_that_stood_still_to_its_end_is_judged_by_when_it_last_ran(
    standard: WorkCalendar, paused: str, tone: str
) -> None:
    actions.start("case", 1, "triage", now=MONDAY)
    actions.pause("case", 1, "triage", now=at(paused), reason="returned")
    standing = dials.of("case", [1])[1]["triage"]
    assert (standing.missed(at("2026-03-09 09:00")), standing.due_at) == (tone == "late", None)
    actions.stop("case", 1, "triage", now=at("2026-03-09 09:00"))
    why = dials.why("case", 1, "triage", now=at("2026-03-10 09:00"))
    assert why is not None
    assert (why.dial.told(why.now).tone, why.dial.due_at) == (tone, at("2026-03-03 17:30"))
    assert why.lines()[-2:] == ["Due 3 Mar 2026, 17:30.", "Stopped 9 Mar 2026, 09:00."]


@pytest.mark.django_db
def test_only_the_latest_counting_is_shown(standard: WorkCalendar) -> None:
    started(1)
    actions.start("case", 1, "triage", now=at("2026-03-04 09:00"))
    dial = dials.of("case", [1])[1]["triage"]
    assert (len(dial.segments), dial.begun_at, dial.elapsed(at("2026-03-04 10:00"))) == (1, at("2026-03-04 09:00"), 60)


@pytest.mark.django_db
def test_why_this_deadline(standard: WorkCalendar) -> None:
    actions.start("case", 1, "triage", now=at("2026-09-30 15:30"))
    actions.pause("case", 1, "triage", now=at("2026-09-30 16:30"), reason="sample", actor="Li Na")
    actions.resume("case", 1, "triage", now=at("2026-10-08 10:00"))
    why = dials.why("case", 1, "triage", now=at("2026-10-08 11:00"))
    assert why is not None
    assert [line.minutes for line in why.days if line.minutes] == [60, 360, 420]
    plain = [
        "Counted from 30 Sep 2026, 15:30.",
        "Promised time: 2 working days.",
        "30 Sep 2026: 15:30–16:30; 1 h so far.",
        "1 Oct 2026–3 Oct 2026 国庆节: not counted.",
        "5 Oct 2026 国庆节（补假）: not counted.",
        "6 Oct 2026 休息日（由 2026-09-20 调休）: not counted.",
        "7 Oct 2026 休息日（由 2026-10-10 调休）: not counted.",
        "8 Oct 2026: 10:00–12:00, 13:30–17:30; 7 h so far.",
        "9 Oct 2026: 09:00–12:00, 13:30–17:30; 14 h so far.",
        "Paused from 30 Sep 2026, 16:30 to 8 Oct 2026, 10:00 (waiting for a sample).",
        "Due 9 Oct 2026, 17:30.",
    ]
    versions = ["Rule: triage, version 1.", "Calendar: China standard working calendar, version 1."]
    assert why.lines() == plain
    assert why.details() == [line.replace("a sample", "a sample, Li Na") for line in plain] + versions
    assert dials.why("case", 1, "answer", now=MONDAY) is None


@pytest.mark.django_db
def test_one_working_day_is_promised_in_the_singular(standard: WorkCalendar) -> None:
    ClockPolicy.objects.filter(clock="triage").update(amount=1)
    actions.start("case", 1, "triage", now=at("2026-03-02 09:00"))
    why = dials.why("case", 1, "triage", now=at("2026-03-02 09:00"))
    assert why is not None
    assert why.lines()[1] == "Promised time: 1 working day."


@pytest.mark.django_db
def test_why_tells_a_week_in_one_line_and_a_made_up_saturday_by_its_name(standard: WorkCalendar) -> None:
    actions.start("case", 1, "delivery", now=at("2026-02-09 09:00"), working_days=7)
    why = dials.why("case", 1, "delivery", now=at("2026-02-09 09:00"))
    assert why is not None
    assert why.lines()[1:5] == [
        "Promised time: 7 working days.",
        "9 Feb 2026–13 Feb 2026: 09:00–12:00, 13:30–17:30; 35 h so far.",
        "14 Feb 2026 调休上班: 09:00–12:00, 13:30–17:30; 42 h so far.",
        "16 Feb 2026 农历除夕: not counted.",
    ]
    assert why.lines()[-2:] == ["24 Feb 2026: 09:00–12:00, 13:30–17:30; 49 h so far.", "Due 24 Feb 2026, 17:30."]


@pytest.mark.django_db
def test_why_says_how_a_clock_stands(standard: WorkCalendar) -> None:
    now = at("2026-03-02 11:30")
    actions.start("need", 1, "delivery", now=MONDAY)
    actions.start("referral", 1, "follow_up_second", now=MONDAY)
    actions.start("case", 1, "triage", now=MONDAY)
    actions.pause("case", 1, "triage", now=at("2026-03-02 10:00"), reason="returned")
    paused = dials.why("case", 1, "triage", now=now)
    actions.stop("case", 1, now=at("2026-03-02 11:00"))
    subjects = [("need", 1), ("referral", 1), ("case", 1), ("case", 9)]
    told = {why.dial.clock: why for why in dials.why_all(subjects, now=now)}
    without, round_the_clock, stopped = told["delivery"], told["follow_up_second"], told["triage"]
    assert paused is not None
    assert paused.lines()[-2:] == [
        "Paused since 2 Mar 2026, 10:00 (waiting for the enterprise to add facts).",
        "Nothing falls due while the clock is paused.",
    ]
    assert stopped.lines()[2:] == [
        "2 Mar 2026: 09:00–10:00; 1 h so far.",
        "Paused from 2 Mar 2026, 10:00 to 2 Mar 2026, 11:00 (waiting for the enterprise to add facts).",
        "Due 3 Mar 2026, 17:30.",
        "Stopped 2 Mar 2026, 11:00.",
    ]
    assert without.lines()[1:] == ["2 Mar 2026: 09:00–11:30; 2 h 30 min so far.", "No time was promised."]
    assert round_the_clock.lines()[1:] == [
        "Promised time: 30 calendar days.",
        "Nights, weekends and holidays count.",
        "Due 1 Apr 2026, 09:00.",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_why_of_a_whole_case_takes_two_queries(
    standard: WorkCalendar, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    started(count)
    actions.start("need", 1, "matching", now=MONDAY)
    standard.as_calendar()
    subjects = [("need", 1), *(("case", number) for number in range(1, count + 1))]
    with django_assert_num_queries(2):
        found = dials.why_all(subjects, now=MONDAY)
        words = [why.dial.name for why in found if why.details()]
    assert sorted(words) == ["matching"] + ["missing facts"] * count + ["triage"] * count
    with django_assert_num_queries(0):
        assert dials.why_all([], now=MONDAY) == []


@pytest.mark.django_db
def test_why_says_that_a_year_is_not_published_and_that_a_calendar_is_newer(standard: WorkCalendar) -> None:
    actions.start("case", 1, "delivery", now=at("2026-12-20 09:00"), working_days=20)
    why = dials.why("case", 1, "delivery", now=at("2026-12-20 09:00"))
    assert why is not None
    assert (why.estimated_years, why.superseded) == ((2027,), False)
    assert "The holidays of 2027 are not published yet; the date may move." in why.lines()
    publishing.publish(standard, now=MONDAY)
    newer = dials.why("case", 1, "delivery", now=at("2026-12-20 09:00"))
    assert newer is not None
    assert newer.superseded
    assert newer.details()[-1] == "The calendar has been published again since; the date will follow shortly."


@pytest.mark.parametrize(
    ("due", "now", "told"),
    [
        (None, "2026-03-02 09:00", Told("no promised time", "none")),
        ("2026-03-04 18:00", "2026-03-02 09:00", Told("due in 3 working days", "ok")),
        ("2026-03-02 18:00", "2026-03-02 09:00", Told("due in 7 working hours", "ok")),
        ("2026-03-02 12:00", "2026-03-02 09:00", Told("due in 3 working hours", "soon")),
        ("2026-03-09 10:00", "2026-03-07 13:00", Told("due in 1 working hour", "soon")),
        ("2026-03-02 09:30", "2026-03-02 09:00", Told("due in 30 working minutes", "soon")),
        ("2026-03-06 18:00", "2026-03-06 18:30", Told("due now", "late")),
        ("2026-03-06 17:00", "2026-03-09 09:30", Told("overdue by 1 working hour", "late")),
        ("2026-03-02 09:00", "2026-03-04 18:00", Told("overdue by 3 working days", "late")),
    ],
)
def test_time_left_in_words(due: str | None, now: str, told: Told) -> None:
    assert wording.due(at(due) if due else None, now=at(now), calendar=centre()) == told


def test_every_fault_a_curator_can_meet_is_translatable() -> None:
    raised = set()
    for module in ("calendar", "reading", "dayfile", "faults"):
        source = Path(wording.__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
        raised |= set(re.findall(r'(?:BadCalendar\(|message = )\s*"([^"]+)"', source))
    assert raised - {"The clock cannot be read."} == set(wording.MESSAGES)


def test_a_fault_is_told_with_its_values() -> None:
    with pytest.raises(BadCalendar) as refused:
        reading.calendar({"weekly": {"monday": []}})
    assert wording.explained(refused.value).startswith("“monday” is not a weekday")
