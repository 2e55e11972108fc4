"""What the database itself refuses."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from services.clocks.models import CalendarDay, ClockPolicy, ClockSegment, WorkCalendar
from tests.services.clocks.calendars import DAY, at

pytestmark = pytest.mark.django_db


def segment(calendar: WorkCalendar, start: str, end: str | None, **columns: Any) -> ClockSegment:
    ended = None if end is None else moment(end)
    kept = {"subject_kind": "case", "subject_id": 1, "clock": "triage", "kind": "run", "begun_at": moment("08:00")}
    kept |= {"calendar": calendar, "calendar_version": 1, "started_at": moment(start), "ended_at": ended}
    return ClockSegment.objects.create(**(kept | columns))


def moment(time: str) -> datetime:
    return at(f"2026-03-02 {time}")


@pytest.mark.parametrize(
    ("start", "end"), [("09:30", "09:40"), ("08:30", "09:30"), ("09:59", None), ("08:00", None), ("08:00", "11:00")]
)
def test_segments_of_a_clock_may_not_overlap(standard: WorkCalendar, start: str, end: str | None) -> None:
    segment(standard, "09:00", "10:00")
    with pytest.raises(IntegrityError, match="segment_no_overlap"):
        segment(standard, start, end, kind="pause")


def test_segments_may_touch_and_those_of_others_may_overlap(standard: WorkCalendar) -> None:
    segment(standard, "09:00", "10:00")
    segment(standard, "10:00", "10:00", kind="pause")
    segment(standard, "10:00", None)
    segment(standard, "08:00", "09:00")
    for other in ({"subject_kind": "need"}, {"subject_id": 2}, {"clock": "answer"}):
        segment(standard, "09:00", None, **other)
    assert ClockSegment.objects.count() == 7


def test_only_one_segment_of_a_clock_is_open(standard: WorkCalendar) -> None:
    segment(standard, "09:00", None)
    with pytest.raises(IntegrityError, match="segment_"):
        segment(standard, "10:00", None)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"kind": "walk"}, "segment_kind"),
        ({"subject_kind": "person"}, "segment_subject_kind"),
        ({"ended_at": moment("08:59")}, "segment_ends_after_start"),
        ({"begun_at": moment("09:01")}, "segment_within_counting"),
        ({"kind": "pause", "due_at": moment("12:00")}, "segment_pause_has_no_due"),
        ({"policy_version": 1}, "segment_policy_version"),
    ],
)
def test_a_segment_must_make_sense(standard: WorkCalendar, columns: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        segment(standard, "09:00", None, **columns)


def test_one_calendar_is_the_default_and_a_date_has_one_rule(standard: WorkCalendar) -> None:
    with pytest.raises(IntegrityError, match="calendar_one_default"), transaction.atomic():
        WorkCalendar.objects.create(code="other", name_zh="另", weekly={"mon": DAY}, is_default=True)
    with pytest.raises(IntegrityError, match="calendar_day_once"), transaction.atomic():
        CalendarDay.objects.create(calendar=standard, date="2026-10-01")
    with pytest.raises(IntegrityError, match="policy_once"), transaction.atomic():
        ClockPolicy.objects.create(clock="triage", amount=3)
    with pytest.raises(IntegrityError, match="policy_amount"), transaction.atomic():
        ClockPolicy.objects.create(clock="other", amount=-1)


@pytest.mark.parametrize("weekly", [{}, {"mon": [["12:00", "09:00"]]}, {"monday": DAY}, [], {"mon": ["09:00"]}])
def test_a_calendar_that_cannot_work_is_refused_at_its_field(weekly: object) -> None:
    with pytest.raises(ValidationError) as refused:
        WorkCalendar(code="a", name_zh="甲", weekly=weekly).full_clean()
    assert "weekly" in refused.value.message_dict


def test_the_standard_calendar_is_the_published_one(standard: WorkCalendar) -> None:
    calendar = standard.as_calendar()
    assert calendar.is_open(at("2026-02-14 13:30"))
    assert not calendar.is_open(at("2026-02-16 10:00"))
    assert not calendar.is_open(at("2026-03-02 12:30"))
    assert calendar.due(at("2026-09-30 09:00"), 2 * 420) == at("2026-10-08 17:30")
    assert standard.as_calendar() is calendar, "built once per version"
