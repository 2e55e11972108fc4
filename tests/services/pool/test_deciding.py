"""From a proposal to a step: reasons, two people, notices, replies and appeals."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from experts import standing
from experts.models import StandingChange
from experts.standing import StaleStanding
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from services.clocks.models import ClockSegment
from services.pool.actions import deciding
from services.pool.actions.deciding import DecidedAlready, InvolvedInStanding, NotYours, SameHand, TooLate
from services.pool.models import Period, StandingAppeal, StandingProposal
from tests.factories import NOW, make_institution, make_user
from tests.portal.files.corpus import PDF, upload
from tests.services.pool.standing_rows import make_appealed, make_carried, make_proposed, make_signing

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def told(user: User) -> list[str]:
    return sorted(Notice.objects.filter(user=user).values_list("event", flat=True))


def make_provider() -> User:
    return make_user(Role.PROVIDER)


def test_probation_is_decided_by_one_with_a_reason_and_the_institution_reads_all() -> None:
    provider = make_provider()
    proposal = make_carried(provider)
    change = StandingChange.objects.get()
    assert (proposal.state, proposal.institution.standing, proposal.change) == ("carried", "probation", change)
    assert (change.reason, change.rule, change.by) == ("多次不满意", "negative v1", proposal.decided_by)
    notice = Notice.objects.get(user=provider, event="standing_changed")
    assert (notice.facts["reason"], notice.facts["figures_en"], notice.facts["to_zh"]) == (
        ("多次不满意", "3 of 4 enterprises dissatisfied (75 %)", "观察期")
    )
    assert proposal.appeal_until == NOW + timedelta(days=15)


def test_a_suspension_waits_for_a_second_person_and_the_institution_may_reply_before() -> None:
    provider, lead = make_provider(), make_user(Role.CENTRE_LEAD)
    proposal = make_signing(provider)
    assert (proposal.state, proposal.institution.standing) == ("signing", "probation")
    assert (told(provider), told(lead)) == (["standing_intended"], ["standing_to_sign"])
    deciding.reply(proposal, text="已整改", uploads=[upload("plan.pdf", PDF)], by=provider, now=NOW)
    deciding.sign(proposal, agree=True, note="同意", by=lead, now=LATER)
    proposal.institution.refresh_from_db()
    assert (proposal.state, proposal.institution.standing) == ("carried", "suspended")
    change = StandingChange.objects.latest("pk")
    assert (change.by, change.second) == (proposal.decided_by, lead)
    assert told(provider) == ["standing_changed", "standing_intended"]


def test_the_second_person_may_refuse_and_all_hear_of_it() -> None:
    provider, curator = make_provider(), make_user(Role.CURATOR)
    proposal = make_signing(provider, by=curator)
    deciding.sign(proposal, agree=False, note="证据不足", by=make_user(Role.CURATOR), now=LATER)
    assert (proposal.state, proposal.institution.standing) == ("rejected", "probation")
    assert (told(provider), told(curator)) == (["standing_intended", "standing_kept"], ["standing_kept"])


def test_the_same_hand_or_one_of_the_institution_does_not_sign() -> None:
    curator, provider = make_user(Role.CURATOR), make_provider()
    proposal = make_signing(provider, by=curator)
    for person in (curator, provider, make_user(Role.SPECIALIST)):
        with pytest.raises(SameHand):
            deciding.sign(proposal, agree=True, note="x", by=person, now=LATER)
    proposal.refresh_from_db()
    assert (proposal.state, StandingChange.objects.count()) == ("signing", 0)


def test_without_the_action_the_database_still_wants_another_hand() -> None:
    """The twin: whoever writes past the action meets the constraint."""
    curator = make_user(Role.CURATOR)
    proposal = make_signing(by=curator)
    with pytest.raises(IntegrityError), transaction.atomic():
        StandingProposal.objects.filter(pk=proposal.pk).update(second_by=curator, second_at=NOW)


def test_the_first_decision_stays() -> None:
    proposal = make_proposed()
    old = StandingProposal.objects.get(pk=proposal.pk)
    curator = make_user(Role.CURATOR)
    deciding.decide(proposal, carry=False, reason="偶发", by=curator, now=NOW)
    with pytest.raises(DecidedAlready):
        deciding.decide(old, carry=True, reason="x", by=curator, now=NOW)


def test_a_step_that_does_not_begin_there_any_more_is_not_carried_out() -> None:
    proposal = make_proposed()
    standing.move(proposal.institution, "probation", by=make_user(), now=NOW, reason="x")
    with pytest.raises(StaleStanding):
        deciding.decide(proposal, carry=True, reason="x", by=make_user(Role.CURATOR), now=NOW)


def test_by_hand_only_steps_of_the_table_and_the_grave_ones_by_two() -> None:
    curator = make_user(Role.CURATOR)
    with pytest.raises(StaleStanding):
        deciding.by_hand(make_institution(), "suspended", reason="x", by=curator, now=NOW)
    removed = deciding.by_hand(make_institution(standing="suspended"), "removed", reason="x", by=curator, now=NOW)
    back = deciding.by_hand(make_institution(standing="removed"), "applied", reason="x", by=curator, now=NOW)
    assert (removed.state, back.state, back.institution.standing) == ("signing", "carried", "applied")


def test_who_is_not_of_the_institution_neither_replies_nor_appeals() -> None:
    proposal, stranger = make_carried(make_provider()), make_provider()
    with pytest.raises(NotYours):
        deciding.reply(proposal, text="x", uploads=(), by=stranger, now=NOW)
    with pytest.raises(NotYours):
        deciding.appeal(proposal, reason="x", uploads=(), by=stranger, now=NOW)


def test_a_reply_is_given_once_and_in_time_as_the_data_say() -> None:
    Period.objects.create(kind="reply", days=3)
    provider = make_provider()
    proposal = make_carried(provider)
    with pytest.raises(TooLate):
        deciding.reply(proposal, text="x", uploads=(), by=provider, now=NOW + timedelta(days=3))
    deciding.reply(proposal, text="已整改", uploads=(), by=provider, now=LATER)
    proposal.refresh_from_db()
    with pytest.raises(TooLate):
        deciding.reply(proposal, text="又", uploads=(), by=provider, now=LATER)


def test_an_appeal_is_decided_within_ten_working_days_by_somebody_uninvolved() -> None:
    provider, officer = make_provider(), make_user(Role.APPEALS_OFFICER)
    appeal = make_appealed(provider)
    assert appeal.due_at is not None
    assert told(officer) == ["standing_appealed"]
    deciding.rule(appeal, uphold=True, decision="评价已撤销", by=officer, now=LATER)
    appeal.refresh_from_db()
    appeal.proposal.institution.refresh_from_db()
    assert (appeal.state, appeal.proposal.institution.standing) == ("upheld", "active")
    assert appeal.restored.undoes == appeal.proposal.change  # type: ignore[union-attr]
    assert not ClockSegment.objects.filter(subject_kind="standing", ended_at=None).exists()
    assert "standing_appeal_decided" in told(provider)


def test_dismissed_the_step_stands() -> None:
    appeal = make_appealed(make_provider())
    deciding.rule(appeal, uphold=False, decision="属实", by=make_user(Role.APPEALS_OFFICER), now=LATER)
    assert appeal.proposal.institution.standing == "probation"
    with pytest.raises(TooLate):
        deciding.appeal(appeal.proposal, reason="x", uploads=(), by=appeal.lodged_by, now=LATER)


def test_upheld_too_late_for_the_step_a_curator_sees_to_the_rest() -> None:
    appeal = make_appealed(make_provider())
    deciding.by_hand(appeal.proposal.institution, "active", reason="x", by=make_user(Role.CURATOR), now=LATER)
    row = deciding.rule(appeal, uphold=True, decision="x", by=make_user(Role.APPEALS_OFFICER), now=LATER)
    assert (row.state, row.restored) == ("upheld", None)


@pytest.mark.parametrize("who", ["decided", "member", "curator"])
def test_who_had_a_hand_in_it_or_is_no_officer_does_not_decide_the_appeal(who: str) -> None:
    provider = make_provider()
    appeal = make_appealed(provider)
    people: dict[str, User | None] = {
        "decided": appeal.proposal.decided_by,
        "member": provider,
        "curator": make_user(Role.CURATOR),
    }
    person = people[who]
    assert person is not None
    if who != "curator":  # the same people with an officer's role: only their hand keeps them out
        User.objects.filter(pk=person.pk).update(role=Role.APPEALS_OFFICER)
        person.refresh_from_db()
    with pytest.raises(InvolvedInStanding):
        deciding.rule(appeal, uphold=True, decision="x", by=person, now=LATER)
    assert StandingAppeal.objects.get().state == "lodged"


def test_an_appeal_comes_in_time_or_not_at_all() -> None:
    provider = make_provider()
    proposal = make_carried(provider)
    late: Any = proposal.appeal_until
    with pytest.raises(TooLate):
        deciding.appeal(proposal, reason="x", uploads=(), by=provider, now=late)
