"""The desk through the API: the same actions as on the page, closed to everybody else, safe to repeat."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from experts.models import Institution
from portal.accounts.models import ApiToken, User
from portal.accounts.roles import DESK, Role
from portal.audit.models import AuditEntry
from services.cases.models import Case, Need
from services.cases.states import CaseState
from services.catalogue.models import ServiceItem
from services.stations.models import Station
from services.triage.models import Decision
from tests.factories import make_case, make_enterprise, make_institution, make_item, make_need, make_station, make_user
from tests.services.triage.screens import QUESTIONS

pytestmark = pytest.mark.django_db
CASES = "/api/v1/desk/cases/"
LIST_QUERIES = 5
_keys = count(1)
Post = Callable[..., Any]


def program_of(user: User) -> Client:
    key = ApiToken.issue(user, name="test")
    return Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"})


@pytest.fixture
def api(desk: User) -> Client:
    return program_of(desk)


@pytest.fixture
def post(api: Client) -> Post:
    """Post JSON under a fresh key, or the one given."""

    def send(case: Case, step: str, key: str = "", **data: Any) -> Any:
        headers = {"Idempotency-Key": key or f"key-{next(_keys):08}"}
        return api.post(f"{CASES}{case.number}/{step}/", data, content_type="application/json", headers=headers)

    return send


@pytest.mark.parametrize("role", [role for role in Role if role not in DESK])
def test_only_the_desk_is_let_in(case: Case, role: str) -> None:
    client = program_of(make_user(role))
    assert client.get(CASES).status_code == 403
    assert client.get(f"{CASES}{case.number}/").status_code == 403
    for step in ("confirm", "take", "ask", "answer-now", "refer-out", "merge"):
        headers = {"Idempotency-Key": f"key-{step}"}
        answer = client.post(f"{CASES}{case.number}/{step}/", {}, "application/json", headers=headers)
        assert answer.status_code == 403
    assert Client().get(CASES).status_code == 401


def test_the_queue_is_listed_newest_first_and_narrowed_like_the_page(api: Client) -> None:
    older, newer = make_case(text="压力表要检定"), make_case(text="想做认证")
    listed = api.get(CASES).json()
    assert [row["number"] for row in listed["results"]] == [newer.number, older.number]
    assert set(listed) == {"next", "previous", "results"} and "contact_phone" not in listed["results"][0]
    assert [row["number"] for row in api.get(CASES, {"q": "压力表"}).json()["results"]] == [older.number]
    assert api.get(CASES, {"state": "closed"}).json()["results"] == []
    assert api.get(CASES, {"urgency": "very"}).status_code == 400


def test_pages_follow_by_cursor(api: Client) -> None:
    for _round in range(3):
        make_case()
    first = api.get(CASES, {"page_size": 2}).json()
    second = api.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (2, 1, None)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_however_long(
    api: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _round in range(rows):
        make_case(enterprise=make_enterprise())
    with django_assert_num_queries(LIST_QUERIES):
        assert len(api.get(CASES).json()["results"]) == rows


def test_one_case_is_read_whole_and_the_look_recorded(api: Client, desk: User) -> None:
    need = make_need(by=desk)
    shown = api.get(f"{CASES}{need.case.number}/").json()
    assert shown["contact_phone"] == "+8613800138000"
    assert [(row["item"], row["state"], row["position"]) for row in shown["needs"]] == [(need.item_id, "seeking", 1)]
    assert AuditEntry.objects.get(verb="looked_at_contact").subject == f"case:{need.case_id}"


def test_cases_of_other_stations_are_not_there(api: Client, post: Post) -> None:
    elsewhere = Station.objects.create(
        name_zh="外地中心", kind=Station.Kind.CENTRE, region=make_station().region, line=[999_999]
    )
    hidden = make_case(station=elsewhere)
    assert api.get(f"{CASES}{hidden.number}/").status_code == 404
    assert post(hidden, "take", version=1).status_code == 404
    assert post(make_case(), "merge", version=1, into=hidden.number).status_code == 404


def test_the_suggestion_is_given_in_codes_and_figures(api: Client, case: Case) -> None:
    shown = api.get(f"{CASES}{case.number}/suggestion/").json()
    assert set(shown) == {"boards", "items", "urgency", "out_of_scope"}


def test_a_triage_is_confirmed_with_answers_and_order(post: Post, case: Case, asking: ServiceItem) -> None:
    other = make_item("CA")
    needs = [
        {
            "item": asking.pk,
            "description": "二十台",
            "answers": {"what": "压力表", "count": 20, "urgent": True, "rows": [{"name": "压力表"}]},
        },
        {"item": other.pk, "after": 1, "urgency": "high"},
    ]
    answer = post(case, "confirm", version=1, needs=needs, note="已受理")
    shown = answer.json()
    assert answer.status_code == 200, shown
    assert (shown["state"], shown["urgency"], shown["version"]) == ("in_service", "high", 2)
    assert [(row["item"], row["state"]) for row in shown["needs"]] == [(asking.pk, "seeking"), (other.pk, "waiting")]
    assert shown["needs"][0]["answers"] == {
        "what": "压力表",
        "count": 20,
        "urgent": True,
        "rows": [{"name": "压力表"}],
    }
    assert Decision.objects.get().items == [asking.pk, other.pk]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "version"),
        ({"version": 1}, "needs"),
        ({"version": 1, "needs": []}, "needs.non_field_errors"),
        ({"version": 1, "needs": [{"item": "NO-99"}]}, "needs.0.item"),
        ({"version": 1, "needs": [{"item": "", "urgency": "very"}]}, "needs.0.urgency"),
        ({"version": 1, "needs": [{"item": "*", "after": 1}]}, "needs"),
        ({"version": 1, "needs": [{"item": "*", "answers": {"count": "many"}}]}, "needs.0.answers.count"),
        ({"version": 1, "needs": [{"item": "*", "answers": {"colour": "red"}}]}, "needs.0.answers.colour"),
        ({"version": 1, "needs": [{"item": "*", "answers": {"until": "0202-03-01"}}]}, "needs.0.answers.until"),
    ],
)
def test_bad_input_is_named_by_field_and_changes_nothing(
    post: Post, case: Case, data: dict[str, Any], field: str
) -> None:
    item = make_item(intake_questions=QUESTIONS)
    for row in data.get("needs", []):
        row["item"] = item.pk if row["item"] == "*" else row["item"]
    answer = post(case, "confirm", **data)
    problem = answer.json()
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
    assert any(name.startswith(field) for name in problem["errors"]), problem
    case.refresh_from_db()
    assert (case.state, case.version, Need.objects.count()) == (CaseState.SUBMITTED, 1, 0)


def test_a_stale_version_gets_409_with_the_state(post: Post, case: Case) -> None:
    post(case, "take", version=1)
    answer = post(case, "confirm", version=1, needs=[{"item": make_item().pk}])
    assert answer.status_code == 409 and answer.json()["state"] == "submitted"
    assert Need.objects.count() == 0


def test_the_same_key_acts_once_and_answers_twice(post: Post, case: Case) -> None:
    data = {"version": 1, "needs": [{"item": make_item().pk}]}
    first, second = (post(case, "confirm", key="the-same-key", **data) for _round in range(2))
    assert first.json() == second.json() and second["Idempotent-Replayed"] == "true"
    assert Need.objects.count() == 1


def test_without_a_key_nothing_happens(api: Client, case: Case) -> None:
    answer = api.post(f"{CASES}{case.number}/take/", {"version": 1}, content_type="application/json")
    assert answer.status_code == 400
    case.refresh_from_db()
    assert case.owner is None


def test_take_ask_and_refer_out(post: Post, case: Case, desk: User) -> None:
    assert post(case, "take", version=1).json()["owner"] == "周敏"
    asked = post(case, "ask", version=2, questions="哪一年的证书？").json()
    assert asked["state"] == "returned"
    out = post(case, "refer-out", version=asked["version"], door="12345").json()
    assert out["state"] == "referred_out" and out["referred_to"].startswith("12345")
    assert post(case, "ask", version=out["version"], questions="x").status_code == 409
    assert post(case, "refer-out", version=1, door="moon").json()["errors"]["door"]


def test_an_answer_at_once(post: Post, case: Case) -> None:
    make_institution(kind=Institution.Kind.CENTRE)
    answer = post(case, "answer-now", version=1, item=make_item("MC").pk, text="请在官网报名")
    assert answer.json()["state"] == "awaiting_confirmation"
    closing = post(make_case(), "answer-now", version=1, item=make_item().pk, text="x", close=True)
    assert closing.status_code == 422


def test_a_repeat_is_joined_with_its_case(post: Post, case: Case, owner: User) -> None:
    repeat = make_case(submitter=owner, enterprise=case.enterprise, now=timezone.now())
    answer = post(repeat, "merge", version=1, into=case.number)
    assert (answer.status_code, answer.json()["number"]) == (200, case.number)
    repeat.refresh_from_db()
    assert repeat.merged_into == case
    stranger = make_case(enterprise=make_enterprise())
    assert post(stranger, "merge", version=1, into=case.number).status_code == 422


def test_a_step_that_answers_with_the_contact_is_a_look_too(api: Client, desk: User, post: Post) -> None:
    case = make_case()
    answer = post(case, "take", version=1)
    assert answer.json()["contact_phone"] == "+8613800138000"
    assert AuditEntry.objects.get(verb="looked_at_contact").subject == f"case:{case.pk}"
