"""Certificates held: numbers, days, who may not have certified, reminders, and what is delivered."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from enterprises.models import Enterprise
from experts.models import AffiliateGroup, Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from portal.notices.rendering import render
from services.boards import handing, reminders
from services.boards.board import registered
from services.boards.certification import numbers
from services.boards.certification.models import Certificate
from services.boards.imports import RegisterKind
from services.cases.models import Case, Result
from services.cases.states import ReferralState
from services.directory.models import Relationship
from tests.factories import make_board, make_institution, make_item, make_need, make_referral, make_user
from tests.services.boards.certification.rows import certificate, checked
from tests.services.boards.conftest import NOW

pytestmark = pytest.mark.django_db
TYPED = {"scheme": "qms", "number": "00114E22766R2L/3502", "body": "演示认证中心", "state": "valid"}


@pytest.fixture(autouse=True)
def on_a_friday() -> Any:
    make_board("CA")
    with time_machine.travel(NOW, tick=False), override("en"):
        yield


def new(firm: Enterprise) -> str:
    return reverse("boards:new", args=["certification", firm.pk, "certificates"])


def entry(row: Certificate) -> str:
    return reverse("boards:entry", args=["certification", "certificates", row.pk])


@pytest.mark.parametrize(
    ("scheme", "number", "odd"),
    [
        ("qms", "00114E22766R2L/3502", False),
        ("qms", "００１２６Q00001R0M", False),
        ("qms", "证书 1 号", True),
        ("cma", "230012345678A", False),
        ("cma", "23001234567", True),
        ("cnas", "CNAS L0123", False),
        ("cnas", "L0123", True),
        ("ccc", "whatever", False),
    ],
)
def test_any_number_is_kept_and_an_odd_one_pointed_out(scheme: str, number: str, odd: bool) -> None:
    assert bool(numbers.doubt(scheme, number)) is odd


def test_an_odd_number_and_a_missing_last_day_are_said_on_the_page(page: Client, firm: Enterprise) -> None:
    assert page.post(new(firm), {**TYPED, "number": "证书 1 号"}).status_code == 302
    shown = page.get(entry(Certificate.objects.get())).content.decode()
    assert "the usual form" in shown and "Until when is it valid?" in shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"issued_on": "2026-01-01", "valid_to": "2026-01-01"}, "It ends after the day it was issued."),
        ({"valid_to": "2027-01-01", "surveillance_on": "2027-01-02"}, "while the certificate is valid"),
        ({"last_surveillance_on": "2026-05-01", "surveillance_on": "2026-05-01"}, "comes after the last one"),
        ({"valid_to": "9" * 5000}, "Enter a valid date."),
    ],
)
def test_days_that_do_not_fit_are_explained(
    page: Client, firm: Enterprise, typed: dict[str, str], sentence: str
) -> None:
    answer = page.post(new(firm), {**TYPED, **typed})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not Certificate.objects.exists()


def tie(firm: Enterprise, institution: Institution, until: date | None) -> None:
    Relationship.objects.create(
        institution=institution, enterprise=firm, kind="consulted", since=date(2020, 1, 1), until=until, source="合同"
    )


@pytest.mark.parametrize(("until", "refused"), [(None, True), (date(2024, 11, 21), True), (date(2024, 11, 20), False)])
def test_who_consulted_within_two_years_is_not_named_as_the_body(
    page: Client, firm: Enterprise, until: date | None, refused: bool
) -> None:
    tie(firm, make_institution(name_zh="演示咨询公司"), until)
    answer = page.post(new(firm), {**TYPED, "body": "演示咨询公司"})
    assert (answer.status_code == 422) is refused
    assert ("Who consults does not certify" in answer.content.decode()) is refused
    row = certificate(firm, number="2", body="演示咨询公司")
    assert ("Who consults does not certify" in page.get(entry(row)).content.decode()) is refused


def test_a_file_does_not_name_the_consultant_either(firm: Enterprise, django_assert_num_queries: Any) -> None:
    group = AffiliateGroup.objects.create(name="演示集团")
    tie(firm, make_institution(name_zh="演示咨询公司", group=group), None)
    make_institution(name_zh="演示咨询认证公司", group=group)
    bodies = ["演示咨询公司", "演示认证中心", "演示咨询认证公司"]
    rows = [{"scheme": "qms", "number": str(number), "body": body} for number, body in enumerate(bodies)]
    for few in (rows[:1], rows):
        with django_assert_num_queries(3):
            found = checked(firm, "certificates", *few)
    assert [[problem["column"] for problem in row.problems] for row in found] == [["body"], [], ["body"]]
    assert "Who consults does not certify" in found[0].problems[0]["reason"]


def test_affiliates_and_consulting_through_the_centre_count_too(page: Client, firm: Enterprise) -> None:
    group = AffiliateGroup.objects.create(name="演示集团")
    consultant = make_institution(name_zh="演示咨询公司", group=group)
    make_institution(name_zh="演示认证中心", group=group)
    need = make_need(item=make_item("CA", conflict_role="consult"))
    Case.objects.filter(pk=need.case_id).update(enterprise=firm)
    assert page.post(new(firm), {**TYPED, "number": "1"}).status_code == 302
    make_referral(need, consultant, state=ReferralState.CONFIRMED, now=NOW)
    answer = page.post(new(firm), TYPED)
    assert (answer.status_code, "Who consults does not certify" in answer.content.decode()) == (422, True)
    assert page.post(new(firm), {**TYPED, "body": "别的认证机构"}).status_code == 302


def delivered(
    firm: Enterprise, body: Institution, number: str, issued_on: date, *others: tuple[str, date], role: str = "certify"
) -> None:
    need = make_need(item=make_item("CA", code="CA-01" if role == "certify" else "CA-18", conflict_role=role))
    Case.objects.filter(pk=need.case_id).update(enterprise=firm)
    referral = make_referral(need, body, state=ReferralState.CONFIRMED, now=NOW)
    said = {"kind": "certificate", "summary": "x", "created_by": make_user(Role.PROVIDER), "created_at": NOW}
    for each, day in ((number, issued_on), *others):
        Result.objects.create(referral=referral, number=each, issued_on=day, **said)
    assert handing.hand_over(NOW) == 1


def test_a_delivered_certificate_is_entered_or_renews_the_one_before(firm: Enterprise) -> None:
    body = make_institution(name_zh="演示认证中心")
    old = certificate(firm, issued_on=date(2023, 11, 1), valid_to=date(2026, 10, 31), state="suspended")
    other = certificate(firm, number="3", scheme="ems")
    delivered(firm, body, "00126Q00001R0M", date(2026, 11, 18))
    rows = Certificate.objects.values_list("pk", "number", "issued_on", "valid_to", "state", "version").order_by("pk")
    assert list(rows) == [
        (old.pk, "00126Q00001R0M", date(2026, 11, 18), None, "valid", 2),
        (other.pk, "3", None, None, "valid", 1),
    ]


@pytest.mark.parametrize("day", [date(2026, 11, 18), date(2026, 11, 19)])
@pytest.mark.parametrize("held", [True, False])
def test_two_certificates_of_one_delivery_are_two_rows(firm: Enterprise, day: date, held: bool) -> None:
    if held:
        certificate(firm, number="old", issued_on=date(2023, 11, 1))
    body = make_institution(name_zh="演示认证中心")
    delivered(firm, body, "site 1", date(2026, 11, 18), ("site 2", day))
    rows = Certificate.objects.order_by("number").values_list("number", "scheme", "issued_on", "version")
    assert list(rows) == [
        ("site 1", "qms", date(2026, 11, 18), 2 if held else 1),
        ("site 2", "qms", day, 1),
    ]


def test_of_two_sites_none_takes_the_place_of_the_other(firm: Enterprise) -> None:
    for site in ("site 1", "site 2"):
        certificate(firm, number=site, issued_on=date(2023, 11, 18))
    delivered(firm, make_institution(name_zh="演示认证中心"), "site 1, anew", date(2026, 11, 18))
    kept = Certificate.objects.order_by("number").values_list("number", flat=True)
    assert list(kept) == ["site 1", "site 1, anew", "site 2"]


def test_a_first_certificate_is_a_new_row_and_advice_is_none(firm: Enterprise) -> None:
    delivered(firm, make_institution(name_zh="演示认证中心"), "1", date(2026, 11, 18))
    delivered(firm, make_institution(), "2", date(2026, 11, 18), role="consult")
    [row] = Certificate.objects.all()
    assert (row.scheme, row.number, row.body, row.enterprise, row.valid_to) == ("qms", "1", "演示认证中心", firm, None)


def test_the_owner_is_reminded_of_surveillance_and_of_the_end(firm: Enterprise) -> None:
    certificate(firm, surveillance_on=date(2027, 1, 10), valid_to=date(2027, 2, 10))
    certificate(firm, number="2", state="withdrawn", surveillance_on=date(2027, 1, 10), valid_to=date(2027, 2, 10))
    reminders.load()
    days = [date(2026, 11, 1), date(2026, 11, 12), date(2026, 11, 13), date(2026, 12, 13), date(2027, 1, 30)]
    assert [reminders.remind(NOW, day) for day in days] == [0, 2, 0, 2, 2]


def test_each_reads_the_reminder_in_their_language(firm: Enterprise) -> None:
    for number in "12":
        certificate(firm, number=number, valid_to=date(2027, 2, 10))
    reminders.load()
    assert reminders.remind(NOW, date(2026, 11, 20)) == 2
    notice = Notice.objects.get()
    said = [render(notice.event, notice.facts, language=language) for language in ("en", "zh-hans")]
    assert [(words.subject, words.text) for words in said] == [
        ("Certificate expires: 10 Feb 2027", "Quality management system 1, Quality management system 2"),
        ("证书到期：2027年2月10日", "质量管理体系 1、质量管理体系 2"),
    ]


def test_the_example_can_be_imported(firm: Enterprise, owner: User) -> None:
    app = registered()["certification"]
    kind = RegisterKind(app, app.registers[0], firm.pk)
    example = dict(app.registers[0].example)
    row = kind.form(example, known=kind.lookups([example]))
    assert row.is_valid(), row.errors
    kind.add([row.cleaned_data], by=owner, now=NOW)
    assert not Certificate.objects.get().doubt
