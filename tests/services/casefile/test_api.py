"""Cases for programs: sent once per key, read by their own people only, refused in words."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from portal.accounts.models import Consent, User
from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from portal.files.models import Attachment
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Case, CaseEvent, Channel
from services.cases.states import CaseState
from tests.factories import make_case, make_enterprise, make_item, make_need, make_referral, make_station, make_user
from tests.people import browser_of, make_notice, program_of

pytestmark = pytest.mark.django_db

LIST_QUERIES = 4
DETAIL_QUERIES = 7
SENDING_QUERIES = 16
NEED = {"text": "我们的计量器具要检定", "contact": "138 0000 1234", "consent": True}


@pytest.fixture
def person() -> User:
    make_notice()
    make_station()
    return make_user()


@pytest.fixture
def program(person: User) -> APIClient:
    return program_of(person)


def send(program: APIClient, body: dict[str, Any], key: str = "order-0001", path: str = "/api/v1/cases/") -> Any:
    return program.post(path, body, format="json", HTTP_IDEMPOTENCY_KEY=key)


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = answer.json()
    assert body["status"] == status and body["title"] and body["type"].startswith("urn:portal:")
    return dict(body)


def test_a_need_is_sent_and_answered_with_number_and_next_step(person: User, program: APIClient) -> None:
    item, firm = make_item(), make_enterprise(person)
    answer = send(
        program, {**NEED, "item": item.code, "product": "卫生陶瓷", "contact_name": "王经理", "sharing": True}
    )
    case = Case.objects.get()
    assert answer.status_code == 201
    body = answer.json()
    assert (body["number"], body["state"], body["channel"]) == (case.number, "submitted", "api")
    assert body["next_step"]["words"] and body["next_step"]["due_at"] and body["similar"] == []
    assert (case.submitter, case.enterprise, case.channel, case.contact_phone, case.ordered_item) == (
        person,
        firm,
        Channel.API,
        "+8613800001234",
        item.code,
    )
    given = Consent.objects.filter(user=person).order_by("purpose").values_list("purpose", "channel")
    assert list(given) == [("case", "api"), ("sharing", "api")]


def test_the_same_key_sends_once_and_answers_the_same(program: APIClient) -> None:
    first, second = send(program, NEED), send(program, NEED)
    assert first.json() == second.json() and second["Idempotent-Replayed"] == "true"
    assert Case.objects.count() == 1
    assert_problem(send(program, {**NEED, "text": "另一件事要办理"}), 422)


def test_without_a_key_nothing_is_sent(program: APIClient) -> None:
    assert_problem(program.post("/api/v1/cases/", NEED, format="json"), 400)
    assert not Case.objects.exists()


def test_a_near_duplicate_is_named_not_refused(person: User, program: APIClient) -> None:
    first = make_case(submitter=person, text=NEED["text"], now=timezone.now())
    assert send(program, NEED).json()["similar"] == [first.number]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "检"}, "text"),
        ({"text": "检" * 5001}, "text"),
        ({"contact": "12"}, "contact"),
        ({"consent": False}, "consent"),
        ({"wanted_on": "2020-01-01"}, "wanted_on"),
        ({"wanted_on": "soon"}, "wanted_on"),
        ({"item": "XX-99"}, "item"),
        ({"enterprise": 987654}, "enterprise"),
    ],
)
def test_bad_input_is_named_by_field(program: APIClient, wrong: dict[str, Any], field: str) -> None:
    body = assert_problem(send(program, {**NEED, **wrong}), 400)
    assert list(body["errors"]) == [field]
    assert not Case.objects.exists()


def test_another_ones_enterprise_is_refused_like_an_unknown_one(program: APIClient) -> None:
    answers = [send(program, {**NEED, "enterprise": pk}) for pk in (make_enterprise().pk, 987654)]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("raw", [b"{", b'{"text": "\xff"}', b'{"text": "a\\u0000b"}', b"[]", b'{"text": "\\ud800"}'])
def test_broken_bodies_are_refused_in_words(program: APIClient, raw: bytes) -> None:
    answer = program.generic(
        "POST", "/api/v1/cases/", raw, content_type="application/json", HTTP_IDEMPOTENCY_KEY="broken-01"
    )
    assert_problem(answer, 400)


def test_the_own_case_is_read_whole_and_without_what_staff_noted(person: User, program: APIClient) -> None:
    case = make_case(submitter=person)
    referral = make_referral(make_need(case), state="delivered")
    cases.note(case, "内部备注", by=Actor.of(referral.handler), now=timezone.now(), audience=Audience.INTERNAL)
    body = program.get(f"/api/v1/cases/{case.number}/").json()
    assert body["needs"][0]["referrals"][0]["state"] == "delivered"
    assert body["next_step"]["yours"] is True
    assert [line["what"] for line in body["timeline"]] and "内部备注" not in str(body)
    assert CaseEvent.objects.filter(note="内部备注").exists()


def test_somebody_elses_case_is_not_there(program: APIClient) -> None:
    case = make_case()
    for path in ("", "answer/", "withdraw/"):
        address = f"/api/v1/cases/{case.number}/{path}"
        assert_problem(send(program, {"text": "x"}, path=address) if path else program.get(address), 404)
    assert program.get("/api/v1/cases/").json()["results"] == []
    assert_problem(program.get("/api/v1/cases/QS-20200101-00001/"), 404)


def test_questions_are_answered_and_an_open_case_is_withdrawn(person: User, program: APIClient) -> None:
    case = make_case(submitter=person, now=timezone.now())
    cases.ask(case, "型号？", by=make_user(Role.SPECIALIST), now=timezone.now())
    answered = send(program, {"text": "34401A"}, key="answer-01", path=f"/api/v1/cases/{case.number}/answer/")
    assert (answered.status_code, answered.json()["state"]) == (200, "submitted")
    gone = send(program, {"note": "不办了"}, key="leave-001", path=f"/api/v1/cases/{case.number}/withdraw/")
    assert gone.json()["state"] == CaseState.WITHDRAWN
    again = send(program, {"note": "不办了"}, key="leave-002", path=f"/api/v1/cases/{case.number}/withdraw/")
    assert assert_problem(again, 409)["state"] == CaseState.WITHDRAWN


def test_the_list_goes_by_cursor_and_filters(person: User, program: APIClient) -> None:
    made = [make_case(submitter=person, text=f"第{number}件事，压力表检定") for number in range(3)]
    first = program.get("/api/v1/cases/?page_size=2").json()
    second = program.get(first["next"]).json()
    assert [row["number"] for page in (first, second) for row in page["results"]] == [one.number for one in made[::-1]]
    assert "count" not in first
    make_need(made[0])
    assert [row["number"] for row in program.get("/api/v1/cases/?state=in_service").json()["results"]] == [
        made[0].number
    ]
    assert len(program.get("/api/v1/cases/?q=压力表").json()["results"]) == 3
    assert_problem(program.get("/api/v1/cases/?state=nonsense"), 400)


def test_papers_are_fetched_by_those_who_see_the_case_and_each_look_is_recorded(
    person: User, program: APIClient
) -> None:
    case = make_case(submitter=person)
    stored = Attachment.objects.create(
        file="none", display_name="x.pdf", content_type="application/pdf", size=1, sha256="0" * 64
    )
    [paper] = cases.attach(case, [stored], audience=Audience.SHARED, now=timezone.now())
    assert_problem(program_of(make_user()).get(f"/api/v1/documents/{paper.pk}/"), 404)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(("role", "status"), [(Role.PROVIDER, 403), (Role.CURATOR, 403), (Role.AUDITOR, 200)])
def test_who_may_read(role: Role, status: int) -> None:
    make_station()
    assert program_of(make_user(role)).get("/api/v1/cases/").status_code == status


def test_readers_send_nothing_and_nobody_comes_without_a_key_or_session() -> None:
    make_station()
    assert_problem(send(program_of(make_user(Role.AUDITOR)), NEED), 403)
    assert_problem(APIClient().get("/api/v1/cases/"), 401)


def test_a_browsers_session_needs_its_csrf_token(person: User) -> None:
    client = browser_of(person, enforce_csrf_checks=True)
    assert client.post("/api/v1/cases/", {}, headers={"Idempotency-Key": "browser-1"}).status_code == 403


def test_sending_costs_what_it_costs(person: User, django_assert_num_queries) -> None:
    sender = make_user(email="wang@enterprise.example")
    make_enterprise(sender)
    program = program_of(sender)
    assert send(program, NEED).status_code == 201
    with django_assert_num_queries(SENDING_QUERIES):
        send(program, {**NEED, "text": "另外还要做一次环境检测"}, key="order-0002")


@pytest.mark.parametrize("rows", [1, 3])
def test_reading_costs_the_same_with_one_and_with_three(
    person: User, program: APIClient, rows: int, django_assert_num_queries
) -> None:
    case = make_case(submitter=person)
    for _one in range(rows):
        make_case(submitter=person)
        make_referral(make_need(case))
    with django_assert_num_queries(LIST_QUERIES):
        program.get("/api/v1/cases/")
    with django_assert_num_queries(DETAIL_QUERIES):
        program.get(f"/api/v1/cases/{case.number}/")
