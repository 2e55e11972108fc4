"""The enterprise reads that the next institution is asked, never who was asked in vain, nor why."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.cases.models import Need, Referral
from services.routing import actions, ladder, loading
from services.routing.models import MatchRecord
from tests.factories import (
    NOW,
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_user,
    move_referral,
)

pytestmark = pytest.mark.django_db
REASON = "我们的设备坏了"


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def first(owner: User) -> Referral:
    """Asked, declined, and the next asked by the ladder."""
    loading.load()
    desk = make_user(Role.SPECIALIST)
    need = make_need(make_case(enterprise=make_enterprise(owner), submitter=owner), by=desk)
    make_capability(make_institution(), need.item)
    referral = actions.offer(need, Institution.objects.get(capabilities__item=need.item), by=desk, now=NOW)
    move_referral(referral, "declined", by=desk)
    Referral.objects.filter(pk=referral.pk).update(reason=REASON)
    make_capability(make_institution(), need.item)
    assert ladder.climb(NOW + timedelta(minutes=1)) == 1
    return referral


def case_page(client: Client, need: Need, language: str) -> str:
    client.cookies["django_language"] = language
    return client.get(reverse("casefile:case", args=[need.case.number])).content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "We have asked the next institution"), ("zh-hans", "已联系下一家机构")]
)
def test_its_page_says_that_the_next_is_asked(
    client: Client, owner: User, first: Referral, language: str, words: str
) -> None:
    client.force_login(owner)
    page = case_page(client, first.need, language)
    assert words in page
    second = first.need.referrals.latest("pk").institution
    assert second.name_en in page or second.name_zh in page
    for never in (first.institution.name_zh, first.institution.name_en, REASON):
        assert never not in page


def test_its_programs_read_no_more(client: Client, owner: User, first: Referral) -> None:
    client.force_login(owner)
    answer = client.get(reverse("api:case-detail", args=[first.case.number])).json()
    second = first.need.referrals.latest("pk")
    assert [row["id"] for row in answer["needs"][0]["referrals"]] == [second.pk]
    assert first.institution.name_zh not in str(answer)
    assert answer["next_step"]["words"]


def test_the_record_of_who_was_asked_in_vain_is_not_found(client: Client, owner: User, first: Referral) -> None:
    second = first.need.referrals.latest("pk")
    client.force_login(owner)
    found = {
        referral.pk: client.get(
            reverse("routing:record", args=[MatchRecord.objects.get(referral=referral).pk])
        ).status_code
        for referral in (first, second)
    }
    assert found == {first.pk: 404, second.pk: 200}


def test_staff_read_it_all(client: Client, first: Referral) -> None:
    client.force_login(make_user(Role.AUDITOR))
    assert first.institution.name_en in case_page(client, first.need, "en")
    answer = client.get(reverse("api:case-detail", args=[first.case.number])).json()
    assert len(answer["needs"][0]["referrals"]) == 2


def test_who_declined_is_not_told_who_was_asked_next(client: Client, first: Referral) -> None:
    provider = make_user(Role.PROVIDER)
    first.institution.memberships.create(user=provider)
    client.force_login(provider)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("delivery:referral", args=[first.pk])).content.decode()
    second = first.need.referrals.latest("pk").institution
    assert second.name_en not in page and second.name_zh not in page
