"""Curators keep calendars and promised times in the administration; what they save is published."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.roles import Role
from services.clocks import actions
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
    for year, state in ((2027, "estimated"), (2028, "missing")):
        page = curator.get(reverse("admin:clocks_year", args=[standard.pk, year]))
        assert page.context["state"] == state
        assert b"errornote" in page.content
    assert curator.get(reverse("admin:clocks_year", args=[standard.pk, 9999])).status_code == 403
    assert curator.get(reverse("admin:clocks_year", args=[0, 2026])).status_code == 404


def test_a_year_is_imported_with_one_click(standard: WorkCalendar, curator: Client) -> None:
    standard.days.filter(date__year=2026).delete()
    address = reverse("admin:clocks_year", args=[standard.pk, 2026])
    assert curator.post(address).status_code == 302
    standard.refresh_from_db()
    assert (standard.days.filter(date__year=2026).count(), standard.version) == (28, 2)


def test_the_list_warns_that_the_coming_year_is_incomplete(standard: WorkCalendar, curator: Client) -> None:
    following = timezone.localdate().year + 1
    standard.days.filter(date__year=following).delete()
    page = curator.get(reverse("admin:clocks_workcalendar_changelist"))
    assert str(following) in str(next(iter(page.context["messages"])))


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
    ("role", "seen", "posted"), [(None, 302, 302), (Role.SPECIALIST, 302, 302), (Role.AUDITOR, 200, 403)]
)
def test_who_may_not_look_or_change_is_turned_away(
    standard: WorkCalendar, client: Client, role: str | None, seen: int, posted: int
) -> None:
    if role:
        client.force_login(make_user(role))
    address = reverse("admin:clocks_year", args=[standard.pk, 2026])
    assert client.get(address).status_code == seen
    assert client.post(address).status_code == posted
    standard.refresh_from_db()
    assert standard.version == 1
