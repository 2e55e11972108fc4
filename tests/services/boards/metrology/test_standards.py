"""Standards in use, what curators know of them, and the records beside them."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from enterprises.models import Enterprise
from portal.accounts.roles import Role
from portal.notices.models import Notice
from services.boards import reminders
from services.boards.board import registered
from services.boards.metrology import loading
from services.boards.metrology.models import Declaration, Standard, StandardStatus
from tests.factories import make_user
from tests.services.boards.conftest import NOW, TODAY, signed_in
from tests.services.boards.metrology.rows import standard, status

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_friday() -> Any:
    with time_machine.travel(NOW, tick=False), override("en"):
        yield


def new(firm: Enterprise, register: str) -> str:
    return reverse("boards:new", args=["metrology", firm.pk, register])


def test_numbers_are_checked_and_the_same_one_is_not_entered_twice(page: Client, firm: Enterprise) -> None:
    typed = {"number": "ｇｂ／t6952—2015", "title": "卫生陶瓷", "status": "unknown"}
    assert page.post(new(firm, "standards"), {**typed, "number": "卫生陶瓷标准"}).status_code == 422
    assert page.post(new(firm, "standards"), typed).status_code == 302
    twice = page.post(new(firm, "standards"), {**typed, "number": "GB/T 6952 - 2015"})
    assert (twice.status_code, "This is on the list already." in twice.content.decode()) == (422, True)
    assert Standard.objects.get().number == "GB/T 6952-2015"
    listed = reverse("boards:entries", args=["metrology", firm.pk, "standards"], query={"q": "GB/T6952"})
    assert "卫生陶瓷" in page.get(listed).content.decode()


def test_what_a_curator_marks_once_reaches_everybody_who_works_by_it(page: Client, firm: Enterprise) -> None:
    row = standard(firm)
    reminders.load()
    assert reminders.remind(NOW, TODAY) == 0
    curator = signed_in(make_user(Role.CURATOR))
    given = {
        "number": "gb/t 6952—2015",
        "title": "",
        "status": "withdrawn",
        "replaced_by": "GB/T 6952-2025",
        "withdrawn_on": "2024-05-01",
        "source": "国家标准公告",
    }
    add = reverse("admin:metrology_standardstatus_add")
    assert curator.post(add, {**given, "withdrawn_on": ""}).status_code == 200
    assert curator.post(add, given).status_code == 302
    assert [(one.number, one.news_on) for one in StandardStatus.objects.all()] == [("GB/T 6952-2015", TODAY)]
    assert (reminders.remind(NOW, TODAY), reminders.remind(NOW, TODAY)) == (1, 0)
    notice = Notice.objects.get()
    assert "GB/T 6952-2015" in str(notice.facts)
    shown = page.get(reverse("boards:entry", args=["metrology", "standards", row.pk])).content.decode()
    assert "Withdrawn and replaced by GB/T 6952-2025." in shown
    assert "Check it at the source before relying on it." in shown
    facts = registered()["metrology"].summary(firm, firm.memberships.get().user, TODAY)
    assert ("Withdrawn standards in use", "1") in facts


def test_a_standard_that_will_end_is_spoken_of_ahead_and_own_entries_count_too(firm: Enterprise) -> None:
    standard(firm)
    standard(firm, number="JB/T 1-2000", status="withdrawn", withdrawn_on=TODAY)
    standard(firm, number="JB/T 2-2000", status="withdrawn", withdrawn_on=date(2020, 1, 1))
    status(withdrawn_on=date(2027, 1, 1))
    reminders.load()
    assert [reminders.remind(NOW, day) for day in (TODAY, date(2026, 12, 1), date(2027, 1, 2))] == [2, 0, 1]


def test_what_the_portal_comes_with_names_its_source_and_is_loaded_once() -> None:
    loading.load()
    StandardStatus.objects.filter(number="GB/T 19001-2008").update(checked=True)
    loading.load()
    rows = StandardStatus.objects.all()
    assert StandardStatus.objects.get(number="GB/T 19001-2008").checked
    assert all(one.source and one.full_clean() is None for one in rows)


OWN = {"number": "Q/ABC 1-2025", "title": "x", "product": "x"}
PUBLIC = {**OWN, "state": "public", "declared_on": "2026-01-01", "review_on": "2026-01-01"}


@pytest.mark.parametrize(
    ("register", "typed", "sentence"),
    [
        ("standards", {"number": "GB 1-2000", "title": "x", "status": "current", "withdrawn_on": "2020-1-1"}, "Only a"),
        ("declarations", {**OWN, "number": "GB 1-2000", "state": "draft"}, "begin with Q/"),
        ("declarations", {**PUBLIC, "declared_on": ""}, "Since when is it public?"),
        ("declarations", PUBLIC, "The review comes after"),
        ("forerunners", {**OWN, "year": "1999", "state": "preparing"}, "greater than or equal to 2016"),
        ("forerunners", {**OWN, "year": "2026", "state": "listed"}, "On which day"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(
    page: Client, firm: Enterprise, register: str, typed: dict[str, str], sentence: str
) -> None:
    answer = page.post(new(firm, register), typed)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not Standard.objects.exists() and not Declaration.objects.exists()
