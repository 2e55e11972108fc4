"""Planned for everyone, asked once, answered by the enterprise itself, and never by who is judged."""

import json
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from experts.actions import AlreadyRated
from experts.models import Rating
from portal.accounts.models import User, digest
from portal.notices.models import Notice
from portal.notices.rendering import render
from portal.outbox.models import Message
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import CaseEvent, Referral
from services.cases.states import NeedState, ReferralState
from services.clocks import loading
from services.followup import actions, links
from services.followup.actions import Answer
from services.followup.faults import AlreadyAnswered, LinkClosed, LinkUnknown, NotAsked, NotForYou, OnlyTheLead
from services.followup.models import FollowUp, FollowUpAttempt
from tests.factories import (
    NOW,
    SHANGHAI,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_referral,
    make_station,
    make_user,
    move_referral,
)
from tests.services.followup.rows import LATER, make_asked, make_confirmed, make_planned, token_of

pytestmark = pytest.mark.django_db
GOOD = Answer(grade=5, solved=True, comment="很快")


# Planning


def test_every_confirmed_referral_gets_one_follow_up_and_nothing_else_does() -> None:
    confirmed, automatic = make_confirmed(), make_confirmed(confirmed_automatically=True)
    for state in (ReferralState.OFFERED, ReferralState.DELIVERED, ReferralState.DECLINED, ReferralState.UNRESOLVED):
        make_referral(state=state)
    assert [actions.plan(NOW), actions.plan(NOW)] == [2, 0]
    rows = FollowUp.objects.order_by("referral")
    assert [(row.referral, row.case, row.rule, row.seq, row.state) for row in rows] == [
        (referral, referral.case, "first", 1, "scheduled") for referral in (confirmed, automatic)
    ]


@pytest.mark.parametrize(
    ("confirmed", "due"),
    [
        ("2026-11-16 10:00", "2026-11-19 10:00"),
        ("2026-11-20 10:00", "2026-11-25 10:00"),
        ("2026-11-21 15:00", "2026-11-25 17:30"),
        ("2026-09-29 10:00", "2026-10-09 10:00"),
    ],
)
def test_it_is_due_after_three_working_days_not_counting_weekends_and_holidays(confirmed: str, due: str) -> None:
    loading.load()
    confirmed_at, due_at = (datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) for text in (confirmed, due))
    make_confirmed(now=confirmed_at)
    actions.plan(NOW)
    assert FollowUp.objects.get().due_at == due_at


def test_planning_looks_back_as_far_as_told_and_without_a_limit_at_everything() -> None:
    make_confirmed(now=NOW - timedelta(days=100))
    assert actions.plan(NOW, since=NOW - timedelta(days=45)) == 0
    assert actions.plan(NOW) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_planning_takes_the_same_statements_for_one_and_for_three(number: int, django_assert_num_queries: Any) -> None:
    for _ in range(number):
        make_confirmed()
    with django_assert_num_queries(6):
        actions.plan(NOW)


@pytest.mark.django_db(transaction=True)
def test_planned_by_many_at_once_it_is_one_follow_up() -> None:
    make_confirmed()
    _at_once(6, lambda number: actions.plan(NOW))
    assert FollowUp.objects.count() == 1


# Asking


def test_when_it_is_due_the_person_who_asked_gets_a_link_once() -> None:
    row = make_planned()
    assert actions.send_due(row.due_at - timedelta(seconds=1)) == 0
    assert [actions.send_due(row.due_at), actions.send_due(row.due_at)] == [1, 0]
    row.refresh_from_db()
    notice = Notice.objects.get(event="followup_enterprise")
    assert (row.state, row.closes_at) == ("due", row.due_at + timedelta(days=14))
    assert notice.user == row.case.submitter
    assert [(one.channel, one.outcome) for one in row.tries.all()] == [("link", "sent")]


def test_neither_the_token_nor_its_link_is_kept_anywhere() -> None:
    row = make_asked()
    token = token_of(row)
    assert len(token) == 43
    assert row.token_digest == digest(token)
    kept = json.dumps(
        [list(FollowUp.objects.values()), list(Notice.objects.values()), list(Message.objects.values())], default=str
    )
    assert token not in kept


def test_two_links_have_different_tokens_and_one_link_always_the_same() -> None:
    first, second = links.new_reference(1), links.new_reference(1)
    assert links.token(first) != links.token(second)
    assert links.token(first) == links.token(first)


def test_a_case_with_an_inactive_submitter_is_asked_at_its_contact() -> None:
    row = make_planned()
    User.objects.filter(pk=row.case.submitter_id).update(is_active=False)
    actions.send_due(LATER)
    notice = Notice.objects.get(event="followup_enterprise")
    assert (notice.user, notice.email) == (None, row.case.contact_email)


def test_where_nobody_can_be_written_to_it_waits_for_a_call() -> None:
    row = make_planned()
    User.objects.filter(pk=row.case.submitter_id).update(is_active=False)
    type(row.case).objects.filter(pk=row.case_id).update(contact_email="", contact_phone="")
    actions.send_due(LATER)
    row.refresh_from_db()
    assert row.state == "due"
    assert [one.outcome for one in row.tries.all()] == ["nobody"]
    assert not Notice.objects.filter(event="followup_enterprise").exists()


def test_one_that_cannot_be_asked_stays_due_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = make_planned(), make_planned()
    make = links.new_reference

    def refuse(pk: int) -> str:
        if pk == broken.pk:
            raise RuntimeError
        return make(pk)

    monkeypatch.setattr(links, "new_reference", refuse)
    assert actions.send_due(LATER) == 1
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, sound.state) == ("scheduled", "due")


@pytest.mark.django_db(transaction=True)
def test_asked_by_many_at_once_one_link_is_sent() -> None:
    row = make_planned()
    _at_once(6, lambda number: actions.send_due(LATER))
    row.refresh_from_db()
    assert Notice.objects.filter(event="followup_enterprise").count() == 1
    assert FollowUpAttempt.objects.count() == 1
    assert row.token_digest == digest(token_of(row))


# Answering


def test_an_answer_rates_the_institution_and_ends_the_follow_up() -> None:
    row = make_asked()
    actions.answer(row, GOOD, source="link", now=LATER)
    row.refresh_from_db()
    rating = Rating.objects.get()
    assert (row.state, row.completed_at, row.answered_by) == ("completed", LATER, None)
    assert (rating.institution, rating.board, rating.referral_ref) == (row.referral.institution, "TI", row.referral_id)
    assert (rating.grade, rating.solved, rating.comment, rating.source) == (5, True, "很快", "link")
    assert rating.enterprise_ref == row.case.enterprise_id
    event = CaseEvent.objects.get(verb="followed_up")
    assert (event.case, event.referral, event.rule, event.audience) == (
        row.case,
        row.referral,
        "followup.link/1",
        "enterprise",
    )


def test_a_person_without_enterprise_has_one_voice() -> None:
    owner = make_user()
    referral = make_referral(make_need(make_case(submitter=owner)), state=ReferralState.CONFIRMED)
    actions.plan(NOW)
    row = FollowUp.objects.get(referral=referral)
    actions.ask((row.pk,), now=LATER)
    actions.answer(row, GOOD, source="link", now=LATER)
    assert Rating.objects.get().enterprise_ref == -owner.pk


def test_the_first_answer_stays() -> None:
    row = make_asked()
    actions.answer(row, GOOD, source="link", now=LATER)
    with pytest.raises(AlreadyAnswered):
        actions.answer(row, Answer(grade=1), source="account", now=LATER)
    assert [rating.grade for rating in Rating.objects.all()] == [5]


@pytest.mark.parametrize("grade", [0, 6])
def test_there_are_five_grades(grade: int) -> None:
    row = make_asked()
    with pytest.raises(ValueError, match="Grade"):
        actions.answer(row, Answer(grade=grade), source="link", now=LATER)
    row.refresh_from_db()
    assert (row.state, Rating.objects.count()) == ("due", 0)


def test_before_it_was_asked_there_is_nothing_to_answer() -> None:
    with pytest.raises(NotAsked):
        actions.answer(make_planned(), GOOD, source="account", now=NOW)


def test_neither_staff_nor_the_handler_nor_the_institution_answers_for_the_enterprise() -> None:
    row = make_asked()
    colleague, expert = make_user("specialist"), make_user("enterprise")
    row.referral.institution.memberships.create(user=expert)
    for person in (row.referral.handler, row.case.owner, colleague, expert):
        with pytest.raises(NotForYou):
            actions.answer(row, GOOD, source="account", now=LATER, by=person)
    assert not Rating.objects.exists()


def test_without_the_check_the_institution_would_rate_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above."""
    row, insider = make_asked(), make_user("enterprise")
    row.referral.institution.memberships.create(user=insider)
    monkeypatch.setattr(actions, "_check_bias", lambda row, user, staff_too=False: None)
    assert actions.answer(row, GOOD, source="account", now=LATER, by=insider).grade == 5


@pytest.mark.django_db(transaction=True)
def test_of_many_answers_at_once_one_is_taken() -> None:
    row = make_asked()
    outcomes = _at_once(8, lambda number: actions.answer(row, Answer(grade=1 + number % 5), source="link", now=LATER))
    assert sorted(outcomes) == ["AlreadyAnswered"] * 7 + ["done"]
    assert Rating.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Answer(grade=1), "is not satisfied"),
        (Answer(grade=2, solved=True), "is not satisfied"),
        (Answer(grade=4, solved=False), "is not solved"),
        (Answer(grade=3), None),
        (Answer(grade=5, solved=True), None),
    ],
)
def test_who_is_not_happy_is_called_back_by_the_contact_person_or_the_lead(said: Answer, words: str | None) -> None:
    row, lead = make_asked(), make_user("team_lead")
    elsewhere = make_user("team_lead", station=make_station(parent=make_station()))
    actions.answer(row, said, source="link", now=LATER)
    told = Notice.objects.filter(event="followup_negative_desk")
    assert {notice.user for notice in told} == ({row.case.owner, lead} if words else set())
    assert elsewhere not in {notice.user for notice in told}
    for notice in told:
        assert words in render(notice.event, notice.facts, language="en", path=notice.path).text


# Links


def test_a_link_opens_until_it_closes() -> None:
    row = make_asked()
    token = token_of(row)
    assert row.closes_at is not None
    assert actions.by_token(token, now=row.closes_at - timedelta(seconds=1)) == row
    with pytest.raises(LinkClosed):
        actions.by_token(token, now=row.closes_at)


def test_a_used_link_says_thank_you_and_a_wrong_one_how_to_get_on() -> None:
    row = make_asked()
    token = token_of(row)
    actions.answer(row, GOOD, source="link", now=LATER)
    with pytest.raises(AlreadyAnswered):
        actions.by_token(token, now=LATER)
    for wrong in ("", "x", token[:-1], token.upper(), row.token_digest):
        with pytest.raises(LinkUnknown):
            actions.by_token(wrong or "", now=LATER)


def test_the_link_of_a_waived_follow_up_is_closed() -> None:
    row = make_asked()
    actions.waive(row, by=make_user("team_lead"), now=LATER, reason="企业注销")
    with pytest.raises(LinkClosed):
        actions.by_token(token_of(row), now=LATER)


# Calls


def test_a_spoken_answer_is_marked_as_such() -> None:
    row, caller = make_asked(), make_user("specialist")
    actions.record_call(row, by=caller, now=LATER, outcome="answered", said=GOOD)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.answered_by) == ("completed", 1, caller)
    assert Rating.objects.get().source == "spoken"
    assert [(one.channel, one.outcome, one.by) for one in row.tries.order_by("pk")] == [
        ("link", "sent", None),
        ("phone", "answered", caller),
    ]


def test_the_handler_does_not_ask_about_their_own_work() -> None:
    row = make_asked()
    insider = make_user("specialist")
    row.referral.institution.memberships.create(user=insider)
    for person in (row.case.owner, row.referral.handler, insider):
        with pytest.raises(NotForYou):
            actions.record_call(row, by=person, now=LATER, outcome="answered", said=GOOD)
    row.refresh_from_db()
    assert (row.attempts, Rating.objects.count()) == (0, 0)


def test_three_calls_without_an_answer_end_the_asking_and_rate_nobody() -> None:
    row, caller = make_asked(), make_user("specialist")
    states = []
    for outcome in ("not_reached", "later", "not_reached"):
        states.append(actions.record_call(row, by=caller, now=LATER, outcome=outcome).state)
    row.refresh_from_db()
    assert states == ["attempted", "attempted", "unreachable"]
    assert (row.attempts, row.completed_at, row.answered_by) == (3, LATER, None)
    assert not Rating.objects.exists()
    with pytest.raises(NotAsked):
        actions.record_call(row, by=caller, now=LATER, outcome="answered", said=GOOD)


def test_nobody_is_called_before_the_link_was_sent() -> None:
    with pytest.raises(NotAsked):
        actions.record_call(make_planned(), by=make_user("specialist"), now=NOW, outcome="not_reached")


def test_a_spoken_answer_without_a_grade_is_none() -> None:
    row = make_asked()
    with pytest.raises(ValueError, match="grade"):
        actions.record_call(row, by=make_user("specialist"), now=LATER, outcome="answered")
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("due", 0)


# Waiving


def test_only_a_lead_waives_and_says_why() -> None:
    row, lead = make_asked(), make_user("team_lead")
    with pytest.raises(OnlyTheLead):
        actions.waive(row, by=make_user("specialist"), now=LATER, reason="企业注销")
    actions.waive(row, by=lead, now=LATER, reason="企业注销")
    row.refresh_from_db()
    assert (row.state, row.reason, row.completed_at) == ("waived", "企业注销", LATER)
    with pytest.raises(NotAsked):
        actions.waive(row, by=lead, now=LATER, reason="again")


# The case


def test_the_case_is_followed_up_when_its_last_follow_up_is_over() -> None:
    owner = make_user()
    case = make_case(enterprise=make_enterprise(owner), submitter=owner)
    referrals = [make_referral(make_need(case), state=ReferralState.CONFIRMED) for _ in range(2)]
    actions.plan(NOW)
    actions.send_due(LATER)
    first, second = (FollowUp.objects.get(referral=referral) for referral in referrals)
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
    make_referral(make_need(case), state=ReferralState.CONFIRMED)
    open_need = make_need(case)
    actions.plan(NOW)
    actions.send_due(LATER)
    actions.answer(FollowUp.objects.get(), GOOD, source="link", now=LATER)
    case.refresh_from_db()
    assert case.state == "in_service"
    cases.decide(open_need, NeedState.UNMET, by=Actor.of(make_user("specialist")), now=LATER, reason="无机构")
    assert [actions.settle_closed(LATER), actions.settle_closed(LATER)] == [1, 0]
    case.refresh_from_db()
    assert case.state == "followed_up"


def test_a_case_with_a_referral_nobody_asked_about_yet_is_not_followed_up() -> None:
    row = make_asked()
    need = make_need(row.case)
    make_referral(need, state=ReferralState.CONFIRMED)
    actions.answer(row, GOOD, source="link", now=LATER)
    row.case.refresh_from_db()
    assert row.case.state == "closed"


def test_a_case_without_any_confirmed_referral_is_not_followed_up() -> None:
    need = make_need()
    cases.decide(need, NeedState.UNMET, by=Actor.of(make_user("specialist")), now=LATER, reason="无机构")
    assert actions.settle_closed(LATER) == 0


# Who sees follow-ups


def test_the_desk_and_the_enterprise_see_it_and_the_institution_does_not() -> None:
    provider, owner = make_user("provider"), make_user()
    need = make_need(make_case(enterprise=make_enterprise(owner), submitter=owner))
    make_referral(need, make_institution(provider), state=ReferralState.CONFIRMED)
    actions.plan(NOW)
    people = {
        "owner": owner,
        "desk": make_user("specialist"),
        "auditor": make_user("auditor"),
        "provider": provider,
        "rival": make_user(),
        "curator": make_user("curator"),
    }
    sees = {name: FollowUp.objects.visible_to(user).count() for name, user in people.items()}
    assert sees == {"owner": 1, "desk": 1, "auditor": 1, "provider": 0, "rival": 0, "curator": 0}


# What the database holds


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "completed"},
        {"state": "due", "completed_at": NOW},
        {"state": "waived", "completed_at": NOW},
        {"state": "asked"},
        {"token_digest": "x"},
        {"closes_at": NOW},
        {"attempts": 4},
    ],
)
def test_the_database_refuses_what_makes_no_sense(columns: dict[str, Any]) -> None:
    row = make_planned()
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        FollowUp.objects.filter(pk=row.pk).update(**columns)


def test_a_referral_is_owed_one_follow_up_per_rule_and_number() -> None:
    row = make_planned()
    with pytest.raises(IntegrityError, match="followup_once"), transaction.atomic():
        FollowUp.objects.create(referral=row.referral, case=row.case, rule="first", due_at=NOW)
    FollowUp.objects.create(referral=row.referral, case=row.case, rule="first", seq=2, due_at=NOW)


def test_a_rating_that_is_there_already_is_not_replaced() -> None:
    row = make_asked()
    actions._rate(actions.FollowUp.objects.get(pk=row.pk), GOOD, source="api", now=NOW)
    with pytest.raises(AlreadyRated):
        actions.answer(row, Answer(grade=1), source="link", now=LATER)
    row.refresh_from_db()
    assert row.state == "due"


def test_a_referral_confirmed_by_the_enterprise_after_a_dispute_is_asked_about() -> None:
    referral = make_referral(state=ReferralState.DISPUTED)
    move_referral(referral, ReferralState.CONFIRMED, by=referral.handler)
    assert actions.plan(NOW) == 1
    assert Referral.objects.get(follow_ups__rule="first") == referral


def _at_once(number: int, act: Any) -> list[str]:
    barrier, outcomes = Barrier(number), []

    def run(which: int) -> None:
        barrier.wait()
        try:
            act(which)
            outcomes.append("done")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
