"""An order of tests from its samples to the report, a re-test elsewhere and help after a failure."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db.utils import InternalError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from enterprises.models import Enterprise
from experts.models import Institution
from portal.accounts.models import PrivacyNotice, User
from portal.accounts.roles import Role
from portal.files import actions as files
from services.boards import handing
from services.boards.dated import coming
from services.boards.testing import actions
from services.boards.testing.board import APP, RETENTION
from services.boards.testing.models import HandOver, Item, Order, OrderedCase, Report, Sample
from services.cases import actions as cases
from services.cases.models import Audience, Case, Result
from services.routing import candidates
from services.triage import screen
from tests.factories import (
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_station,
    make_user,
)
from tests.portal.files.corpus import PDF, upload
from tests.services.boards.conftest import NOW, TODAY, signed_in
from tests.services.boards.testing.rows import make_order

pytestmark = pytest.mark.django_db
SENT = {"text": "请安排检验", "contact": "13800138000", "consent": "on"}
FIRST = {"key": "first_test_body", "label_zh": "初检机构", "label_en": "First laboratory", "type": "text"}


@pytest.fixture(autouse=True)
def on_a_friday() -> Any:
    with time_machine.travel(NOW, tick=False), override("en"):
        PrivacyNotice.objects.create(version="t", text_zh="告知", text_en="Notice", in_force_from=date(2026, 1, 1))
        make_station()
        yield


def url(name: str, *args: Any) -> str:
    return reverse(f"testing:{name}", args=args)


def test_samples_and_items_are_entered_on_the_page_of_the_order(page: Client, firm: Enterprise) -> None:
    new = reverse("boards:new", args=["testing", firm.pk, "orders"])
    assert page.post(new, {"reference": "WT-9", "product": "水嘴", "urgency": "fast"}).status_code == 302
    order = Order.objects.get()
    assert "No sample yet" in page.get(url("order", order.pk)).content.decode()
    typed = {"label": "S1", "identity": "水嘴 B2", "quantity": "3", "retained_until": "2027-01-31"}
    assert page.post(url("add_sample", order.pk), typed).status_code == 302
    twice = page.post(url("add_sample", order.pk), typed)
    assert (twice.status_code, Sample.objects.count()) == (422, 1)
    assert "has a sample with this number" in twice.content.decode()
    item = {"sample": Sample.objects.get().pk, "parameter": "密封性", "method": "GB 18145"}
    assert page.post(url("add_item", order.pk), item).status_code == 302
    assert page.post(url("add_item", order.pk), item).status_code == 422
    assert page.post(url("add_item", order.pk), {**item, "sample": "9" * 5000}).status_code == 422
    assert [due.words for due in coming([RETENTION], firm, date(2027, 12, 31))] == ["S1 · 水嘴 B2"]


def test_custody_is_a_line_after_the_other_and_none_is_changed(page: Client, firm: Enterprise, owner: User) -> None:
    order = make_order(firm, owner)
    sample = order.samples.get()
    first = {"given_by": "王工", "taken_by": "收样室 李", "at": "2026-11-20T09:00", "condition": "完好"}
    assert page.post(url("hand_over", sample.pk), first).status_code == 302
    for wrong in ("2026-11-20T08:59", "2026-11-21T09:00", "soon"):
        assert page.post(url("hand_over", sample.pk), {**first, "at": wrong}).status_code == 422
    assert (
        page.post(url("hand_over", sample.pk), {**first, "taken_by": "检测室 赵", "at": "2026-11-20T09:30"}).status_code
        == 302
    )
    shown = page.get(url("order", order.pk)).content.decode()
    assert "<strong>检测室 赵</strong>" in shown
    with pytest.raises(InternalError, match="append_only"):
        HandOver.objects.update(taken_by="x")


def test_results_are_judged_by_a_basis_and_subcontracted_only_with_consent(
    page: Client, firm: Enterprise, owner: User
) -> None:
    item = make_order(firm, owner).items.get()
    typed = {"value": "0.8 %", "judgement": "fail", "version": "1"}
    assert page.post(url("record", item.pk), {**typed, "subcontracted_to": "丙所"}).status_code == 422
    assert page.post(url("record", item.pk), typed).status_code == 302
    assert page.post(url("record", item.pk), {**typed, "judgement": "pass"}).status_code == 409
    item.refresh_from_db()
    assert (item.value, item.judgement, item.version) == ("0.8 %", "fail", 2)
    Item.objects.filter(pk=item.pk).update(basis="", judgement="not_judged")
    answer = page.post(url("record", item.pk), {**typed, "version": "2"})
    assert answer.status_code == 422 and "Without a judgement basis" in answer.content.decode()


def test_the_laboratory_sees_its_order_records_results_and_its_report_comes_into_the_registry(
    page: Client, firm: Enterprise, owner: User
) -> None:
    service = make_item("TI", conflict_role="test")
    order = make_order(firm, owner)
    worker, stranger = make_user(Role.PROVIDER), make_user(Role.PROVIDER)
    institution = make_institution(worker)
    make_institution(stranger)
    lab, other = signed_in(worker), signed_in(stranger)
    assert page.post(url("send", order.pk), SENT).status_code == 302
    assert page.post(url("send", order.pk), SENT).status_code == 409
    case = Case.objects.get()
    assert (case.ordered_item, case.product) == (service.pk, "坐便器")
    need = make_need(case, service)
    assert order.reference in page.get(case.get_absolute_url()).content.decode()
    referral = make_referral(need, institution, state="in_progress")
    item, sample = order.items.get(), order.samples.get()
    line = {"given_by": "王工", "taken_by": "收样室", "at": "2026-11-20T09:00"}
    result = {"value": "0.4 %", "judgement": "pass", "version": "1"}
    assert url("order", order.pk) in lab.get(reverse("delivery:referral", args=[referral.pk])).content.decode()
    assert [client.get(url("order", order.pk)).status_code for client in (lab, other)] == [200, 404]
    assert [client.post(url("hand_over", sample.pk), line).status_code for client in (lab, other)] == [302, 404]
    assert [client.post(url("record", item.pk), result).status_code for client in (lab, other)] == [302, 404]
    assert lab.post(url("add_sample", order.pk), {}).status_code == 403

    paper = files.store(upload("报告.pdf", PDF), by=worker)
    [document] = cases.attach(case, [paper], audience=Audience.SHARED, now=NOW)
    Result.objects.create(
        referral=referral, kind="test_report", number="R-7", document=document, issued_on=TODAY, created_by=worker,
        created_at=NOW,
    )  # fmt: skip
    type(referral).objects.filter(pk=referral.pk).update(state="confirmed", confirmed_at=NOW)
    assert (handing.hand_over(NOW), handing.hand_over(NOW)) == (1, 0)
    report = Report.objects.get()
    assert (report.number, report.issuer, report.sha256) == ("R-7", institution.name_zh, paper.sha256)
    assert paper.sha256 in page.get(url("order", order.pk)).content.decode()
    assert APP.summary(firm, owner, TODAY) == [("Test reports", "1"), ("Items tested", "1"), ("Items failed", "0")]


def test_a_disputed_result_is_tested_again_and_the_first_laboratory_stays_out(
    page: Client, firm: Enterprise, owner: User
) -> None:
    make_item("TI", conflict_role="test")
    service = make_item("TI", conflict_role="retest", intake_questions=[FIRST])
    item = make_order(firm, owner).items.get()
    again = url("send_item", item.pk, "retest")
    assert page.post(again, SENT).status_code == 409  # nothing to dispute yet
    actions.record(item, value="0.8 %", judgement="fail", subcontracted_to="", version=1, by=owner)
    assert "not by 甲检测院" in page.get(again).content.decode()
    assert page.post(again, {**SENT, "consent": ""}).status_code == 422
    assert page.post(again, SENT).status_code == 302
    case = Case.objects.get()
    [piece] = screen.pieces(case, [], None)
    assert piece.is_valid()
    need = make_need(case, service, answers=piece.given())
    assert candidates.facts_of(need).first_test_body == "甲检测院"


def deliver(order: Order, kind: str, issued_on: date, owner: User) -> Institution:
    """A report of that day by a laboratory of its own."""
    need = make_need(item=make_item("TI", conflict_role=kind))
    OrderedCase.objects.create(order=order, case=need.case, kind=kind, item=order.items.get())
    laboratory = make_institution()
    referral = make_referral(need, laboratory, state="confirmed", now=NOW)
    said = {"kind": "test_report", "summary": "x", "issued_on": issued_on, "created_by": owner, "created_at": NOW}
    Result.objects.create(referral=referral, number=f"R-{referral.pk}", **said)
    assert handing.hand_over(NOW) == 1
    return laboratory


def test_who_tested_first_stays_out_of_the_second_retest_too(firm: Enterprise, owner: User) -> None:
    order = make_order(firm, owner, laboratory="")
    first = deliver(order, "test", date(2026, 11, 2), owner)
    deliver(order, "retest", date(2026, 11, 9), owner)
    order.refresh_from_db()
    assert (order.reports.count(), order.laboratory) == (2, first.name_zh)
    assert actions.answers(order, "retest", order.items.get())["first_test_body"] == first.name_zh


@pytest.mark.parametrize("named", ["", "甲检测院"])
def test_who_tests_again_is_not_taken_for_the_first_laboratory(firm: Enterprise, owner: User, named: str) -> None:
    """The first test was not ordered through the centre."""
    order = make_order(firm, owner, laboratory=named)
    deliver(order, "retest", date(2026, 11, 9), owner)
    order.refresh_from_db()
    assert (order.laboratory, actions.first_laboratory(order)) == (named, named)


def test_a_failure_gets_help_by_one_step(page: Client, firm: Enterprise, owner: User) -> None:
    service = make_item("MC", conflict_role="consult")
    item = make_order(firm, owner).items.get()
    actions.record(item, value="0.8 %", judgement="fail", subcontracted_to="", version=1, by=owner)
    assert page.post(url("send_item", item.pk, "rectify"), SENT).status_code == 302
    made = OrderedCase.objects.get()
    assert (made.kind, made.item, made.case.ordered_item) == ("rectify", item, service.pk)
    assert page.post(url("send_item", item.pk, "other"), SENT).status_code == 404


def test_nobody_else_sees_or_changes_an_order(firm: Enterprise, owner: User) -> None:
    order = make_order(firm, owner)
    item, sample, stranger = order.items.get(), order.samples.get(), make_user()
    make_enterprise(stranger)
    other = signed_in(stranger)
    writes = [url("add_sample", order.pk), url("add_item", order.pk), url("send", order.pk)]
    writes += [url("hand_over", sample.pk), url("record", item.pk), url("send_item", item.pk, "retest")]
    assert other.get(url("order", order.pk)).status_code == 404
    assert {other.post(path, {}).status_code for path in writes} == {404}


def test_the_page_costs_the_same_with_one_and_with_three(
    page: Client, firm: Enterprise, owner: User, django_assert_num_queries: Any
) -> None:
    for rows in (1, 3):
        order = make_order(firm, owner, reference=f"WT-{rows}", rows=rows)
        page.get(url("order", order.pk))
        with django_assert_num_queries(QUERIES):
            page.get(url("order", order.pk))


QUERIES = 12
