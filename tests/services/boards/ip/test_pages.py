"""What an enterprise does with its rights: enters them, looks at the year, notes what is done and orders the rest."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from enterprises.models import Enterprise
from portal.accounts.models import PrivacyNotice, User
from portal.accounts.roles import Role
from services.boards import handing
from services.boards.ip.board import APP
from services.boards.ip.models import Deadline, Order, Right
from services.cases.models import Case, Result
from services.triage import screen
from tests.factories import make_enterprise, make_item, make_need, make_referral, make_station, make_user
from tests.services.boards.conftest import signed_in
from tests.services.boards.ip.rows import NOW, TODAY, make_calendar, make_right, make_rule

pytestmark = pytest.mark.django_db
TYPED = {
    "kind": "invention",
    "number": "ZL 2013 1 0699744.2",
    "title": "冲水阀",
    "owners": "示例卫浴有限公司",
    "state": "granted",
    "filed_on": "2013年12月18日",
    "granted_on": "2016-05-04",
}


@pytest.fixture(autouse=True)
def on_a_friday() -> Any:
    with time_machine.travel(NOW, tick=False), override("en"):
        make_calendar()
        yield


def new(firm: Enterprise) -> str:
    return reverse("boards:new", args=["ip", firm.pk, "rights"])


def test_a_right_is_entered_and_its_deadlines_are_on_its_page_in_the_year_and_in_the_portfolio(
    page: Client, firm: Enterprise
) -> None:
    make_rule(name_en="Annuity")
    assert page.post(new(firm), TYPED).status_code == 302
    right = Right.objects.get()
    assert (right.full_number, right.filed_on) == ("ZL 201310699744.2", date(2013, 12, 18))
    shown = page.get(reverse("boards:entry", args=["ip", "rights", right.pk])).content.decode()
    assert "18 Dec 2026" in shown and "18 Jun 2027" in shown and "Check before relying on it" in shown
    portfolio = page.get(reverse("ip:portfolio", args=[firm.pk])).content.decode()
    assert "Invention patent" in portfolio and "18 Dec 2026" in portfolio
    year = page.get(reverse("ip:year", args=[firm.pk]), {"year": "2027"}).content.decode()
    assert "18 Dec 2027" in year and "18 Dec 2026" not in year
    assert page.get(reverse("ip:year", args=[firm.pk]), {"year": "9" * 5000}).status_code == 200
    assert "18 Dec 2026" in page.get(reverse("boards:due", args=[firm.pk])).content.decode()
    assert APP.summary(firm, right.enterprise.memberships.get().user, TODAY) == [
        ("Rights in force", "1"),
        ("Rights applied for", "0"),
        ("Next fee", "18 Dec 2026 · Annuity · 冲水阀"),
    ]


def test_empty_pages_say_what_to_do(page: Client, firm: Enterprise) -> None:
    for path in (
        reverse("ip:portfolio", args=[firm.pk]),
        reverse("boards:entries", args=["ip", firm.pk, "rights"]),
    ):
        assert "Enter patents, trademarks" in page.get(path).content.decode()
    assert "Nothing is due in this year" in page.get(reverse("ip:year", args=[firm.pk])).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"number": "201310699744.3"}, "does not fit the others"),
        ({"number": "7" * 5000}, "at most 60 characters"),
        ({"kind": "design"}, "another kind of patent"),
        ({"kind": "trademark", "number": "12345678"}, "Name the classes"),
        ({"kind": "trademark", "number": "12345678", "classes": "9, 46"}, "numbers from 1 to 45"),
        ({"kind": "trademark", "number": "12345678", "classes": "九"}, "numbers from 1 to 45"),
        ({"granted_on": "2013-12-17"}, "before the filing"),
        ({"priority_on": "2014-01-01"}, "lies before the filing"),
        ({"granted_on": ""}, "has a day of grant"),
        ({"filed_on": "0013-12-18"}, "between 1900 and 2149"),
        ({"filed_on": "2013-02-30"}, "Enter a valid date."),
    ],
)
def test_what_cannot_be_is_explained_and_changes_nothing(
    page: Client, firm: Enterprise, typed: dict[str, str], sentence: str
) -> None:
    answer = page.post(new(firm), {**TYPED, **typed})
    assert (answer.status_code, Right.objects.count()) == (422, 0)
    assert sentence in answer.content.decode()


def test_a_deadline_is_noted_as_done_with_its_proof_and_opened_again(page: Client, firm: Enterprise) -> None:
    make_rule()
    make_right(firm)
    deadline = Deadline.objects.earliest("due_on")
    done = reverse("ip:done", args=[deadline.pk])
    early = page.post(done, {"done_on": "2026-12-31"})
    assert early.status_code == 422 and "still to come" in early.content.decode()
    assert page.post(done, {"done_on": "2026-11-20", "done_note": "收据 20261120"}).status_code == 302
    assert page.post(done, {"done_on": "2026-11-19"}).status_code == 409
    assert "收据 20261120" in page.get(deadline.get_absolute_url()).content.decode()
    assert page.post(reverse("ip:take_back", args=[deadline.pk])).status_code == 302
    deadline.refresh_from_db()
    assert (deadline.done_on, deadline.done_note) == (None, "")


def test_help_is_ordered_as_urgent_as_the_day_and_the_receipt_settles_the_deadline(
    page: Client, firm: Enterprise, owner: User
) -> None:
    PrivacyNotice.objects.create(version="t", text_zh="告知", text_en="Notice", in_force_from=date(2026, 1, 1))
    make_station()
    question = {"key": "fee_due_date", "label_zh": "期限", "label_en": "Fee due", "type": "date", "required": True}
    item = make_item("IP", deadline_question="fee_due_date", intake_questions=[question], promised_working_days=22)
    make_rule(item=item)
    make_right(firm)
    deadline = Deadline.objects.earliest("due_on")
    typed = {"text": "请帮忙缴年费", "contact": "13800138000", "consent": "on"}
    order = reverse("ip:order", args=[deadline.pk])
    assert "your agreement" in page.post(order, {**typed, "consent": ""}).content.decode()
    assert page.post(order, typed).status_code == 302
    assert page.post(order, typed).status_code == 409

    case = Case.objects.get()
    assert (case.urgency, case.wanted_on, case.ordered_item) == ("urgent", deadline.due_on, item.pk)
    [piece] = screen.pieces(case, [], None)
    assert piece.is_valid() and piece.given() == {"fee_due_date": "2026-12-18"}

    need = make_need(case, item)
    referral = make_referral(need, state="delivered")
    Result.objects.create(
        referral=referral, kind="filing", number="SJ-1", issued_on=TODAY, summary="x", created_by=owner, created_at=NOW
    )
    assert "18 Dec 2026" in page.get(case.get_absolute_url()).content.decode()
    type(referral).objects.filter(pk=referral.pk).update(state="confirmed", confirmed_at=NOW)
    assert (handing.hand_over(NOW), handing.hand_over(NOW)) == (1, 0)
    deadline.refresh_from_db()
    assert (deadline.done_on, deadline.done_note, deadline.result_id) == (TODAY, "SJ-1", Result.objects.get().pk)


def test_nobody_sees_or_settles_the_deadlines_of_others(firm: Enterprise) -> None:
    make_rule()
    make_right(firm)
    deadline = Deadline.objects.earliest("due_on")
    stranger = make_user()
    make_enterprise(stranger)
    other, auditor = signed_in(stranger), signed_in(make_user(Role.AUDITOR))
    looks = [deadline.get_absolute_url(), reverse("ip:portfolio", args=[firm.pk]), reverse("ip:year", args=[firm.pk])]
    writes = [reverse(f"ip:{name}", args=[deadline.pk]) for name in ("done", "take_back", "order")]
    assert {other.get(path).status_code for path in looks} == {404}
    assert {other.post(path, {"done_on": "2026-11-20"}).status_code for path in writes} == {404}
    assert {auditor.get(path).status_code for path in looks} == {200}
    assert {auditor.post(path, {"done_on": "2026-11-20"}).status_code for path in writes} == {403}
    assert not Order.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_with_one_and_with_three(
    page: Client, firm: Enterprise, rows: int, django_assert_num_queries: Any
) -> None:
    make_rule()
    for number in range(rows):
        make_right(firm, number=f"20131069974{number}.{number}")
    deadline = Deadline.objects.earliest("due_on")
    for path, queries in (
        (reverse("ip:portfolio", args=[firm.pk]), PORTFOLIO_QUERIES),
        (reverse("ip:year", args=[firm.pk], query={"year": 2027}), YEAR_QUERIES),
        (deadline.get_absolute_url(), DEADLINE_QUERIES),
        (reverse("boards:entry", args=["ip", "rights", deadline.right_id]), ENTRY_QUERIES),
    ):
        page.get(path)
        with django_assert_num_queries(queries):
            page.get(path)


PORTFOLIO_QUERIES, YEAR_QUERIES, DEADLINE_QUERIES, ENTRY_QUERIES = 8, 7, 8, 8
