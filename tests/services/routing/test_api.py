"""Matching for programs: the same rules as on the page."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import ApiToken, User
from services.cases.models import Need, Referral
from services.routing.models import MatchRecord
from tests.factories import (
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_region,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def need() -> Need:
    now = timezone.now()
    return make_need(make_case(enterprise=make_enterprise(), now=now), now=now)


def headers(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {ApiToken.issue(user, name='test')}", "Accept-Language": "en"}


def post(client: Client, user: User, need: Need, body: dict[str, Any], key: str = "key-00000001") -> Any:
    return client.post(
        f"/api/v1/needs/{need.pk}/offers/",
        body,
        content_type="application/json",
        headers={**headers(user), "Idempotency-Key": key},
    )


def test_the_match_is_read_as_codes_and_facts(client: Client, need: Need) -> None:
    first, shut = make_institution(), make_institution(standing="suspended")
    for each in (first, shut):
        make_capability(each, need.item)
    response = client.get(f"/api/v1/needs/{need.pk}/match/", headers=headers(make_user("specialist")))
    body = response.json()
    assert response.status_code == 200
    assert set(body) == {"rule_version", "asks", "ranked", "excluded"}
    assert [row["institution"] for row in body["ranked"]] == [first.pk]
    assert [(row["institution"], row["gate"], row["code"]) for row in body["excluded"]] == [
        (shut.pk, "standing", "standing.suspended")
    ]


def test_an_offer_answers_with_referral_and_record_and_once_per_key(client: Client, need: Need) -> None:
    institution, desk = make_institution(), make_user("specialist")
    make_capability(institution, need.item)
    first = post(client, desk, need, {"institution": institution.pk})
    again = post(client, desk, need, {"institution": institution.pk})
    referral = Referral.objects.get()
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["referral"] == referral.pk
    assert first.json()["match_record"] == MatchRecord.objects.get().pk
    assert post(client, desk, need, {"institution": institution.pk}, key="key-00000002").status_code == 409


def test_problems_name_the_gate_and_the_missing_reason(client: Client, need: Need) -> None:
    desk = make_user("specialist")
    first, far, shut = (
        make_institution(),
        make_institution(region=make_region("440306")),
        make_institution(standing="removed"),
    )
    for each in (first, far, shut):
        make_capability(each, need.item)
    refused = post(client, desk, need, {"institution": shut.pk, "reason": "because"})
    assert (refused.status_code, refused.json()["gate"]) == (409, "standing")
    missing = post(client, desk, need, {"institution": far.pk}, key="key-00000003")
    assert (missing.status_code, missing.json()["type"]) == (422, "urn:portal:reason-missing")
    unknown = post(client, desk, need, {"institution": 0}, key="key-00000004")
    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["institution"])


@pytest.mark.parametrize("role", ["enterprise", "provider", "expert", "curator", "auditor", "administrator"])
def test_programs_of_others_are_refused(client: Client, need: Need, role: str) -> None:
    user = make_user(role)
    assert client.get(f"/api/v1/needs/{need.pk}/match/", headers=headers(user)).status_code == 403
    assert post(client, user, need, {"institution": 1}).status_code == 403


def test_without_a_key_nobody_gets_in_and_unknown_needs_are_not_there(client: Client, need: Need) -> None:
    assert client.get(f"/api/v1/needs/{need.pk}/match/").status_code == 401
    assert client.get("/api/v1/needs/0/match/", headers=headers(make_user("specialist"))).status_code == 404
