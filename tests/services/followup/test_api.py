"""Surveys and follow-ups for programs."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from experts.models import Rating
from portal.accounts.models import ApiToken, User
from services.followup.models import FollowUp
from tests.factories import make_user
from tests.services.followup.rows import make_asked, token_of

pytestmark = pytest.mark.django_db
LIST_QUERIES = 4


@pytest.fixture
def asked() -> FollowUp:
    return make_asked(now=timezone.now())


def key(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {ApiToken.issue(user, name='test')}", "Accept-Language": "en"}


def post(client: Client, path: str, body: dict[str, Any], once: str = "key-00000001", **headers: str) -> Any:
    sent = {"Idempotency-Key": once, "Accept-Language": "en", **headers}
    return client.post(path, body, content_type="application/json", headers=sent)


def test_a_survey_is_read_without_a_key_and_reading_answers_nothing(client: Client, asked: FollowUp) -> None:
    response = client.get(f"/api/v1/surveys/{token_of(asked)}/")
    assert response.status_code == 200
    assert set(response.json()) == {
        "case",
        "kind",
        "item_zh",
        "item_en",
        "institution_zh",
        "institution_en",
        "confirmed_at",
        "closes_at",
        "answered",
    }
    assert not Rating.objects.exists()


def test_a_survey_is_answered_once(client: Client, asked: FollowUp) -> None:
    path = f"/api/v1/surveys/{token_of(asked)}/"
    body = {"grade": 5, "solved": "yes", "comment": "好", "shares_comment": True}
    assert [post(client, path, body).status_code for _ in range(2)] == [204, 204]
    assert post(client, path, body, once="key-00000002").status_code == 409
    rating = Rating.objects.get()
    assert (rating.grade, rating.solved, rating.comment, rating.source) == (5, True, "好", "link")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "grade"),
        ({"grade": 0}, "grade"),
        ({"grade": "x"}, "grade"),
        ({"grade": 5, "comment": "x" * 1001}, "comment"),
    ],
)
def test_a_wrong_answer_names_its_field(client: Client, asked: FollowUp, body: dict[str, Any], field: str) -> None:
    response = post(client, f"/api/v1/surveys/{token_of(asked)}/", body)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not Rating.objects.exists()


def test_unknown_and_closed_surveys_are_problems(client: Client, asked: FollowUp) -> None:
    assert client.get("/api/v1/surveys/nonsense/").status_code == 404
    FollowUp.objects.filter(pk=asked.pk).update(closes_at=timezone.now())
    closed = client.get(f"/api/v1/surveys/{token_of(asked)}/")
    assert (closed.status_code, closed.json()["type"]) == (410, "urn:portal:link-closed")


def test_without_an_idempotency_key_nothing_is_answered(client: Client, asked: FollowUp) -> None:
    path = f"/api/v1/surveys/{token_of(asked)}/"
    assert client.post(path, {"grade": 5}, content_type="application/json").status_code == 400
    assert not Rating.objects.exists()


def test_an_enterprise_lists_and_answers_its_own(client: Client, asked: FollowUp) -> None:
    make_asked(now=timezone.now())
    headers = key(asked.case.submitter)
    rows = client.get("/api/v1/followups/?kind=satisfaction", headers=headers).json()["results"]
    assert [(row["id"], row["case"], row["state"]) for row in rows] == [(asked.pk, asked.case.number, "due")]
    response = post(client, f"/api/v1/followups/{asked.pk}/answer/", {"grade": 1}, **headers)
    assert (response.status_code, response.json()["state"]) == (200, "completed")
    assert Rating.objects.get().source == "api"


@pytest.mark.parametrize(
    ("role", "listed", "answered"),
    [
        ("enterprise", 200, 404),
        ("specialist", 200, 403),
        ("auditor", 200, 403),
        ("provider", 403, 403),
        ("curator", 403, 403),
    ],
)
def test_others_neither_see_nor_answer(client: Client, asked: FollowUp, role: str, listed: int, answered: int) -> None:
    headers = key(make_user(role))
    response = client.get("/api/v1/followups/?kind=satisfaction", headers=headers)
    assert response.status_code == listed
    if role == "enterprise":
        assert response.json()["results"] == []
    assert post(client, f"/api/v1/followups/{asked.pk}/answer/", {"grade": 5}, **headers).status_code == answered
    assert not Rating.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_for_three(
    client: Client, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        make_asked(now=timezone.now())
    headers = key(make_user("specialist"))
    with django_assert_num_queries(LIST_QUERIES):
        assert len(client.get("/api/v1/followups/?kind=satisfaction", headers=headers).json()["results"]) == number


def test_another_answer_takes_the_place_of_the_first_by_link_and_by_key(client: Client, asked: FollowUp) -> None:
    path = f"/api/v1/surveys/{token_of(asked)}/"
    post(client, path, {"grade": 5})
    changed = client.put(path, {"grade": 2, "recommend": 0}, content_type="application/json")
    assert (changed.status_code, Rating.objects.get().grade) == (204, 2)
    own = f"/api/v1/followups/{asked.pk}/answer/"
    again = client.put(own, {"grade": 3}, content_type="application/json", headers=key(asked.case.submitter))
    assert (again.status_code, again.json()["state"], Rating.objects.get().grade) == (200, "completed", 3)
    assert client.get(path).json()["answered"] is True
