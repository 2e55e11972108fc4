"""The enterprise has a settled need taken up again: after an unhappy answer, or soon after it was settled."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import Role
from services.casefile import reopening
from services.cases.faults import IllegalMove
from services.cases.models import Case, Need
from services.clocks import loading
from services.followup import actions as followup
from services.followup.models import FollowUp
from tests.factories import make_case, make_enterprise, make_need, make_referral, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    loading.load()
    return make_user()


def settled(owner: User, days: int) -> Need:
    at = timezone.now() - timedelta(days=days)
    case = make_case(submitter=owner, enterprise=make_enterprise(owner), now=at)
    return make_referral(make_need(case, now=at), state="confirmed", now=at).need


def page_of(user: User) -> Client:
    page = Client(headers={"accept-language": "en"})
    page.force_login(user)
    return page


def test_soon_after_it_was_settled_the_page_offers_it_and_keeps_the_reason(owner: User) -> None:
    need = settled(owner, days=3)
    page = page_of(owner)
    address = f"/cases/needs/{need.pk}/reopen/"
    assert address in page.get(need.case.get_absolute_url()).content.decode()
    refused = page.post(address, {"reason": " "})
    assert refused.status_code == 422 and not Need.objects.filter(reopens=need).exists()
    page.post(address, {"reason": "样品又坏了"})
    again = Need.objects.get(reopens=need)
    assert (again.state, Case.objects.get(pk=need.case_id).state) == ("seeking", "in_service")
    assert again.events.get().note == "样品又坏了"
    assert address not in page.get(need.case.get_absolute_url()).content.decode(), "once"


def test_long_after_it_only_an_unhappy_answer_opens_it(owner: User) -> None:
    need = settled(owner, days=60)
    now = timezone.now()
    with pytest.raises(IllegalMove):
        reopening.reopen(need, "x", by=owner, now=now)
    followup.plan(now)
    owed = FollowUp.objects.filter(referral__need=need).order_by("id")[0]
    followup.ask([owed.pk], now=max(owed.due_at, now))
    owed.refresh_from_db()
    followup.answer(owed, followup.Answer(grade=2), source="account", now=max(owed.due_at, now), by=owner)
    assert reopening.reopen(need, "没有解决", by=owner, now=now).reopens == need


def test_the_desk_may_always_with_a_reason(owner: User) -> None:
    need = settled(owner, days=60)
    page = page_of(make_user(Role.SPECIALIST))
    address = f"/triage/needs/{need.pk}/reopen/"
    assert address in page.get(f"/triage/{need.case.number}/").content.decode()
    assert page.post(address, {"reason": ""}).status_code == 422
    page.post(address, {"reason": "企业来电：仍未解决"})
    assert Need.objects.get(reopens=need).events.get().note == "企业来电：仍未解决"
