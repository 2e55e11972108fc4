"""The desk's page of a need, and the record in the words of whoever reads it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from experts.models import Institution
from portal.accounts.models import User
from services.cases.models import Need, Referral
from services.routing import actions, ladder, loading
from services.routing.models import LadderHold, LadderPolicy, MatchRecord
from tests.factories import (
    make_capability,
    make_case,
    make_credential,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_rating,
    make_referral,
    make_region,
    make_station,
    make_user,
    move_referral,
)

pytestmark = pytest.mark.django_db
QUERIES = 16


@pytest.fixture
def desk() -> User:
    return make_user("specialist")


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def need(owner: User) -> Need:
    item = make_item(required_credentials=["CMA"], credential_mode="all")
    now = timezone.now()
    return make_need(make_case(enterprise=make_enterprise(owner), submitter=owner, now=now), item, now=now)


def signed_in(client: Client, user: User, language: str = "en") -> Client:
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def qualified(need: Need, **fields: Any) -> Institution:
    institution = make_institution(fields.pop("user", None), **fields)
    make_capability(institution, need.item)
    make_credential(institution, "CMA", valid_to=None)
    return institution


def page(need: Need) -> str:
    return reverse("routing:need", args=[need.pk])


def offer(client: Client, need: Need, institution: Institution, reason: str = "") -> Any:
    return client.post(reverse("routing:offer", args=[need.pk]), {"institution": institution.pk, "reason": reason})


def test_the_page_shows_who_may_be_asked_and_who_may_not_and_why(client: Client, desk: User, need: Need) -> None:
    near, far = qualified(need), qualified(need, region=make_region("440306"))
    paused = make_institution(standing="suspended")
    make_capability(paused, need.item)
    html = signed_in(client, desk).get(page(need)).content.decode()
    assert html.index(near.name_en) < html.index(far.name_en) < html.index(paused.name_en)
    assert "Same county or district" in html
    assert "Another province" in html
    assert "It is suspended." in html
    assert "Ask this one instead" in html


def test_a_missing_fact_is_shown_as_a_question(client: Client, desk: User) -> None:
    now = timezone.now()
    need = make_need(make_case(now=now), make_item(), now=now)
    make_capability(make_institution(), need.item)
    html = signed_in(client, desk).get(page(need)).content.decode()
    assert "The region of the enterprise is not known." in html


def test_without_anybody_the_page_says_what_to_do(client: Client, desk: User, need: Need) -> None:
    assert "Nobody can be asked" in signed_in(client, desk).get(page(need)).content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("specialist", 200),
        ("team_lead", 200),
        ("enterprise", 403),
        ("provider", 403),
        ("expert", 403),
        ("curator", 403),
        ("auditor", 403),
        ("administrator", 403),
    ],
)
def test_the_page_is_for_the_desk(client: Client, need: Need, role: str, status: int) -> None:
    signed_in(client, make_user(role))
    assert client.get(page(need)).status_code == status
    posted = client.post(reverse("routing:offer", args=[need.pk]), {})
    assert posted.status_code == (422 if status == 200 else 403)


def test_a_need_of_another_station_is_not_there(client: Client, need: Need) -> None:
    elsewhere = make_user("specialist", station=make_station(parent=make_station()))
    signed_in(client, elsewhere)
    institution = qualified(need)
    assert client.get(page(need)).status_code == 404
    assert offer(client, need, institution).status_code == 404
    assert not Referral.objects.exists()


def test_the_first_is_offered_the_need_with_one_click(client: Client, desk: User, need: Need) -> None:
    first = qualified(need)
    response = offer(signed_in(client, desk), need, first)
    assert (response.status_code, response["Location"]) == (302, page(need))
    assert Referral.objects.get().institution == first
    assert "Waiting for an answer" in client.get(page(need)).content.decode()


def test_another_needs_a_reason_and_the_page_says_so_at_the_field(client: Client, desk: User, need: Need) -> None:
    first, other = qualified(need), qualified(need, region=make_region("440306"))
    response = offer(signed_in(client, desk), need, other)
    assert response.status_code == 422
    assert "Another institution ranks first. Say why this one is asked instead." in response.content.decode()
    assert not Referral.objects.exists()
    assert offer(client, need, other, "企业指定").status_code == 302
    assert MatchRecord.objects.get().override_reason == "企业指定"
    assert first.pk == MatchRecord.objects.get().first_id


def test_too_long_a_reason_is_kept_for_correction(client: Client, desk: User, need: Need) -> None:
    qualified(need)
    other = qualified(need, region=make_region("440306"))
    response = offer(signed_in(client, desk), need, other, "长" * 501)
    assert response.status_code == 422
    assert "长" * 501 in response.content.decode()


def test_a_shut_gate_answers_with_conflict_and_names_the_gate(client: Client, desk: User, need: Need) -> None:
    qualified(need)
    without = make_institution()
    make_capability(without, need.item)
    response = offer(signed_in(client, desk), need, without, "总经理批准")
    html = response.content.decode()
    assert response.status_code == 409
    assert "Credential: It does not hold the required credential: CMA." in html
    assert not Referral.objects.exists()


def test_an_offer_made_twice_is_a_conflict_with_the_state(client: Client, desk: User, need: Need) -> None:
    first = qualified(need)
    offer(signed_in(client, desk), need, first)
    response = offer(client, need, first)
    assert response.status_code == 409
    assert Referral.objects.count() == 1


def test_an_unknown_institution_changes_nothing(client: Client, desk: User, need: Need) -> None:
    signed_in(client, desk)
    for value in ("", "0", "x", "99999999999999999999"):
        assert client.post(reverse("routing:offer", args=[need.pk]), {"institution": value}).status_code == 422
    assert client.get(reverse("routing:need", args=[need.pk + 1000])).status_code == 404
    assert not Referral.objects.exists()


def test_an_offer_is_taken_back_with_a_reason(client: Client, desk: User, need: Need) -> None:
    referral = make_referral(need, qualified(need), by=desk, now=timezone.now())
    url = reverse("routing:recall", args=[referral.pk])
    signed_in(client, desk)
    assert client.post(url, {"version": referral.version, "reason": ""}).status_code == 422
    assert client.post(url, {"version": referral.version - 1, "reason": "改期"}).status_code == 409
    assert client.post(url, {"version": referral.version, "reason": "改期"}).status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.reason) == ("recalled", "改期")


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_needs_the_same_queries_for_one_and_for_three(
    client: Client, desk: User, need: Need, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        institution = qualified(need)
        make_referral(need, institution, state="recalled", by=desk, now=timezone.now() - timedelta(days=1))
        make_rating(institution)
        paused = make_institution(standing="suspended")
        make_capability(paused, need.item)
    signed_in(client, desk).get(page(need))
    with django_assert_num_queries(QUERIES):
        client.get(page(need))


# The record


@pytest.fixture
def recorded(need: Need, desk: User) -> tuple[MatchRecord, User, Institution]:
    provider = make_user("provider")
    chosen = qualified(need, user=provider, region=make_region("440306"))
    rival = qualified(need, name_zh="示例竞争机构", name_en="Rival Body")
    shut = make_institution(name_zh="示例停牌机构", name_en="Suspended Body", standing="suspended")
    make_capability(shut, need.item)
    for _ in range(2):
        make_rating(chosen, grade=5)
    actions.offer(need, chosen, by=desk, now=timezone.now(), reason="企业指定")
    assert rival.pk == MatchRecord.objects.get().first_id
    return MatchRecord.objects.get(), provider, chosen


def read(client: Client, user: User, record: MatchRecord) -> str:
    response = signed_in(client, user).get(reverse("routing:record", args=[record.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_staff_read_everything(client: Client, desk: User, recorded: tuple[MatchRecord, User, Institution]) -> None:
    html = read(client, desk, recorded[0])
    for text in ("Rival Body", "Suspended Body", "企业指定", "match/4.0", "Another province"):
        assert text in html


def test_the_institution_reads_only_of_itself(client: Client, recorded: tuple[MatchRecord, User, Institution]) -> None:
    record, provider, chosen = recorded
    html = read(client, provider, record)
    assert "Why you were asked" in html
    assert chosen.name_en in html
    for secret in ("Rival", "竞争", "Suspended Body", "停牌", "企业指定", "of 100"):
        assert secret not in html


def test_the_enterprise_reads_why_without_names_of_others_or_thin_scores(
    client: Client, owner: User, recorded: tuple[MatchRecord, User, Institution]
) -> None:
    html = read(client, owner, recorded[0])
    assert "3 institutions were considered." in html
    assert "1 × not admitted to our pool at present" in html
    for secret in ("Rival", "竞争", "Suspended Body", "停牌", "企业指定", "rate it"):
        assert secret not in html


def test_nobody_else_reads_it(client: Client, recorded: tuple[MatchRecord, User, Institution]) -> None:
    for role in ("enterprise", "provider", "expert", "curator", "administrator"):
        signed_in(client, make_user(role))
        assert client.get(reverse("routing:record", args=[recorded[0].pk])).status_code == 404
    client.logout()
    assert client.get(reverse("routing:record", args=[recorded[0].pk])).status_code == 302


# The ladder


def switch(client: Client, need: Need, way: str, reason: str) -> Any:
    return client.post(reverse(f"routing:{way}", args=[need.pk]), {"reason": reason})


@pytest.fixture
def climbed(desk: User, need: Need) -> Need:
    """One declined, the next asked by the ladder; nothing is automatic any more after that."""
    loading.load()
    LadderPolicy.objects.update(rungs=1)
    for _each in range(3):
        qualified(need)
    now = timezone.now()
    for _each in range(2):
        referral = need.referrals.order_by("pk").last()
        if referral is None:
            first = actions.rank(actions.load(need.pk), now=now).ranked[0]
            institution = Institution.objects.get(pk=first.candidate.institution)
            referral = actions.offer(need, institution, by=desk, now=now)
        move_referral(referral, "declined", by=desk, now=now)
        ladder.climb(now)
    return need


@pytest.mark.parametrize(
    ("language", "rule", "words"),
    [
        (
            "en",
            "Automatic: next institution in line",
            ["Next institution asked", "Back to the specialist", "The most automatic offers were made."],
        ),
        ("zh-hans", "自动：顺延至下一家机构", ["已联系下一家机构", "退回服务专员", "自动派单已达次数上限。"]),
    ],
)
def test_the_page_shows_each_rung_with_outcome_reason_and_rule(
    client: Client, desk: User, climbed: Need, language: str, rule: str, words: list[str]
) -> None:
    html = signed_in(client, desk, language).get(page(climbed)).content.decode()
    assert [each for each in words if each not in html] == []
    assert html.count(rule) == 3, "one offer and two steps"
    assert "routing.ladder/1" not in html


def test_a_record_made_by_the_rule_names_the_rule(client: Client, desk: User, climbed: Need) -> None:
    record = MatchRecord.objects.get(rule="routing.ladder/1")
    html = signed_in(client, desk).get(reverse("routing:record", args=[record.pk])).content.decode()
    assert "Automatic: next institution in line" in html and "None" not in html


def test_automatic_offers_are_switched_off_and_on_with_a_reason(client: Client, desk: User, need: Need) -> None:
    loading.load()
    signed_in(client, desk)
    assert "Switch automatic offers off" in client.get(page(need)).content.decode()
    refused = switch(client, need, "hold", " ")
    assert refused.status_code == 422 and not LadderHold.objects.exists()
    assert switch(client, need, "hold", "企业要自己选")["Location"] == page(need)
    html = client.get(page(need)).content.decode()
    assert "企业要自己选" in html and "Switch automatic offers on again" in html
    assert switch(client, need, "hold", "again").status_code == 409
    assert switch(client, need, "lift", "企业请我们继续").status_code == 302
    assert LadderHold.objects.get().lifted_by == desk
    assert switch(client, need, "lift", "again").status_code == 409


def test_without_a_policy_there_is_nothing_to_switch(client: Client, desk: User, need: Need) -> None:
    html = signed_in(client, desk).get(page(need)).content.decode()
    assert "You choose the next institution" in html
    assert "Switch automatic offers" not in html
