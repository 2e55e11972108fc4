"""The one door: what it writes together, what it refuses, and who wins when two come at once."""

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, connections, transaction

from portal.accounts.roles import Role
from portal.notices.models import Notice
from portal.outbox.models import Message
from services.cases import actions as cases
from services.cases import derivation
from services.cases.actors import Actor
from services.cases.faults import IllegalMove, StaleState
from services.cases.models import Audience, Case, CaseEvent, InformationRequest, Need, Referral, Verb
from services.cases.states import CaseState, NeedState, ReferralState
from tests.factories import (
    NOW,
    SHANGHAI,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_referral,
    make_user,
    move_referral,
)

pytestmark = pytest.mark.django_db


def test_opening_a_case_gives_number_promise_line_and_acknowledgement_in_one_go() -> None:
    user = make_user(email="owner@enterprise.example")
    case = make_case(submitter=user)
    assert re.fullmatch(r"QS-20261120-\d{5}", case.number)
    assert case.due_at is not None and case.due_at > NOW
    assert [(event.verb, event.to_state) for event in case.events.all()] == [(Verb.SUBMITTED, CaseState.SUBMITTED)]
    notice = Notice.objects.get(user=user)
    assert notice.event == "submitted_enterprise"
    assert notice.facts["number"] == case.number


def test_a_case_needs_a_submitter_or_a_recorder() -> None:
    with pytest.raises(ValueError, match="submitter or a recorder"):
        cases.open(
            text="x", contact=cases.Contact(), channel="web", station=make_case().station, now=NOW, submitter=None
        )


def test_the_whole_way_from_need_to_confirmation_closes_the_case() -> None:
    case = make_case(enterprise=make_enterprise())
    desk = Actor.of(make_user(Role.SPECIALIST))
    first, second = cases.triage(
        case,
        [cases.NewNeed(make_item("SM")), cases.NewNeed(make_item("CA"), after=1)],
        by=desk,
        now=NOW,
        urgency="high",
        version=case.version,
    )
    case.refresh_from_db()
    assert (case.state, case.owner, case.urgency) == (CaseState.IN_SERVICE, desk.person, "high")
    assert (first.state, second.state) == (NeedState.SEEKING, NeedState.WAITING)

    make_referral(first, state=ReferralState.CONFIRMED)
    second.refresh_from_db()
    assert second.state == NeedState.SEEKING, "it no longer waits"

    make_referral(second, state=ReferralState.DELIVERED)
    case.refresh_from_db()
    assert case.state == CaseState.AWAITING_CONFIRMATION
    move_referral(second.referrals.get(), ReferralState.CONFIRMED, by=desk.person)
    case.refresh_from_db()
    assert (case.state, case.closed_at, case.due_at) == (CaseState.CLOSED, NOW, None)
    assert case.events.filter(verb=Verb.CLOSED).count() == 1


def test_a_further_need_opens_a_closed_case_again() -> None:
    need = make_referral(state=ReferralState.CONFIRMED).need
    cases.add_needs(need.case, [cases.NewNeed(make_item())], by=Actor.of(need.case.owner), now=NOW)
    need.case.refresh_from_db()
    assert (need.case.state, need.case.closed_at) == (CaseState.IN_SERVICE, None)
    assert [one.position for one in need.case.needs.order_by("position")] == [1, 2]


def test_a_declined_offer_sends_the_need_back_to_look_for_another() -> None:
    referral = make_referral(state=ReferralState.DECLINED)
    assert referral.need.state == NeedState.SEEKING
    again = cases.offer(
        referral.need, make_institution(), by=Actor.of(referral.handler), handler=referral.handler, now=NOW
    )
    assert again.state == ReferralState.OFFERED


def test_a_need_has_at_most_one_live_referral() -> None:
    referral = make_referral()
    with pytest.raises(IllegalMove):
        cases.offer(referral.need, make_institution(), by=Actor.of(referral.handler), handler=referral.handler, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.create(
            case=referral.case,
            need=referral.need,
            institution=make_institution(),
            handler=referral.handler,
            offered_at=NOW,
        )


def test_questions_pause_the_triage_clock_and_the_answer_lets_it_run_on() -> None:
    case, desk = make_case(), make_user(Role.SPECIALIST)
    cases.ask(case, "哪一年的证书？", by=desk, now=NOW + timedelta(hours=1), version=case.version)
    case.refresh_from_db()
    assert (case.state, case.due_clock) == (CaseState.RETURNED, "supplement")
    cases.answer(case, "2024 年的", by=case.submitter, now=NOW + timedelta(days=5))
    case.refresh_from_db()
    assert (case.state, case.due_clock) == (CaseState.SUBMITTED, "triage")
    thirteen_hours_left = datetime(2026, 11, 26, 17, 30, tzinfo=SHANGHAI)
    assert case.due_at == thirteen_hours_left
    asked = InformationRequest.objects.get(case=case)
    assert (asked.answer, asked.answered_by) == ("2024 年的", case.submitter)


def test_an_old_version_is_refused_with_who_did_what_when() -> None:
    case, first, second = make_case(), make_user(Role.SPECIALIST), make_user(Role.SPECIALIST)
    seen = case.version
    cases.ask(case, "请补充", by=first, now=NOW, version=seen)
    with pytest.raises(StaleState) as refused:
        cases.triage(case, [cases.NewNeed(make_item())], by=Actor.of(second), now=NOW, urgency="normal", version=seen)
    assert refused.value.extra["who"] == str(first)
    assert refused.value.extra["state"] == CaseState.RETURNED
    assert not Need.objects.filter(case=case).exists(), "nothing half-saved"


def test_only_a_team_lead_takes_a_case_from_somebody() -> None:
    case, first = make_case(), make_user(Role.SPECIALIST)
    cases.take(case, by=first, now=NOW)
    with pytest.raises(StaleState):
        cases.take(case, by=make_user(Role.SPECIALIST), now=NOW)
    lead = make_user(Role.TEAM_LEAD)
    cases.take(case, by=lead, now=NOW)
    case.refresh_from_db()
    assert case.owner == lead


@pytest.mark.parametrize("change", ["UPDATE cases_caseevent SET note = 'x'", "DELETE FROM cases_caseevent"])
def test_the_timeline_refuses_every_change(change: str) -> None:
    make_case()
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_derived_states_agree_with_what_the_children_say() -> None:
    for state in ReferralState:
        referral = make_referral(state=state)
        need = Need.objects.get(pk=referral.need_id)
        assert need.state == derivation.state_of_need(need, need.referrals.all(), set())
        assert Case.objects.get(pk=need.case_id).state == derivation.state_of_case([NeedState(need.state)])


def test_an_outage_of_the_transaction_leaves_no_line_and_no_message() -> None:
    before = (Case.objects.count(), CaseEvent.objects.count(), Message.objects.count())
    with pytest.raises(RuntimeError), transaction.atomic():
        make_case(submitter=make_user(email="a@b.example"))
        raise RuntimeError
    assert (Case.objects.count(), CaseEvent.objects.count(), Message.objects.count()) == before


ROUNDS = 200


def _race(*attempts: Callable[[], object]) -> list[str]:
    """Run the attempts at the same moment on connections of their own; "won" or the name of the refusal of each."""
    barrier, outcomes = threading.Barrier(len(attempts)), []

    def run(attempt: Callable[[], object]) -> None:
        barrier.wait()
        try:
            attempt()
            outcomes.append("won")
        except (StaleState, IllegalMove) as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(attempt,)) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_act_at_once_exactly_one_wins() -> None:
    first, second = make_user(Role.SPECIALIST), make_user(Role.SPECIALIST)
    item = make_item()
    for _round in range(ROUNDS):
        case = make_case()
        outcomes = _race(
            lambda case=case: cases.triage(
                case, [cases.NewNeed(item)], by=Actor.of(first), now=NOW, urgency="normal", version=case.version
            ),
            lambda case=case: cases.ask(case, "?", by=second, now=NOW, version=case.version),
        )
        assert outcomes == ["StaleState", "won"]


@pytest.mark.django_db(transaction=True)
def test_without_the_comparison_both_would_win(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: take lock, table and comparison away and the second overwrites the first."""

    def careless(row: Case, to: str) -> None:
        Case.objects.filter(pk=row.pk).update(state=to)

    case = make_case()
    outcomes = _race(
        lambda: careless(case, CaseState.RETURNED),
        lambda: careless(case, CaseState.WITHDRAWN),
    )
    assert outcomes == ["won", "won"]


def test_notices_never_go_to_whoever_acted() -> None:
    user = make_user(email="owner@enterprise.example")
    case = make_case(submitter=user)
    Notice.objects.all().delete()
    cases.move(
        case,
        CaseState.WITHDRAWN,
        verb=Verb.WITHDRAWN,
        by=Actor.of(user),
        now=NOW,
        audience=Audience.ENTERPRISE,
    )
    assert not Notice.objects.filter(user=user).exists()
