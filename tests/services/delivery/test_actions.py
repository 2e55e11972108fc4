"""The institution's steps: qualified on the day, results on record, silence that confirms."""

from datetime import UTC, timedelta

import pytest

from experts import credentials, standing
from experts.credentials import ScopeRow
from experts.models import Credential
from portal.accounts.roles import Role
from portal.notices.models import Notice
from services.cases.faults import IllegalMove
from services.cases.models import CaseDocument, CaseEvent, Referral, Result, Verb
from services.cases.states import CaseState, NeedState, ReferralState
from services.delivery import actions as delivery
from services.delivery.actions import BeforeTheOffer, NewResult, NotAdmitted, NotQualified, OutsideScope
from services.directory.models import Capability
from tests.factories import (
    NOW,
    TODAY,
    make_capability,
    make_credential,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_user,
)

pytestmark = pytest.mark.django_db


def offered(answers: dict[str, str] | None = None, **item: object) -> tuple[Referral, Credential]:
    institution = make_institution(make_user(Role.PROVIDER))
    credential = make_credential(institution, "CMA")
    wanted = make_item(**{"required_credentials": ["CMA"], "credential_mode": "all", **item})
    make_capability(institution, wanted)
    need = make_need(None, wanted, answers=answers or {})
    return make_referral(need, institution), credential


RESULT = NewResult(kind="test_report", issued_on=TODAY, summary="合格")


def provider_of(referral: Referral):
    return referral.institution.memberships.get().user


def test_accepting_keeps_the_credential_relied_on_and_the_time() -> None:
    referral, credential = offered()
    delivery.accept(referral, by=provider_of(referral), now=NOW)
    referral.refresh_from_db()
    assert (referral.state, referral.credential, referral.accepted_at) == (ReferralState.ACCEPTED, credential, NOW)
    assert (referral.due_clock, referral.due_at) == ("plan", NOW + timedelta(days=7)), "five working days to plan"
    delivery.progress(referral, by=provider_of(referral), now=NOW, note="开工")
    referral.refresh_from_db()
    assert (referral.due_clock, referral.due_at) == ("delivery", NOW + timedelta(days=14)), "ten to deliver"


def test_whose_credential_has_lapsed_since_the_offer_cannot_accept() -> None:
    referral, credential = offered()
    Credential.objects.filter(pk=credential.pk).update(valid_to=TODAY - timedelta(days=1))
    with pytest.raises(NotQualified):
        delivery.accept(referral, by=provider_of(referral), now=NOW)
    referral.refresh_from_db()
    assert referral.state == ReferralState.OFFERED


STATED = {"test_basis": "GB/T 6952-2015"}
NEW, OTHER = ScopeRow("卫生陶瓷", method="GB/T 6952-2015"), ScopeRow("卫生陶瓷", method="GB/T 26730-2011")


def test_whose_scope_was_cut_since_the_offer_can_neither_accept_nor_deliver() -> None:
    referral, credential = offered(STATED)
    provider = provider_of(referral)
    credentials.rescope(credential, [NEW, OTHER], on=TODAY - timedelta(days=9))
    accepted, _credential = offered(STATED)
    credentials.rescope(accepted.institution.credentials.get(), [NEW, OTHER], on=TODAY - timedelta(days=9))
    delivery.accept(accepted, by=provider_of(accepted), now=NOW)
    for one in (credential, accepted.institution.credentials.get()):
        credentials.rescope(one, [OTHER], on=TODAY)
    with pytest.raises(OutsideScope, match="GB 6952-2015"):
        delivery.accept(referral, by=provider, now=NOW)
    with pytest.raises(OutsideScope):
        delivery.deliver(accepted, [RESULT], by=provider_of(accepted), now=NOW)
    referral.refresh_from_db()
    assert (referral.state, referral.credential, Result.objects.count()) == (ReferralState.OFFERED, None, 0)


@pytest.mark.parametrize("event", ["suspended", "paused"])
def test_who_was_suspended_or_paused_since_the_offer_cannot_accept(event: str) -> None:
    referral, _credential = offered()
    if event == "paused":
        Capability.objects.update(state=Capability.State.PAUSED)
    else:
        for to in ("probation", "suspended"):
            standing.move(referral.institution, to, by=make_user(), second=make_user(), now=NOW, reason="x")
    with pytest.raises(NotAdmitted):
        delivery.accept(referral, by=provider_of(referral), now=NOW)
    referral.refresh_from_db()
    assert referral.state == ReferralState.OFFERED
    delivery.decline(referral, by=provider_of(referral), now=NOW, reason="no_capacity")


def test_a_result_dated_after_the_credential_lapsed_is_refused_and_nothing_is_kept() -> None:
    referral, credential = offered()
    provider = provider_of(referral)
    delivery.accept(referral, by=provider, now=NOW)
    Credential.objects.filter(pk=credential.pk).update(valid_to=TODAY)
    late = NewResult(kind="test_report", issued_on=TODAY + timedelta(days=1), summary="x")
    with pytest.raises(NotQualified):
        delivery.deliver(referral, [late], by=provider, now=NOW + timedelta(days=1))
    referral.refresh_from_db()
    assert (referral.state, Result.objects.count(), CaseDocument.objects.count()) == (ReferralState.ACCEPTED, 0, 0)


def test_delivery_keeps_each_result_with_its_credential_and_asks_for_confirmation() -> None:
    referral, credential = offered()
    provider = provider_of(referral)
    delivery.accept(referral, by=provider, now=NOW)
    delivery.progress(referral, by=provider, now=NOW, note="样品已收到")
    results = [NewResult(kind="test_report", issued_on=TODAY, number=f"R-{one}", summary="合格") for one in (1, 2)]
    referral.refresh_from_db()
    delivery.deliver(referral, results, by=provider, now=NOW)
    referral.refresh_from_db()
    assert referral.state == ReferralState.DELIVERED
    assert [(one.number, one.credential) for one in referral.results.order_by("id")] == [
        ("R-1", credential),
        ("R-2", credential),
    ]
    referral.need.refresh_from_db()
    assert referral.need.state == NeedState.AWAITING_CONFIRMATION


def test_of_work_that_begins_with_its_delivery_only_the_delivery_is_told() -> None:
    referral, _credential = offered()
    delivery.accept(referral, by=provider_of(referral), now=NOW)
    delivery.deliver(
        referral, [NewResult(kind="test_report", issued_on=TODAY, summary="合格")], by=provider_of(referral), now=NOW
    )
    told = Notice.objects.filter(user=referral.case.submitter).order_by("id").values_list("event", flat=True)
    assert list(told)[-2:] == ["accepted_enterprise", "delivered_enterprise"]


def test_a_second_delivery_supersedes_the_first() -> None:
    referral, _credential = offered()
    provider = provider_of(referral)
    delivery.accept(referral, by=provider, now=NOW)
    one = NewResult(kind="test_report", issued_on=TODAY, summary="初稿")
    delivery.deliver(referral, [one], by=provider, now=NOW)
    delivery.rework(referral, by=provider, now=NOW, note="更正结论")
    delivery.deliver(referral, [one], by=provider, now=NOW)
    states = list(referral.results.order_by("id").values_list("state", flat=True))
    assert states == [Result.State.WITHDRAWN, Result.State.ISSUED]


def test_the_note_of_a_decline_is_read_by_the_desk_and_the_institution_only() -> None:
    referral, _credential = offered()
    delivery.decline(referral, by=provider_of(referral), now=NOW, reason="other", note="与贵单位有纠纷")
    event = CaseEvent.objects.get(verb=Verb.DECLINED)
    assert event.audience == "provider"
    owner = make_user()
    make_enterprise(owner)
    referral.case.submitter = owner
    referral.case.save()
    assert event not in CaseEvent.objects.visible_to(owner)


def test_silence_confirms_after_the_window_and_says_so() -> None:
    referral = make_referral(state=ReferralState.DELIVERED)
    assert delivery.confirm_silent(now=NOW) == 0, "the window is still open"
    after = NOW + timedelta(days=30)
    assert delivery.confirm_silent(now=after) == 1
    assert delivery.confirm_silent(now=after) == 0
    referral.refresh_from_db()
    assert (referral.state, referral.confirmed_automatically, referral.confirmed_at) == (
        ReferralState.CONFIRMED,
        True,
        after,
    )
    referral.case.refresh_from_db()
    assert referral.case.state == CaseState.CLOSED
    assert CaseEvent.objects.filter(verb=Verb.CONFIRMED, rule="delivery.confirm_silent/1", person=None).count() == 1


def test_progress_can_be_noted_only_while_the_work_is_in_hand() -> None:
    referral = make_referral(state=ReferralState.DELIVERED)
    with pytest.raises(IllegalMove):
        delivery.progress(referral, by=referral.handler, now=NOW, note="x")


def test_the_lead_ends_a_dispute_and_the_need_seeks_again() -> None:
    referral = make_referral(state=ReferralState.DISPUTED)
    delivery.close_dispute(referral, by=make_user(Role.TEAM_LEAD), now=NOW, note="双方各执一词，另请机构")
    referral.refresh_from_db()
    referral.need.refresh_from_db()
    assert (referral.state, referral.need.state) == (ReferralState.UNRESOLVED, NeedState.SEEKING)


@pytest.mark.parametrize("state", ["accepted", "quoted", "in_progress"])
def test_work_is_taken_up_again_only_where_it_was_delivered(state: str) -> None:
    """From a quote it would be the enterprise's agreement, given by the institution."""
    referral = make_referral(state=state)
    with pytest.raises(IllegalMove):
        delivery.rework(referral, by=referral.handler, now=NOW, note="开始")
    referral.refresh_from_db()
    assert referral.state == state


@pytest.mark.parametrize("state", ["accepted", "delivered", "disputed"])
def test_only_a_quote_is_agreed_to(state: str) -> None:
    """Elsewhere the same step would throw a delivered result back without a word."""
    referral = make_referral(state=state)
    with pytest.raises(IllegalMove):
        delivery.agree(referral, by=referral.handler, now=NOW)
    referral.refresh_from_db()
    assert referral.state == state


def test_a_quote_waits_for_the_enterprise_and_begins_when_it_agrees() -> None:
    referral = make_referral(state=ReferralState.QUOTED)
    delivery.agree(referral, by=referral.handler, now=NOW)
    referral.refresh_from_db()
    assert referral.state == ReferralState.IN_PROGRESS


def test_a_result_from_before_the_offer_is_refused_though_the_credential_was_valid_then() -> None:
    referral, credential = offered()
    provider = provider_of(referral)
    delivery.accept(referral, by=provider, now=NOW)
    Credential.objects.filter(pk=credential.pk).update(valid_to=TODAY - timedelta(days=1))
    early = NewResult(kind="test_report", issued_on=TODAY - timedelta(days=2), summary="x")
    with pytest.raises(BeforeTheOffer):
        delivery.deliver(referral, [early], by=provider, now=NOW)
    assert not Result.objects.exists()


def test_a_credential_that_ended_yesterday_is_over_also_before_breakfast() -> None:
    """Half past midnight in Shanghai is still yesterday in Greenwich."""
    referral, credential = offered()
    Credential.objects.filter(pk=credential.pk).update(valid_to=TODAY)
    night = (NOW + timedelta(days=1)).replace(hour=0, minute=30)
    with pytest.raises(NotQualified):
        delivery.accept(referral, by=provider_of(referral), now=night.astimezone(UTC))


def test_a_note_may_say_that_the_work_waits_and_the_next_that_it_goes_on() -> None:
    referral = make_referral(state=ReferralState.ACCEPTED)
    by = make_user(Role.PROVIDER)
    delivery.progress(referral, by=by, now=NOW, note="请寄样品", waits_for="sample")
    delivery.progress(referral, by=by, now=NOW, note="仍在等待样品", waits_for="sample")
    referral.refresh_from_db()
    assert (referral.state, referral.waiting_for, referral.due_at) == (ReferralState.ACCEPTED, "sample", None)
    delivery.progress(referral, by=by, now=NOW, note="样品已到")
    referral.refresh_from_db()
    assert (referral.state, referral.waiting_for, referral.due_clock) == (ReferralState.ACCEPTED, "", "plan")
    assert [event.verb for event in referral.events.order_by("-id")[:3]] == ["resumed", "progressed", "waited"]
