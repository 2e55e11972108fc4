"""The tables of steps, walked through whole: every legal step is taken, every other one is refused."""

from itertools import product

import pytest

from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.faults import IllegalMove
from services.cases.models import Audience, CaseEvent, Verb
from services.cases.states import (
    CASE_STEPS,
    NEED_DECIDED,
    NEED_OF_REFERRAL,
    REFERRAL_LIVE,
    REFERRAL_STEPS,
    CaseState,
    NeedState,
    ReferralState,
)
from tests.factories import NOW, make_case, make_need, make_referral, move_referral

ALL_PAIRS = list(product(ReferralState, ReferralState))
LEGAL = [(before, after) for before, after in ALL_PAIRS if after in REFERRAL_STEPS[before]]
ILLEGAL = [pair for pair in ALL_PAIRS if pair not in LEGAL]


def test_every_state_has_a_row_in_its_table() -> None:
    assert set(REFERRAL_STEPS) == set(ReferralState)
    assert set(CASE_STEPS) == set(CaseState)


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "after"), LEGAL)
def test_a_step_of_the_table_is_taken_and_leaves_its_line(before: str, after: str) -> None:
    referral = make_referral(state=before)
    lines = CaseEvent.objects.count()
    move_referral(referral, after, by=referral.handler)
    referral.refresh_from_db()
    referral.need.refresh_from_db()
    event = CaseEvent.objects.filter(referral=referral).order_by("-id").first()
    assert referral.state == after
    assert event is not None and (event.from_state, event.to_state) == (before, after)
    assert CaseEvent.objects.count() - lines in (1, 2), "the step, and the closing of the case where it closes"
    expected = NEED_OF_REFERRAL.get(ReferralState(after), NeedState.SEEKING)
    assert referral.need.state == expected


@pytest.mark.django_db
@pytest.mark.parametrize("before", list(ReferralState))
def test_no_other_step_is_taken_and_nothing_changes(before: str) -> None:
    referral = make_referral(state=before)
    lines, version = CaseEvent.objects.count(), referral.version
    for after in [to for start, to in ILLEGAL if start == before]:
        with pytest.raises(IllegalMove):
            move_referral(referral, after, by=referral.handler)
    referral.refresh_from_db()
    assert (referral.state, referral.version, CaseEvent.objects.count()) == (before, version, lines)


@pytest.mark.django_db
@pytest.mark.parametrize("to", [state for state in CaseState if state not in CASE_STEPS[CaseState.SUBMITTED]])
def test_a_submitted_case_refuses_what_its_table_does_not_name(to: str) -> None:
    case = make_case()
    with pytest.raises(IllegalMove):
        cases.move(case, to, verb=Verb.MOVED, by=Actor.by_rule("test/1"), now=NOW, audience=Audience.INTERNAL)
    case.refresh_from_db()
    assert case.state == CaseState.SUBMITTED


@pytest.mark.django_db
@pytest.mark.parametrize("to", sorted(NEED_DECIDED))
def test_the_desk_ends_a_seeking_need_with_a_reason_and_the_case_closes(to: str) -> None:
    need = make_need()
    cases.decide(need, NeedState(to), by=Actor.of(need.case.owner), now=NOW, reason="暂无机构")
    need.refresh_from_db()
    need.case.refresh_from_db()
    assert (need.state, need.reason, need.settled_at) == (to, "暂无机构", NOW)
    assert (need.case.state, need.case.closed_at) == (CaseState.CLOSED, NOW)


@pytest.mark.django_db
def test_a_need_with_a_live_referral_cannot_be_ended_by_the_desk() -> None:
    referral = make_referral(state=ReferralState.ACCEPTED)
    with pytest.raises(IllegalMove):
        cases.decide(referral.need, NeedState.UNMET, by=Actor.of(referral.handler), now=NOW, reason="x")


def test_the_live_states_are_the_first_six() -> None:
    assert list(ReferralState)[:6] == [state for state in ReferralState if state in REFERRAL_LIVE]
