"""Clocks on rows. Friday 6 March 2026; the standard calendar works 09:00–12:00 and 13:30–17:30."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from services.clocks import actions, loading
from services.clocks.actions import Start
from services.clocks.models import ClockPolicy, ClockSegment, WorkCalendar
from tests.services.clocks.calendars import DAY, at

pytestmark = pytest.mark.django_db
SUBJECT = ("referral", 7)
MONDAY = at("2026-03-02 09:00")


def rows(clock: str = "triage") -> list[tuple[str, datetime, datetime | None, datetime | None]]:
    found = ClockSegment.objects.of(*SUBJECT, clock).order_by("started_at", "id")
    return list(found.values_list("kind", "started_at", "ended_at", "due_at"))


def test_a_clock_falls_due_by_its_policy(standard: WorkCalendar) -> None:
    assert actions.start(*SUBJECT, "triage", now=at("2026-03-06 10:00")) == at("2026-03-10 10:00")
    segment = ClockSegment.objects.get()
    assert (segment.budget_minutes, segment.calendar, segment.calendar_version) == (840, standard, 1)
    with translation.override("en"):
        assert (str(segment.policy), segment.policy_version) == ("triage: 2 working days", 1)


@pytest.mark.parametrize(
    ("urgency", "board", "item", "due"),
    [
        ("normal", "", "", "2026-03-03 17:30"),
        ("urgent", "", "", "2026-03-02 14:00"),
        ("urgent", "IP", "", "2026-03-02 10:00"),
        ("low", "IP", "", "2026-03-02 10:00"),
        ("low", "IP", "IP-02", "2026-03-02 17:30"),
        ("urgent", "IP", "IP-02", "2026-03-02 17:30"),
        ("urgent", "SM", "SM-01", "2026-03-02 14:00"),
    ],
)
def test_the_most_particular_policy_counts(
    standard: WorkCalendar, urgency: str, board: str, item: str, due: str
) -> None:
    minutes = ClockPolicy.Unit.MINUTES
    ClockPolicy.objects.create(clock="triage", board="IP", amount=60, unit=minutes)
    ClockPolicy.objects.create(clock="triage", item="IP-02", amount=1)
    assert actions.start(*SUBJECT, "triage", now=MONDAY, urgency=urgency, board=board, item=item) == at(due)


def test_promised_days_of_an_item_need_no_policy(standard: WorkCalendar) -> None:
    assert actions.start(*SUBJECT, "delivery", now=MONDAY, working_days=20) == at("2026-03-27 17:30")
    assert actions.start("need", 7, "delivery", now=MONDAY) is None
    assert ClockSegment.objects.get(subject_kind="need").budget_minutes is None


def test_calendar_days_count_nights_and_holidays(standard: WorkCalendar) -> None:
    assert actions.start(*SUBJECT, "follow_up_second", now=at("2026-09-10 16:40")) == at("2026-10-10 16:40")


def test_an_immediate_promise_is_due_at_once(standard: WorkCalendar) -> None:
    assert actions.start(*SUBJECT, "acknowledgement", now=at("2026-03-07 03:00")) == at("2026-03-07 03:00")


def test_a_station_may_have_its_own_calendar(standard: WorkCalendar) -> None:
    own = WorkCalendar.objects.create(code="post", name_zh="乡镇", weekly={"mon": DAY}, working_day_minutes=420)
    assert actions.start(*SUBJECT, "triage", now=MONDAY, calendar=own) == at("2026-03-09 18:00")


def test_pausing_and_resuming_keeps_what_was_left(standard: WorkCalendar) -> None:
    actions.start(*SUBJECT, "triage", now=MONDAY)
    actions.pause(*SUBJECT, "triage", now=at("2026-03-02 15:30"), reason="sample", actor="Li")
    assert actions.is_running(*SUBJECT, "triage")
    assert actions.resume(*SUBJECT, "triage", now=at("2026-03-06 15:30")) == at("2026-03-09 17:30")
    assert rows() == [
        ("run", MONDAY, at("2026-03-02 15:30"), at("2026-03-03 17:30")),
        ("pause", at("2026-03-02 15:30"), at("2026-03-06 15:30"), None),
        ("run", at("2026-03-06 15:30"), None, at("2026-03-09 17:30")),
    ]
    paused = ClockSegment.objects.get(kind="pause")
    assert (paused.reason, paused.actor, paused.begun_at) == ("sample", "Li", MONDAY)


def test_a_second_pause_adds_to_the_first(standard: WorkCalendar) -> None:
    actions.start(*SUBJECT, "triage", now=MONDAY)
    for day in ("02", "03"):
        actions.pause(*SUBJECT, "triage", now=at(f"2026-03-{day} 10:00"), reason="answer")
        due = actions.resume(*SUBJECT, "triage", now=at(f"2026-03-{day} 11:00"))
    assert due == at("2026-03-04 11:00")


def test_a_stopped_clock_stays_as_it_was(standard: WorkCalendar) -> None:
    due = actions.start(*SUBJECT, "triage", now=MONDAY)
    actions.stop(*SUBJECT, "triage", now=at("2026-03-02 11:00"))
    actions.pause(*SUBJECT, "triage", now=at("2026-03-02 12:00"), reason="late")
    assert actions.resume(*SUBJECT, "triage", now=at("2026-03-02 13:00")) is None
    assert actions.change(*SUBJECT, "triage", now=at("2026-03-02 13:00")) is None
    actions.stop(*SUBJECT, "triage", now=at("2026-03-05 11:00"))
    assert not actions.is_running(*SUBJECT, "triage")
    assert rows() == [("run", MONDAY, at("2026-03-02 11:00"), due)]


def test_stopping_a_subject_stops_all_its_clocks_and_no_other(standard: WorkCalendar) -> None:
    for subject, clock in (
        (SUBJECT, "triage"),
        (SUBJECT, "answer"),
        (("case", 7), "triage"),
        (("referral", 8), "answer"),
    ):
        actions.start(*subject, clock, now=MONDAY)
    actions.stop(*SUBJECT, now=at("2026-03-02 10:00"))
    left = ClockSegment.objects.open().order_by("id").values_list("subject_kind", "subject_id", "clock")
    assert list(left) == [("case", 7, "triage"), ("referral", 8, "answer")]


def test_starting_again_counts_afresh(standard: WorkCalendar) -> None:
    actions.start(*SUBJECT, "triage", now=MONDAY)
    actions.pause(*SUBJECT, "triage", now=at("2026-03-02 10:00"), reason="answer")
    assert actions.start(*SUBJECT, "triage", now=at("2026-03-04 09:00")) == at("2026-03-05 17:30")
    assert [(kind, ended) for kind, _, ended, _ in rows()] == [
        ("run", at("2026-03-02 10:00")),
        ("pause", at("2026-03-04 09:00")),
        ("run", None),
    ]


def test_pausing_and_resuming_twice_changes_nothing(standard: WorkCalendar) -> None:
    due = actions.start(*SUBJECT, "triage", now=MONDAY)
    assert actions.resume(*SUBJECT, "triage", now=at("2026-03-02 10:00")) == due
    actions.pause(*SUBJECT, "triage", now=at("2026-03-02 10:00"), reason="answer")
    actions.pause(*SUBJECT, "triage", now=at("2026-03-02 11:00"), reason="answer")
    assert [(kind, start, end) for kind, start, end, _ in rows()] == [
        ("run", MONDAY, at("2026-03-02 10:00")),
        ("pause", at("2026-03-02 10:00"), None),
    ]


def test_a_clock_that_stands_still_may_go_on_doing_so_for_another_reason(standard: WorkCalendar) -> None:
    actions.start(*SUBJECT, "triage", now=MONDAY)
    actions.pause(*SUBJECT, "triage", now=at("2026-03-02 10:00"), reason="sample")
    actions.pause(*SUBJECT, "triage", now=at("2026-03-02 11:00"), reason="delivered")
    assert [(kind, start, end) for kind, start, end, _ in rows()] == [
        ("run", MONDAY, at("2026-03-02 10:00")),
        ("pause", at("2026-03-02 10:00"), at("2026-03-02 11:00")),
        ("pause", at("2026-03-02 11:00"), None),
    ]


def test_several_clocks_start_in_the_statements_of_one(
    standard: WorkCalendar, django_assert_num_queries: Callable[[int], CaptureQueriesContext]
) -> None:
    urgent = Start("need", 7, "triage", urgency="urgent")
    plain = Start("need", 8, "triage")
    own = Start("referral", 9, "delivery", working_days=1)
    standard.as_calendar()  # once per process
    with django_assert_num_queries(2):
        due = actions.start_all([urgent, plain, own], now=MONDAY)
    assert due == [at("2026-03-02 14:00"), at("2026-03-03 17:30"), at("2026-03-02 17:30")]
    assert actions.start_all([], now=MONDAY) == []
    again = actions.start_all([urgent, plain], now=at("2026-03-02 10:00"))
    assert again == [at("2026-03-02 15:00"), at("2026-03-04 10:00")]
    assert ClockSegment.objects.open().count() == 3


def test_a_clock_never_started_is_nobodys_fault(standard: WorkCalendar) -> None:
    actions.pause(*SUBJECT, "triage", now=MONDAY, reason="answer")
    actions.stop(*SUBJECT, now=MONDAY)
    assert actions.resume(*SUBJECT, "triage", now=MONDAY) is None
    assert not ClockSegment.objects.exists()


def test_time_set_back_gives_no_negative_segment(standard: WorkCalendar) -> None:
    actions.start(*SUBJECT, "triage", now=at("2026-03-02 10:00"))
    actions.pause(*SUBJECT, "triage", now=at("2026-03-02 09:00"), reason="answer")
    assert actions.resume(*SUBJECT, "triage", now=at("2026-03-02 09:30")) == at("2026-03-04 10:00")
    actions.stop(*SUBJECT, now=at("2026-03-02 09:00"))
    assert [(start, end) for _, start, end, _ in rows()] == [(at("2026-03-02 10:00"), at("2026-03-02 10:00"))] * 3


def test_other_terms_keep_the_pause(standard: WorkCalendar) -> None:
    actions.start(*SUBJECT, "triage", now=MONDAY)
    actions.pause(*SUBJECT, "triage", now=at("2026-03-02 10:00"), reason="answer")
    assert actions.change(*SUBJECT, "triage", now=at("2026-03-02 10:30"), urgency="urgent") is None
    assert actions.resume(*SUBJECT, "triage", now=at("2026-03-02 11:00")) == at("2026-03-02 15:00")
    assert actions.change(*SUBJECT, "triage", now=at("2026-03-02 11:30"), working_days=1) == at("2026-03-03 10:00")


def test_a_portal_without_reference_data_loads_them_when_the_first_clock_starts() -> None:
    assert actions.start(*SUBJECT, "triage", now=MONDAY) == at("2026-03-03 17:30")


STEPS: list[tuple[str, int, Callable[[], object]]] = [
    ("start", 2, lambda: actions.start(*SUBJECT, "triage", now=MONDAY)),
    ("pause", 3, lambda: actions.pause(*SUBJECT, "triage", now=at("2026-03-02 10:00"), reason="answer")),
    ("resume", 3, lambda: actions.resume(*SUBJECT, "triage", now=at("2026-03-02 11:00"))),
    ("stop", 1, lambda: actions.stop(*SUBJECT, now=at("2026-03-02 12:00"))),
    ("with days", 2, lambda: actions.start(*SUBJECT, "delivery", now=MONDAY, working_days=3)),
]


def test_each_step_takes_few_statements(standard: WorkCalendar) -> None:
    standard.as_calendar()
    counted = {}
    for name, _, step in STEPS:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            step()
        counted[name] = len(queries)
    assert counted == {name: expected for name, expected, _ in STEPS}


def test_loading_again_leaves_what_was_edited(standard: WorkCalendar) -> None:
    ClockPolicy.objects.filter(clock="triage", urgency="").update(amount=3)
    known = ClockPolicy.objects.count()
    standard.days.filter(date="2026-01-01").update(reason="edited")
    assert loading.load() == [
        "Calendar days: 0 created, 71 left as they are",
        f"Promised times: 0 created, {known} left as they are",
    ]
    assert ClockPolicy.objects.get(clock="triage", urgency="").amount == 3
    assert standard.days.get(date="2026-01-01").reason == "edited"
