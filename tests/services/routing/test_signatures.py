"""Whoever runs the platform is asked only when a second person has signed, and the enterprise is told (R6)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from experts.models import AffiliateGroup, Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from portal.notices.rendering import render
from services.cases.models import Need
from services.routing import actions, ladder, loading, signatures
from services.routing.models import LadderStep, SecondSignature
from services.routing.signatures import AskedAlready, NotYours, SecondSignatureNeeded
from services.stations.models import Station
from tests.factories import (
    NOW,
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_station,
    make_user,
    move_referral,
)

pytestmark = pytest.mark.django_db
REASON = "唯一具备该设备的机构"


@pytest.fixture
def desk() -> User:
    return make_user(Role.SPECIALIST)


@pytest.fixture
def lead() -> User:
    return make_user(Role.TEAM_LEAD)


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def operator() -> Institution:
    institution = make_institution()
    Station.objects.filter(pk=make_station().pk).update(operator=institution)
    return institution


@pytest.fixture
def need(owner: User, operator: Institution) -> Need:
    case = make_case(enterprise=make_enterprise(owner), submitter=owner, now=timezone.now())
    need = make_need(case, now=timezone.now())
    make_capability(operator, need.item)
    return need


def signed(need: Need, operator: Institution, desk: User, lead: User, *, sign: bool = True) -> SecondSignature:
    row = signatures.ask(need, operator, by=desk, now=NOW, reason=REASON)
    return signatures.decide(row, sign=sign, by=lead, now=NOW, note="同意" if sign else "另找一家")


def test_without_a_second_signature_the_operator_is_not_asked(need: Need, operator: Institution, desk: User) -> None:
    with pytest.raises(SecondSignatureNeeded):
        actions.offer(need, operator, by=desk, now=NOW)
    assert not need.referrals.exists()


def test_without_the_check_it_would_be(
    need: Need, operator: Institution, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above."""
    monkeypatch.setattr(signatures, "check", lambda need, institution: None)
    assert actions.offer(need, operator, by=desk, now=NOW).state == "offered"


@pytest.mark.parametrize("whose", ["kin", "station above"])
def test_affiliates_and_the_stations_above_count_too(operator: Institution, desk: User, whose: str) -> None:
    body, station = operator, make_station(parent=make_station())
    if whose == "kin":
        body = make_institution(group=AffiliateGroup.objects.create(name="同一集团"))
        Institution.objects.filter(pk=operator.pk).update(group=body.group)
    need = make_need(make_case(station=station))
    make_capability(body, need.item)
    with pytest.raises(SecondSignatureNeeded):
        actions.offer(need, body, by=desk, now=NOW)


def test_others_are_asked_without(need: Need, desk: User) -> None:
    other = make_institution(group=AffiliateGroup.objects.create(name="另一集团"))
    make_capability(other, need.item)
    assert actions.offer(need, other, by=desk, now=NOW, reason="x").state == "offered"


def test_a_lead_signs_and_the_offer_goes_out(need: Need, operator: Institution, desk: User, lead: User) -> None:
    row = signed(need, operator, desk, lead)
    assert (row.state, row.decided_by, row.asked_by, row.reason) == ("signed", lead, desk, REASON)
    assert actions.offer(need, operator, by=desk, now=NOW).state == "offered"


def test_a_refusal_keeps_it_shut_and_may_be_followed_by_another_question(
    need: Need, operator: Institution, desk: User, lead: User
) -> None:
    signed(need, operator, desk, lead, sign=False)
    with pytest.raises(SecondSignatureNeeded):
        actions.offer(need, operator, by=desk, now=NOW)
    signed(need, operator, desk, lead)
    assert actions.offer(need, operator, by=desk, now=NOW).state == "offered"


def test_nobody_signs_for_themselves_and_only_leads_do(need: Need, operator: Institution, desk: User) -> None:
    lead = make_user(Role.TEAM_LEAD)
    row = signatures.ask(need, operator, by=lead, now=NOW, reason=REASON)
    for person in (lead, desk):
        with pytest.raises(NotYours):
            signatures.decide(row, sign=True, by=person, now=NOW)
    row.refresh_from_db()
    assert row.state == "asked"


def test_the_database_holds_that_it_is_a_second_person(need: Need, operator: Institution, desk: User) -> None:
    with pytest.raises(IntegrityError, match="second_signature_by_another"):
        SecondSignature.objects.create(
            need=need,
            institution=operator,
            state="signed",
            reason=REASON,
            asked_by=desk,
            asked_at=NOW,
            decided_by=desk,
            decided_at=NOW,
        )


def test_it_is_asked_and_decided_once(need: Need, operator: Institution, desk: User, lead: User) -> None:
    row = signatures.ask(need, operator, by=desk, now=NOW, reason=REASON)
    with pytest.raises(AskedAlready):
        signatures.ask(need, operator, by=desk, now=NOW, reason=REASON)
    signatures.decide(row, sign=True, by=lead, now=NOW)
    with pytest.raises(AskedAlready):
        signatures.decide(row, sign=False, by=lead, now=NOW)


def test_leads_are_asked_and_whoever_asked_is_told(need: Need, operator: Institution, desk: User, lead: User) -> None:
    signed(need, operator, desk, lead)
    asked, decided = (Notice.objects.get(event=f"second_signature_{each}") for each in ("asked", "decided"))
    assert (asked.user, decided.user) == (lead, desk)
    for notice, words in ((asked, "第二人签字"), (decided, "现在可以")):
        assert words in render(notice.event, notice.facts, language="zh-hans").text


def test_where_there_is_no_team_lead_but_the_one_who_asks_the_centre_lead_is_asked(
    need: Need, operator: Institution, lead: User
) -> None:
    centre_lead = make_user(Role.CENTRE_LEAD)
    row = signatures.ask(need, operator, by=lead, now=NOW, reason=REASON)
    assert Notice.objects.get(event="second_signature_asked").user == centre_lead
    assert signatures.decide(row, sign=True, by=centre_lead, now=NOW).state == "signed"


def test_the_ladder_never_asks_the_operator_by_itself(desk: User, operator: Institution) -> None:
    loading.load()
    need = make_need(make_case(enterprise=make_enterprise()), by=desk)
    first = make_institution()
    make_capability(first, need.item)
    move_referral(actions.offer(need, first, by=desk, now=NOW), "declined", by=desk)
    make_capability(operator, need.item)
    ladder.climb(NOW + timedelta(minutes=1))
    assert LadderStep.objects.get().reason == "unsure"


# The pages


def page_of(client: Client, user: User, need: Need) -> str:
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client.get(reverse("routing:need", args=[need.pk])).content.decode()


def decide(client: Client, row: SecondSignature, decision: str) -> Any:
    return client.post(reverse("routing:sign", args=[row.pk]), {"decision": decision})


def test_the_page_leads_from_the_question_to_the_offer(
    client: Client, need: Need, operator: Institution, desk: User, lead: User
) -> None:
    html = page_of(client, desk, need)
    assert "Ask for the second signature" in html and "Offer the need" not in html
    url = reverse("routing:ask_signature", args=[need.pk])
    assert client.post(url, {"institution": operator.pk, "reason": ""}).status_code == 422
    assert client.post(url, {"institution": operator.pk, "reason": REASON}).status_code == 302
    row = SecondSignature.objects.get()
    html = page_of(client, desk, need)
    assert "Waiting for the second signature" in html and 'value="sign"' not in html
    assert decide(client, row, "sign").status_code == 403
    assert 'value="sign"' in page_of(client, lead, need)
    assert decide(client, row, "perhaps").status_code == 422
    assert decide(client, row, "sign").status_code == 302
    html = page_of(client, desk, need)
    assert "Signed by a second person" in html and "Offer the need" in html


def test_a_signature_of_another_station_is_not_there(
    client: Client, need: Need, operator: Institution, desk: User
) -> None:
    row = signatures.ask(need, operator, by=desk, now=NOW, reason=REASON)
    client.force_login(make_user(Role.TEAM_LEAD, station=make_station(parent=make_station())))
    assert decide(client, row, "sign").status_code == 404


def test_the_enterprise_reads_that_it_runs_the_platform(
    client: Client, need: Need, operator: Institution, desk: User, lead: User, owner: User
) -> None:
    signed(need, operator, desk, lead)
    referral = actions.offer(need, operator, by=desk, now=NOW)
    client.force_login(owner)
    client.cookies["django_language"] = "en"
    html = client.get(reverse("routing:record", args=[referral.match_record.pk])).content.decode()
    assert "It also runs the place your case came to." in html
