"""Referrals for programs: the same steps, the same masks, the same refusals as on the pages."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from experts.models import Institution
from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from services.cases.models import Referral, Result
from services.cases.states import REFERRAL_NOT_TAKEN, ReferralState
from tests.factories import (
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_referral,
    make_user,
)
from tests.people import make_notice, program_of

pytestmark = pytest.mark.django_db

LIST_QUERIES = 5
DETAIL_QUERIES = 6
REPORT = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def person() -> User:
    make_notice()
    return make_user()


@pytest.fixture
def provider() -> User:
    return make_user(Role.PROVIDER)


@pytest.fixture
def institution(provider: User) -> Institution:
    return make_institution(provider)


@pytest.fixture
def program(provider: User) -> APIClient:
    return program_of(provider)


def referral_in(state: str, institution: Institution, person: User) -> Referral:
    case = make_case(submitter=person, enterprise=make_enterprise(person), text="王经理 13800138000 要做跌落试验")
    need = make_need(case, description="")
    make_capability(institution, need.item)
    referral = make_referral(need, institution, state=state)
    referral.refresh_from_db()
    return referral


def step(program: APIClient, referral: Referral, name: str, body: dict[str, Any], key: str = "step-00001") -> Any:
    path = f"/api/v1/referrals/{referral.pk}/{name}/"
    return program.post(path, body, format="json", HTTP_IDEMPOTENCY_KEY=key)


@pytest.mark.parametrize(
    ("state", "name", "body", "after"),
    [
        ("offered", "accept", {}, "accepted"),
        ("offered", "decline", {"reason": "outside_scope", "note": "不在范围"}, "declined"),
        ("accepted", "quote", {"plan": "收样、试验、报告", "price_cny": "3200.00"}, "quoted"),
        ("accepted", "progress", {"note": "样品已收到"}, "in_progress"),
        ("disputed", "rework", {"note": "重做"}, "in_progress"),
        ("in_progress", "abandon", {"note": "设备坏了"}, "abandoned"),
    ],
)
def test_the_institutions_steps(
    program: APIClient, institution: Institution, person: User, state: str, name: str, body: dict[str, Any], after: str
) -> None:
    referral = referral_in(state, institution, person)
    answer = step(program, referral, name, body)
    assert (answer.status_code, answer.json()["state"]) == (200, after)
    assert step(program, referral, name, body).json() == answer.json(), "the same key again"


@pytest.mark.parametrize(
    ("state", "name", "body", "after"),
    [
        ("quoted", "agree", {}, "in_progress"),
        ("quoted", "ask-change", {"note": "太贵"}, "accepted"),
        ("delivered", "confirm", {}, "confirmed"),
        ("delivered", "dispute", {"note": "结论有误"}, "disputed"),
        ("accepted", "cancel", {"note": "不做了"}, "cancelled"),
    ],
)
def test_the_enterprises_steps(
    institution: Institution, person: User, state: str, name: str, body: dict[str, Any], after: str
) -> None:
    answer = step(program_of(person), referral_in(state, institution, person), name, body)
    assert (answer.status_code, answer.json()["state"]) == (200, after)


def test_a_result_is_delivered_in_words_or_as_a_file(
    program: APIClient, institution: Institution, person: User
) -> None:
    today = timezone.localdate().isoformat()
    words = step(
        program,
        referral_in("in_progress", institution, person),
        "deliver",
        {"kind": "advice", "issued_on": today, "summary": "报名流程见正文"},
    )
    assert (words.status_code, words.json()["results"][0]["summary"]) == (200, "报名流程见正文")
    second = referral_in("in_progress", institution, make_user())
    report = SimpleUploadedFile("r.pdf", REPORT, content_type="application/pdf")
    sent = program.post(
        f"/api/v1/referrals/{second.pk}/deliver/",
        {"kind": "test_report", "issued_on": today, "number": "R-1", "file": report},
        format="multipart",
        HTTP_IDEMPOTENCY_KEY="deliver-02",
    )
    assert sent.status_code == 200
    document = sent.json()["results"][0]["document"]
    fetched = program.get(f"/api/v1/documents/{document}/")
    assert fetched["Content-Disposition"].startswith("attachment")
    assert b"".join(fetched.streaming_content) == REPORT
    assert AuditEntry.objects.filter(verb="downloaded").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"summary": ""}, "summary"),
        ({"issued_on": "2099-01-01"}, "issued_on"),
        ({"kind": "poem"}, "kind"),
        ({"version": "x"}, "version"),
    ],
)
def test_bad_results_are_named_by_field(
    program: APIClient, institution: Institution, person: User, wrong: dict[str, Any], field: str
) -> None:
    referral = referral_in("in_progress", institution, person)
    body = {"kind": "advice", "issued_on": timezone.localdate().isoformat(), "summary": "x", **wrong}
    answer = step(program, referral, "deliver", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Result.objects.exists()


def test_a_program_dressed_as_a_report_is_refused(program: APIClient, institution: Institution, person: User) -> None:
    referral = referral_in("in_progress", institution, person)
    fake = SimpleUploadedFile("r.pdf", b"MZ\x90\x00" + b"\x00" * 64, content_type="application/pdf")
    answer = program.post(
        f"/api/v1/referrals/{referral.pk}/deliver/",
        {"kind": "test_report", "issued_on": timezone.localdate().isoformat(), "file": fake},
        format="multipart",
        HTTP_IDEMPOTENCY_KEY="deliver-03",
    )
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])


def test_steps_from_an_old_version_or_state_are_conflicts(
    program: APIClient, institution: Institution, person: User
) -> None:
    referral = referral_in("accepted", institution, person)
    stale = step(program, referral, "quote", {"plan": "x", "version": referral.version - 1})
    assert (stale.status_code, stale["Content-Type"]) == (409, "application/problem+json")
    illegal = step(program, referral, "rework", {"note": "x"}, key="step-00002")
    assert illegal.status_code in {200, 409}
    confirmed = referral_in("confirmed", institution, make_user())
    refused = step(program, confirmed, "abandon", {"note": "x"}, key="step-00003")
    assert (refused.status_code, refused.json()["state"]) == (409, ReferralState.CONFIRMED)


# Who sees what


def test_the_contact_is_masked_until_accepted_and_agreed_and_each_look_is_recorded(
    program: APIClient, institution: Institution, person: User
) -> None:
    referral = referral_in("offered", institution, person)
    address = f"/api/v1/referrals/{referral.pk}/"
    offered = program.get(address).json()
    assert offered["contact"] is None and "13800138000" not in str(offered)
    assert "要做跌落试验" in offered["description"] and "王经理" not in offered["description"]
    accepted = step(program, referral, "accept", {}).json()
    assert (accepted["contact"]["phone"], accepted["contact"]["full"]) == ("138****8000", False)
    assert "13800138000" not in str(accepted)
    assert not AuditEntry.objects.exists()
    accounts.give_consent(person, "sharing", "web", timezone.now())
    shown = program.get(address).json()["contact"]
    assert (shown["phone"], shown["name"], shown["full"]) == ("+8613800138000", "王经理", True)
    assert AuditEntry.objects.get().verb == "saw_contact"
    assert "contact" not in program.get("/api/v1/referrals/").json()["results"][0]


def test_other_institutions_and_enterprises_find_nothing(institution: Institution, person: User) -> None:
    referral = referral_in("offered", institution, person)
    rival = make_user(Role.PROVIDER)
    make_institution(rival)
    for user in (rival, make_user()):
        program = program_of(user)
        assert program.get(f"/api/v1/referrals/{referral.pk}/").status_code == 404
        assert program.get("/api/v1/referrals/").json()["results"] == []
        name = "accept" if user.role == Role.PROVIDER else "confirm"
        assert step(program, referral, name, {}).status_code == 404


@pytest.mark.parametrize("state", sorted(REFERRAL_NOT_TAKEN))
def test_the_enterprise_is_not_told_who_was_asked_in_vain(
    program: APIClient, institution: Institution, person: User, state: str
) -> None:
    in_vain = referral_in(state, institution, person)
    asked = make_referral(in_vain.need, make_institution())
    desk = program_of(make_user(Role.SPECIALIST))

    def shown(reader: APIClient, query: str = "") -> set[int]:
        return {row["id"] for row in reader.get(f"/api/v1/referrals/{query}").json()["results"]}

    enterprise = program_of(person)
    assert shown(enterprise) == shown(enterprise, "?page_size=9") == {asked.pk}
    assert enterprise.get(f"/api/v1/referrals/{in_vain.pk}/").status_code == 404
    assert (shown(program), shown(desk)) == ({in_vain.pk}, {in_vain.pk, asked.pk})


def test_no_side_takes_the_others_steps(program: APIClient, institution: Institution, person: User) -> None:
    referral = referral_in("delivered", institution, person)
    assert step(program, referral, "confirm", {}).status_code == 403
    assert step(program_of(person), referral, "rework", {"note": "x"}).status_code == 403
    referral.refresh_from_db()
    assert referral.state == ReferralState.DELIVERED


def test_the_list_goes_by_cursor_and_filters(program: APIClient, institution: Institution, person: User) -> None:
    made = [make_referral(make_need(make_case(submitter=person)), institution) for _one in range(3)]
    first = program.get("/api/v1/referrals/?page_size=2").json()
    second = program.get(first["next"]).json()
    assert [row["id"] for page in (first, second) for row in page["results"]] == [one.pk for one in made[::-1]]
    number = made[1].case.number
    assert [row["id"] for row in program.get(f"/api/v1/referrals/?case={number}").json()["results"]] == [made[1].pk]
    assert program.get("/api/v1/referrals/?state=accepted").json()["results"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_reading_costs_the_same_with_one_and_with_three(
    program: APIClient, institution: Institution, person: User, rows: int, django_assert_num_queries
) -> None:
    for _one in range(rows):
        referral = make_referral(make_need(make_case(submitter=person)), institution, state="accepted")
    with django_assert_num_queries(LIST_QUERIES):
        program.get("/api/v1/referrals/")
    with django_assert_num_queries(DETAIL_QUERIES):
        program.get(f"/api/v1/referrals/{referral.pk}/")
