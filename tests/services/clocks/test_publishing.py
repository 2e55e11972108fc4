"""A published calendar and a changed policy reach the clocks under way, once, in batches, pauses kept."""

import io
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from pytest_django import Settings

from services.clocks import actions, publishing
from services.clocks.faults import CalendarNeverOpens
from services.clocks.models import ClockPolicy, ClockSegment, WorkCalendar
from services.clocks.publishing import Day, Progress
from tests.services.clocks.calendars import at

pytestmark = pytest.mark.django_db
MONDAY = at("2026-03-02 09:00")
CLOSED = Day(date(2026, 3, 3), (), "storm", "notice of the district")
handed: list[tuple[str, str, dict[int, datetime | None]]] = []


def sink(subject_kind: str, clock: str, dues: dict[int, datetime | None]) -> None:
    handed.append((subject_kind, clock, dues))


def dues() -> list[datetime | None]:
    return list(ClockSegment.objects.open().order_by("subject_id").values_list("due_at", flat=True))


def test_a_published_day_moves_the_clocks_under_way(standard: WorkCalendar, settings: Settings) -> None:
    settings.CLOCK_DUE_SINKS = [f"{__name__}.sink"]
    handed.clear()
    for number in range(1, 6):
        actions.start("case", number, "triage", now=MONDAY)
    actions.pause("case", 4, "triage", now=at("2026-03-02 10:00"), reason="answer")
    actions.stop("case", 5, now=at("2026-03-02 10:00"))
    done = publishing.publish(standard, now=MONDAY, days=[CLOSED])
    assert (done.version, publishing.outstanding()) == (2, 4)
    assert list(publishing.refresh(batch=2)) == [Progress(2, 2), Progress(4, 3)]
    assert dues() == [at("2026-03-04 17:30")] * 3 + [None]
    assert ClockSegment.objects.get(subject_id=5).due_at == at("2026-03-03 17:30"), "a stopped clock is frozen"
    assert [(kind, clock, sorted(dues)) for kind, clock, dues in handed] == [
        ("case", "triage", [1, 2]),
        ("case", "triage", [3]),
    ]
    assert (list(publishing.refresh()), publishing.outstanding()) == ([], 0)
    assert actions.resume("case", 4, "triage", now=at("2026-03-04 10:00")) == at("2026-03-05 17:30")


def test_a_policy_change_keeps_the_pause(standard: WorkCalendar) -> None:
    actions.start("case", 1, "triage", now=MONDAY)
    actions.pause("case", 1, "triage", now=at("2026-03-02 10:00"), reason="answer")
    actions.resume("case", 1, "triage", now=at("2026-03-02 14:30"))
    assert dues() == [at("2026-03-04 12:00")]
    policy = ClockPolicy.objects.get(clock="triage", urgency="")
    publishing.change_policy(policy, amount=Decimal(1), unit="working_days", running=False)
    assert (publishing.outstanding(), list(publishing.refresh())) == (0, [])
    publishing.change_policy(policy, amount=Decimal(3), unit="working_days", running=True)
    assert list(publishing.refresh()) == [Progress(1, 1)]
    assert dues() == [at("2026-03-05 12:00")]
    assert list(ClockSegment.objects.open().values_list("policy_version", "budget_minutes")) == [(3, 1260)]


def test_a_policy_that_makes_no_sense_is_refused(standard: WorkCalendar) -> None:
    policy = ClockPolicy.objects.get(clock="triage", urgency="")
    with pytest.raises(ValidationError):
        publishing.change_policy(policy, amount=Decimal(-1), unit="working_days", running=True)


def test_a_calendar_that_would_never_open_is_not_published() -> None:
    calendar = WorkCalendar.objects.create(code="day", name_zh="一日", weekly={})
    with pytest.raises(CalendarNeverOpens):
        publishing.publish(calendar, now=MONDAY, days=[Day(date(2020, 1, 1), ((540, 720),))])
    calendar.refresh_from_db()
    assert calendar.version == 1


def test_estimated_days_give_way_and_edited_days_stay(standard: WorkCalendar) -> None:
    assert publishing.year_state(standard, 2026) == "complete"
    assert publishing.year_state(standard, 2027) == "estimated"
    assert publishing.year_state(standard, 2028) == "missing"
    standard.days.create(date="2027-07-01", reason="anniversary", source="curator")
    standard.days.filter(date="2027-01-01").update(estimated=False, source="curator", reason="edited")
    days = [Day(date(2027, 1, 1), (), "New Year", "notice"), Day(date(2027, 1, 2), ((540, 720),), "make-up", "notice")]
    done = publishing.publish_year(
        standard, 2027, [*days, Day(date(2026, 1, 1), (), "other year", "notice")], now=MONDAY
    )
    assert (done.written, done.kept, done.removed) == (1, 1, 18)
    found = standard.days.filter(date__year=2027).order_by("date").values_list("date", "reason")
    assert list(found) == [
        (date(2027, 1, 1), "edited"),
        (date(2027, 1, 2), "make-up"),
        (date(2027, 7, 1), "anniversary"),
    ]
    assert publishing.year_state(standard, 2027) == "complete"


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_holidays", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_year_is_imported_from_the_package(standard: WorkCalendar) -> None:
    before = sorted(standard.days.filter(date__year=2026).values_list("date", "windows", "reason", "estimated"))
    standard.days.filter(date__year=2026).delete()
    out, err = run("2026")
    assert out == "cn-standard 2026: 28 days written, 0 kept as edited here, 0 removed; version 2\n"
    assert err == ""
    assert sorted(standard.days.filter(date__year=2026).values_list("date", "windows", "reason", "estimated")) == before
    assert standard.days.filter(date__year=2001).count() == 0, "the package's list of make-up days holds other years"


def test_a_year_without_a_notice_is_marked(standard: WorkCalendar) -> None:
    out, err = run("2027")
    assert "2027 is incomplete" in err
    assert "19 days written" in out
    assert set(standard.days.filter(date__year=2027).values_list("estimated", flat=True)) == {True}


def test_a_year_is_imported_from_a_file_and_moves_clocks(standard: WorkCalendar, tmp_path: Path) -> None:
    actions.start("case", 1, "triage", now=at("2027-06-01 09:00"))
    path = tmp_path / "days.json"
    path.write_text(json.dumps([{"date": "2027-06-02", "windows": [["09:00", "12:00"]], "reason": "flood"}]))
    out, err = run("2027", "--file", str(path), "--calendar", "cn-standard")
    assert out.endswith("version 2\n1 clocks reckoned again, 1 fall due at another time\n")
    assert err == ""
    assert dues() == [at("2027-06-03 14:30")]


@pytest.mark.parametrize("text", ["{", "[1]", '[{"date": "2027-06-02", "windows": [["12:00", "09:00"]]}]'])
def test_a_bad_file_changes_nothing(standard: WorkCalendar, tmp_path: Path, text: str) -> None:
    path = tmp_path / "days.json"
    path.write_text(text)
    days = standard.days.count()
    with pytest.raises(CommandError):
        run("2027", "--file", str(path))
    standard.refresh_from_db()
    assert (standard.version, standard.days.count()) == (1, days)


def test_an_unknown_calendar_is_refused(standard: WorkCalendar) -> None:
    with pytest.raises(CommandError, match="no such calendar"):
        run("2026", "--calendar", "none")
