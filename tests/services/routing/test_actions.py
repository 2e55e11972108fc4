"""Offering by rank, with the record of why; calling back; moving on from silence."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection

from experts.models import Institution
from portal.accounts.models import User
from portal.refusals import Refusal
from services.cases.faults import IllegalMove, StaleState
from services.cases.models import Need, Referral
from services.directory.models import Relationship
from services.routing import actions, gates
from services.routing.actions import GateShut, NotACandidate, ReasonMissing
from services.routing.models import MatchRecord
from tests.factories import (
    NOW,
    TODAY,
    make_capability,
    make_case,
    make_credential,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_region,
    make_user,
    move_referral,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> User:
    return make_user("specialist")


@pytest.fixture
def need() -> Need:
    item = make_item(required_credentials=["CMA"], credential_mode="all")
    return make_need(make_case(enterprise=make_enterprise()), item)


def qualified(need: Need, **fields: Any) -> Institution:
    institution = make_institution(**fields)
    make_capability(institution, need.item, fee="subsidised")
    make_credential(institution, "CMA")
    return institution


def test_the_first_is_offered_the_need_and_the_record_says_why(need: Need, desk: User) -> None:
    near, far = qualified(need), qualified(need, region=make_region("440306"))
    paused = make_institution(standing="suspended")
    make_capability(paused, need.item)
    referral = actions.offer(need, near, by=desk, now=NOW)
    need.refresh_from_db()
    credential = near.credentials.get()
    assert (referral.state, referral.institution, referral.handler) == ("offered", near, desk)
    assert (referral.credential, referral.fee, need.state) == (credential, "subsidised", "offered")
    record = MatchRecord.objects.get()
    assert (record.need, record.referral, record.chosen, record.first) == (need, referral, near, near)
    assert (record.rule_version, record.override_reason, record.by, record.at) == ("match/4.0", "", desk, NOW)
    assert [row["institution"] for row in record.ranked] == [near.pk, far.pk]
    assert [(row["institution"], row["gate"], row["code"]) for row in record.excluded] == [
        (paused.pk, "standing", "standing.suspended")
    ]
    assert record.facts["today"] == TODAY.isoformat()
    assert record.facts["requirement"] == {"codes": ["CMA"], "mode": "all", "conflict_role": "none"}


@pytest.mark.parametrize("reason", ["", "   "])
def test_another_than_the_first_needs_a_reason(need: Need, desk: User, reason: str) -> None:
    near, far = qualified(need), qualified(need, region=make_region("440306"))
    with pytest.raises(ReasonMissing) as refused:
        actions.offer(need, far, by=desk, now=NOW, reason=reason)
    assert refused.value.extra == {"first": near.name_zh}
    assert not Referral.objects.exists()
    assert not MatchRecord.objects.exists()


def test_with_a_reason_another_may_be_asked_and_the_reason_is_kept(need: Need, desk: User) -> None:
    near, far = qualified(need), qualified(need, region=make_region("440306"))
    referral = actions.offer(need, far, by=desk, now=NOW, reason=" 企业指定 ")
    record = MatchRecord.objects.get(referral=referral)
    assert (record.chosen, record.first, record.override_reason) == (far, near, "企业指定")
    assert not referral.events.filter(note__contains="企业指定").exists(), "the institution does not read it"


def test_a_reason_given_for_the_first_is_not_kept(need: Need, desk: User) -> None:
    actions.offer(need, qualified(need), by=desk, now=NOW, reason="just so")
    assert MatchRecord.objects.get().override_reason == ""


def test_nobody_is_offered_a_need_past_a_shut_gate_with_whatever_reason(need: Need, desk: User) -> None:
    qualified(need)
    without = make_institution()
    make_capability(without, need.item)
    with pytest.raises(GateShut) as refused:
        actions.offer(need, without, by=desk, now=NOW, reason="总经理批准")
    assert refused.value.extra == {"gate": "credential", "reason": "credential.missing"}
    assert refused.value.status == 409
    assert "CMA" in str(refused.value.detail)
    assert not Referral.objects.exists()


def test_without_the_gate_the_same_offer_goes_through(need: Need, desk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above."""
    without = make_institution()
    make_capability(without, need.item)
    monkeypatch.setattr(gates.Failed, "__bool__", lambda self: False, raising=False)
    assert actions.offer(need, without, by=desk, now=NOW).state == "offered"


def test_who_consulted_the_enterprise_does_not_certify_it(desk: User) -> None:
    enterprise = make_enterprise()
    body = make_institution()
    Relationship.objects.create(
        institution=body, enterprise=enterprise, kind="consulted", since=TODAY, source="register"
    )
    need = make_need(make_case(enterprise=enterprise), make_item("CA", conflict_role="certify"))
    make_capability(body, need.item)
    with pytest.raises(GateShut) as refused:
        actions.offer(need, body, by=desk, now=NOW, reason="唯一候选")
    assert refused.value.extra["gate"] == "conflict"


def test_who_does_not_offer_the_item_is_no_candidate(need: Need, desk: User) -> None:
    qualified(need)
    with pytest.raises(NotACandidate):
        actions.offer(need, make_institution(), by=desk, now=NOW, reason="because")


def test_the_centre_answers_at_the_desk_and_is_not_offered_needs(need: Need, desk: User) -> None:
    centre = qualified(need, kind=Institution.Kind.CENTRE)
    with pytest.raises(NotACandidate):
        actions.offer(need, centre, by=desk, now=NOW, reason="because")


def test_a_need_with_a_live_offer_is_not_offered_again(need: Need, desk: User) -> None:
    first, second = qualified(need), qualified(need)
    actions.offer(need, first, by=desk, now=NOW, reason="x")
    with pytest.raises(IllegalMove):
        actions.offer(need, second, by=desk, now=NOW, reason="x")
    assert Referral.objects.count() == MatchRecord.objects.count() == 1


def test_the_credential_valid_longest_is_relied_on(need: Need, desk: User) -> None:
    institution = qualified(need)
    make_credential(institution, "CMA", state="suspended", valid_to=None)
    longest = make_credential(institution, "CMA", valid_to=None)
    assert actions.offer(need, institution, by=desk, now=NOW).credential == longest


def test_an_item_without_credentials_relies_on_none(desk: User) -> None:
    need = make_need()
    institution = make_institution()
    make_capability(institution, need.item)
    make_credential(institution, "CMA")
    assert actions.offer(need, institution, by=desk, now=NOW).credential is None


def test_the_record_needs_a_reason_where_another_was_chosen(need: Need, desk: User) -> None:
    """The database holds it, too."""
    one, other = qualified(need), qualified(need)
    with pytest.raises(IntegrityError, match="match_other_than_first_has_reason"):
        MatchRecord.objects.create(need=need, chosen=one, first=other, rule_version="match/4.0", by=desk, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_many_offers_at_once_one_is_made() -> None:
    need = make_need()
    institution = make_institution()
    make_capability(institution, need.item)
    people = [make_user("specialist") for _ in range(6)]
    barrier, outcomes = Barrier(len(people)), []

    def offer(by: User) -> None:
        barrier.wait()
        try:
            actions.offer(need, institution, by=by, now=NOW)
            outcomes.append("offered")
        except Refusal as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [Thread(target=offer, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["IllegalMove"] * 5 + ["offered"]
    assert Referral.objects.count() == MatchRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_cases_of_an_enterprise_cannot_make_a_conflict_of_interest_between_them() -> None:
    enterprise, institution = make_enterprise(), make_institution()
    needs = [
        make_need(make_case(enterprise=enterprise), make_item("CA", conflict_role=role))
        for role in ("consult", "certify")
    ]
    for need in needs:
        make_capability(institution, need.item)
    barrier, outcomes = Barrier(2), []

    def offer(need: Need, by: User) -> None:
        barrier.wait()
        try:
            actions.offer(need, institution, by=by, now=NOW)
            outcomes.append("offered")
        except GateShut as shut:
            outcomes.append(shut.extra["gate"])
        finally:
            connection.close()

    threads = [Thread(target=offer, args=(need, make_user("specialist"))) for need in needs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "offered"]


# Calling back


def test_an_unanswered_offer_can_be_called_back_with_a_reason(desk: User) -> None:
    referral = make_referral()
    actions.recall(referral, by=desk, now=NOW, reason="企业改期", version=referral.version)
    referral.refresh_from_db()
    assert (referral.state, referral.reason, referral.need.state) == ("recalled", "企业改期", "seeking")


def test_an_accepted_offer_is_not_called_back(desk: User) -> None:
    referral = make_referral(state="accepted")
    with pytest.raises(IllegalMove):
        actions.recall(referral, by=desk, now=NOW, reason="企业改期")


def test_who_looked_at_an_older_version_does_not_call_back(desk: User) -> None:
    referral = make_referral()
    with pytest.raises(StaleState):
        actions.recall(referral, by=desk, now=NOW, reason="企业改期", version=referral.version - 1)


# Silence


def test_silence_ends_the_offer_and_the_need_seeks_again() -> None:
    referral = make_referral()
    assert actions.expire_unanswered(referral.due_at) == 0, "the last instant still counts"
    assert actions.expire_unanswered(referral.due_at + timedelta(seconds=1)) == 1
    referral.refresh_from_db()
    event = referral.events.latest("id")
    assert (referral.state, referral.need.state) == ("expired", "seeking")
    assert (event.verb, event.rule, event.person) == ("expired", "routing.expire_unanswered/1", None)


def test_the_sweep_may_run_twice_and_leaves_everything_else_alone() -> None:
    silent, accepted = make_referral(), make_referral(state="accepted")
    late = silent.due_at + timedelta(days=60)
    assert [actions.expire_unanswered(late), actions.expire_unanswered(late)] == [1, 0]
    accepted.refresh_from_db()
    assert accepted.state == "accepted"


def test_an_answer_that_comes_during_the_sweep_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_referral(), make_referral()
    late = max(first.due_at, second.due_at) + timedelta(days=1)
    rows = list(Referral.objects.unanswered(late).order_by("due_at", "pk"))
    move_referral(second, "accepted", by=second.handler)
    monkeypatch.setattr(type(Referral.objects.all()), "unanswered", lambda self, now: _Listed(rows))
    assert actions.expire_unanswered(late) == 1
    second.refresh_from_db()
    assert second.state == "accepted"


class _Listed:
    """The rows as the sweep found them a moment ago."""

    def __init__(self, rows: list[Referral]) -> None:
        self.rows = rows

    def order_by(self, *names: str) -> list[Referral]:
        return self.rows


def test_who_let_it_expire_is_not_asked_again(need: Need, desk: User) -> None:
    silent, next_one = qualified(need), qualified(need)
    referral = actions.offer(need, silent, by=desk, now=NOW, reason="x")
    late = referral.due_at + timedelta(seconds=1)
    actions.expire_unanswered(late)
    match = actions.rank(actions.load(need.pk), now=late)
    assert [row.candidate.institution for row in match.ranked] == [next_one.pk]
    assert [(row.candidate.institution, row.failed.code) for row in match.excluded] == [(silent.pk, "tried.expired")]


# Who sees the record


def test_a_record_is_seen_by_the_desk_the_enterprise_and_the_chosen_institution(need: Need, desk: User) -> None:
    provider, rival = make_user("provider"), make_user("provider")
    chosen, other = make_institution(provider), make_institution(rival)
    for each in (chosen, other):
        make_capability(each, need.item)
        make_credential(each, "CMA")
    owner = make_user()
    need.case.enterprise.memberships.create(user=owner, role="owner", state="active")
    actions.offer(need, chosen, by=desk, now=NOW, reason="x")
    sees = {
        name: MatchRecord.objects.visible_to(user).count()
        for name, user in {
            "desk": desk,
            "lead": make_user("team_lead"),
            "auditor": make_user("auditor"),
            "owner": owner,
            "chosen": provider,
            "other institution": rival,
            "other enterprise": make_user(),
            "curator": make_user("curator"),
        }.items()
    }
    assert sees == {
        "desk": 1,
        "lead": 1,
        "auditor": 1,
        "owner": 1,
        "chosen": 1,
        "other institution": 0,
        "other enterprise": 0,
        "curator": 0,
    }
