"""Curators keep calendars and promised times in the administration; what they save is published."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.roles import Role
from services.clocks import actions, publishing
from services.clocks.models import CalendarDay, ClockPolicy, ClockSegment, WorkCalendar
from tests.factories import make_user
from tests.services.clocks.calendars import at

pytestmark = pytest.mark.django_db
DAY = {"date": "2026-03-03", "windows": "[]", "reason": "storm", "source": "district"}


@pytest.fixture
def curator(db: None, client: Client) -> Client:
    client.force_login(make_user(Role.CURATOR))
    return client


def test_the_year_shows_every_date_and_says_what_is_missing(standard: WorkCalendar, curator: Client) -> None:
    page = curator.get(reverse("admin:clocks_year", args=[standard.pk, 2026]))
    assert page.status_code == 200
    assert sum(len([c for week in m.weeks for c in week if c]) for m in page.context["months"]) == 365
    assert page.context["state"] == "complete"
    holiday = next(c for week in page.context["months"][1].weeks for c in week if c and c.date == date(2026, 2, 17))
    makeup = next(c for week in page.context["months"][1].weeks for c in week if c and c.date == date(2026, 2, 14))
    assert (holiday.look, makeup.look, makeup.hours) == ("closed own", "open own", "09:00–12:00, 13:30–17:30")
    assert [day.weekday() for day in page.context["months"][7].weekdays] == [0, 1, 2, 3, 4, 5, 6]
    for year, state in ((2027, "estimated"), (2028, "missing")):
        page = curator.get(reverse("admin:clocks_year", args=[standard.pk, year]))
        assert page.context["state"] == state
        assert b"errornote" in page.content
    assert curator.get(reverse("admin:clocks_year", args=[standard.pk, 9999])).status_code == 403
    assert curator.get(reverse("admin:clocks_year", args=[0, 2026])).status_code == 404


def test_a_year_is_imported_from_the_package_after_a_look(standard: WorkCalendar, curator: Client) -> None:
    standard.days.filter(date__year=2026).delete()
    page = curator.post(reverse("admin:clocks_year_import", args=[standard.pk, 2026]), {"package": "1"})
    assert (page.status_code, len(page.context["lines"]), standard.days.filter(date__year=2026).count()) == (200, 28, 0)
    assert {line.deed for line in page.context["lines"]} == {"new"}
    sent = {"days": page.context["confirm"]["days"].value()}
    assert curator.post(reverse("admin:clocks_year_publish", args=[standard.pk, 2026]), sent).status_code == 302
    standard.refresh_from_db()
    assert (standard.days.filter(date__year=2026).count(), standard.version) == (28, 2)
    again = curator.post(reverse("admin:clocks_year_import", args=[standard.pk, 2026]), {"package": "1"})
    assert (again.context["plan"].changes, again.context["lines"]) == (False, [])


FILES = {
    "notice.json": json.dumps(
        [
            {"date": "2027-01-01", "windows": [], "reason": "元旦"},
            {"date": "2027-01-02", "windows": [["09:00", "12:00"]], "reason": "补班"},
            {"date": "2026-12-31", "windows": [], "reason": "elsewhere"},
        ]
    ).encode(),
    "notice.csv": "\ufeffdate,windows,reason\r\n2027-01-01,,元旦\r\n2027-01-02,09:00-12:00,补班\r\n".encode(),
    "Excel.CSV": "date, windows, reason\n2027-01-01,,元旦\n2027-01-02, 09:00–12:00, 补班\n".encode("gb18030"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_year_is_imported_from_a_file_after_a_look(standard: WorkCalendar, curator: Client, name: str) -> None:
    standard.days.create(date="2027-07-01", reason="anniversary", source="curator")
    estimated = standard.days.filter(date__year=2027, estimated=True).exclude(date="2027-01-01").count()
    file = SimpleUploadedFile(name, FILES[name])
    page = curator.post(reverse("admin:clocks_year_import", args=[standard.pk, 2027]), {"file": file})
    told = [(line.date, line.deed, line.hours, line.reason) for line in page.context["lines"]]
    assert told[:2] == [
        (date(2027, 1, 1), "changed", "", "元旦"),
        (date(2027, 1, 2), "new", "09:00–12:00", "补班"),
    ]
    assert [line[1] for line in told].count("removed") == estimated
    assert (date(2027, 7, 1), "kept", "", "anniversary") in told
    assert standard.days.filter(date="2027-01-02").count() == 0
    sent = {"days": page.context["confirm"]["days"].value()}
    curator.post(reverse("admin:clocks_year_publish", args=[standard.pk, 2027]), sent)
    found = standard.days.filter(date__year=2027).order_by("date").values_list("date", "reason", "source")
    assert list(found) == [
        (date(2027, 1, 1), "元旦", name),
        (date(2027, 1, 2), "补班", name),
        (date(2027, 7, 1), "anniversary", "curator"),
    ]
    assert publishing.year_state(standard, 2027) == "complete"


BAD_FILES = [
    (b"{", "neither JSON nor a table"),
    (b"[" * 100_000, "neither JSON nor a table"),
    (b"[1]", "must have a date and windows"),
    (b"{}", "must be a list"),
    (b'[{"date": "2027-02-30", "windows": []}]', "not a date"),
    (b'[{"date": "2027-02-03", "windows": [["12:00", "09:00"]]}]', "does not end after it begins"),
    (b'[{"date": "2026-02-03", "windows": []}]', "no day of 2027"),
    (b"\xff\xff\x81", "no text"),
    (b" " * (256 * 1024 + 1), "too large"),
]


@pytest.mark.parametrize(("content", "error"), BAD_FILES)
def test_a_bad_file_is_told_at_its_field_and_changes_nothing(
    standard: WorkCalendar, curator: Client, content: bytes, error: str
) -> None:
    file = SimpleUploadedFile("days.json", content)
    address = reverse("admin:clocks_year_import", args=[standard.pk, 2027])
    page = curator.post(address, {"file": file}, headers={"accept-language": "en"})
    assert page.status_code == 200
    assert error in str(page.context["form"].errors["file"])
    standard.refresh_from_db()
    assert (standard.version, standard.days.count()) == (1, 71)


@pytest.mark.parametrize("text", ["date;windows\n2027-01-01;", "date,windows\n2027-01-01,9-12", "a,b\n1,2"])
def test_a_bad_table_is_told_at_its_field(standard: WorkCalendar, curator: Client, text: str) -> None:
    file = SimpleUploadedFile("days.csv", text.encode())
    page = curator.post(reverse("admin:clocks_year_import", args=[standard.pk, 2027]), {"file": file})
    assert list(page.context["form"].errors) == ["file"]


@pytest.mark.parametrize("days", ["", "{", "[1]", '[{"date": "2027-02-03", "windows": [["12:00", "09:00"]]}]'])
def test_days_that_were_never_shown_are_not_written(standard: WorkCalendar, curator: Client, days: str) -> None:
    answer = curator.post(reverse("admin:clocks_year_publish", args=[standard.pk, 2027]), {"days": days}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    standard.refresh_from_db()
    assert (standard.version, standard.days.count()) == (1, 71)


def test_a_year_that_would_never_open_is_refused(standard: WorkCalendar, curator: Client) -> None:
    standard.weekly = {"mon": []}
    standard.save()
    sent = {"days": json.dumps([{"date": "2020-01-01", "windows": [["09:00", "12:00"]]}])}
    answer = curator.post(reverse("admin:clocks_year_publish", args=[standard.pk, 2020]), sent, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_the_page_shows_how_many_clocks_have_still_to_follow(standard: WorkCalendar, curator: Client) -> None:
    actions.start("case", 1, "triage", now=at("2026-03-02 09:00"))
    publishing.publish(standard, now=at("2026-03-02 09:00"))
    address = reverse("admin:clocks_outstanding")
    for page in (curator.get(reverse("admin:clocks_year", args=[standard.pk, 2026])), curator.get(address)):
        assert page.context["outstanding"] == 1
        assert f'hx-get="{address}"' in page.content.decode()
    list(publishing.refresh())
    assert "hx-get" not in curator.get(address).content.decode()


def test_the_index_warns_of_incomplete_years_whoever_can_complete_them(standard: WorkCalendar, curator: Client) -> None:
    this_year = timezone.localdate().year
    standard.days.filter(date__year=this_year).delete()
    address = reverse("admin:clocks_year", args=[standard.pk, this_year])
    assert address in curator.get(reverse("admin:index")).content.decode()
    auditor = Client()
    auditor.force_login(make_user(Role.AUDITOR))
    assert address not in auditor.get(reverse("admin:index")).content.decode()


def test_a_day_that_is_saved_or_deleted_is_published(standard: WorkCalendar, curator: Client) -> None:
    actions.start("case", 1, "triage", now=at("2026-03-02 09:00"))
    address = reverse("admin:clocks_calendarday_add")
    assert curator.post(address, DAY | {"calendar": standard.pk}).status_code == 302
    assert (standard.days.get(date="2026-03-03").reason, ClockSegment.objects.stale().count()) == ("storm", 1)
    row = standard.days.get(date="2026-03-03")
    curator.post(reverse("admin:clocks_calendarday_delete", args=[row.pk]), {"post": "yes"})
    standard.refresh_from_db()
    assert (standard.days.filter(date="2026-03-03").exists(), standard.version) == (False, 3)


@pytest.mark.parametrize("windows", ['[["12:00", "09:00"]]', '[["9"]]', '"open"', "[[1, 2]]"])
def test_windows_that_make_no_sense_are_refused_at_the_field(
    standard: WorkCalendar, curator: Client, windows: str
) -> None:
    address = reverse("admin:clocks_calendarday_add")
    page = curator.post(address, DAY | {"calendar": standard.pk, "windows": windows})
    assert page.status_code == 200
    assert list(page.context["adminform"].form.errors) == ["windows"]
    assert not CalendarDay.objects.filter(date="2026-03-03").exists()


def test_other_windows_of_a_week_are_published(standard: WorkCalendar, curator: Client) -> None:
    address = reverse("admin:clocks_workcalendar_change", args=[standard.pk])
    data = {"code": "cn-standard", "name_zh": "标准", "timezone": "Asia/Shanghai", "working_day_minutes": 180}
    data |= {"weekly": '{"mon": [["09:00", "12:00"]]}', "is_default": "on"}
    assert curator.post(address, data).status_code == 302
    standard.refresh_from_db()
    assert (standard.version, standard.weekly) == (2, {"mon": [["09:00", "12:00"]]})
    assert standard.as_calendar().due(at("2026-03-02 09:00"), 181) == at("2026-03-09 09:01")
    refused = curator.post(address, data | {"weekly": "{}"})
    assert list(refused.context["adminform"].form.errors) == ["weekly"]


@pytest.mark.parametrize(("running", "stale"), [({}, 0), ({"running": "on"}, 1)])
def test_a_changed_limit_reaches_clocks_under_way_only_if_asked(
    standard: WorkCalendar, curator: Client, running: dict[str, str], stale: int
) -> None:
    actions.start("case", 1, "triage", now=at("2026-03-02 09:00"))
    policy = ClockPolicy.objects.get(clock="triage", urgency="")
    data = {"clock": "triage", "amount": "3", "unit": "working_days"}
    address = reverse("admin:clocks_clockpolicy_change", args=[policy.pk])
    assert curator.post(address, data | running).status_code == 302
    policy.refresh_from_db()
    assert (policy.amount, policy.version, ClockSegment.objects.stale().count()) == (3, 2, stale)


@pytest.mark.parametrize(
    ("role", "seen", "posted"), [(None, 302, 401), (Role.SPECIALIST, 302, 302), (Role.AUDITOR, 200, 403)]
)
def test_who_may_not_look_or_change_is_turned_away(
    standard: WorkCalendar, client: Client, role: str | None, seen: int, posted: int
) -> None:
    if role:
        client.force_login(make_user(role))
    looks = [reverse("admin:clocks_year", args=[standard.pk, 2026]), reverse("admin:clocks_outstanding")]
    assert {client.get(address).status_code for address in looks} == {seen}
    changes = [reverse(f"admin:clocks_year_{step}", args=[standard.pk, 2026]) for step in ("import", "publish")]
    assert {client.post(address, {"package": "1"}).status_code for address in changes} == {posted}
    standard.refresh_from_db()
    assert standard.version == 1
