"""The case is followed up when its last follow-up is over."""

from datetime import timedelta

import pytest

from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Referral
from services.cases.states import NeedState, ReferralState
from services.followup import actions
from services.followup.actions import Answer
from services.followup.models import FollowUp
from tests.factories import (
    NOW,
    make_case,
    make_enterprise,
    make_need,
    make_referral,
    make_user,
)
from tests.services.followup.rows import LATER, make_asked, make_confirmed

pytestmark = pytest.mark.django_db
GOOD = Answer(grade=5, solved="yes", comment="很快")


def only_asked(referral: Referral) -> FollowUp:
    """The first follow-up of the referral, asked; the second is waived."""
    actions.plan(NOW)
    first, second = FollowUp.objects.filter(referral=referral).order_by("rule")
    actions.ask([first.pk], now=LATER)
    actions.waive(second, by=make_user("team_lead"), now=LATER, reason="一次性咨询")
    return FollowUp.objects.get(pk=first.pk)


def test_the_second_follow_up_keeps_the_case_from_being_followed_up_until_it_is_over() -> None:
    row = make_asked()
    actions.answer(row, GOOD, source="link", now=LATER)
    row.case.refresh_from_db()
    assert row.case.state == "closed"
    second, month_later = FollowUp.objects.get(rule="second"), LATER + timedelta(days=30)
    actions.ask([second.pk], now=month_later)
    actions.answer(second, Answer(grade=4, changed="退货减少"), source="link", now=month_later)
    row.case.refresh_from_db()
    assert row.case.state == "followed_up"


def test_the_case_is_followed_up_when_its_last_follow_up_is_over() -> None:
    owner = make_user()
    case = make_case(enterprise=make_enterprise(owner), submitter=owner)
    referrals = [make_referral(make_need(case), state=ReferralState.CONFIRMED) for _ in range(2)]
    first, second = (only_asked(referral) for referral in referrals)
    actions.answer(first, GOOD, source="link", now=LATER)
    case.refresh_from_db()
    assert case.state == "closed"
    actions.waive(second, by=make_user("team_lead"), now=LATER, reason="重复")
    case.refresh_from_db()
    assert case.state == "followed_up"
    last = case.events.latest("id")
    assert (last.verb, last.to_state, last.rule) == ("moved", "followed_up", "followup.settle/1")


def test_a_case_that_closes_after_its_follow_ups_is_settled_by_the_sweep() -> None:
    owner = make_user()
    case = make_case(enterprise=make_enterprise(owner), submitter=owner)
    referral = make_referral(make_need(case), state=ReferralState.CONFIRMED)
    open_need = make_need(case)
    actions.answer(only_asked(referral), GOOD, source="link", now=LATER)
    case.refresh_from_db()
    assert case.state == "in_service"
    cases.decide(open_need, NeedState.UNMET, by=Actor.of(make_user("specialist")), now=LATER, reason="无机构")
    assert [actions.settle_closed(LATER), actions.settle_closed(LATER)] == [1, 0]
    case.refresh_from_db()
    assert case.state == "followed_up"


def test_a_case_with_a_referral_nobody_asked_about_yet_is_not_followed_up() -> None:
    row = only_asked(make_confirmed())
    need = make_need(row.case)
    make_referral(need, state=ReferralState.CONFIRMED)
    actions.answer(row, GOOD, source="link", now=LATER)
    row.case.refresh_from_db()
    assert row.case.state == "closed"


def test_a_case_without_any_confirmed_referral_is_not_followed_up() -> None:
    need = make_need()
    cases.decide(need, NeedState.UNMET, by=Actor.of(make_user("specialist")), now=LATER, reason="无机构")
    assert actions.settle_closed(LATER) == 0
