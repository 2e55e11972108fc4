"""Planned for everyone, asked once, in the hours of the centre, and never twice."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from experts.models import Asking
from portal.accounts.models import User, digest
from portal.notices.models import Notice
from portal.outbox.models import Message
from services.cases.models import Referral
from services.cases.states import ReferralState
from services.clocks import loading
from services.clocks.models import ClockPolicy
from services.followup import actions, links
from services.followup.actions.asking import PLANNED_AT_ONCE
from services.followup.models import FollowUp, FollowUpAttempt, FollowUpRule
from tests.factories import (
    NOW,
    SHANGHAI,
    make_board,
    make_referral,
    move_referral,
)
from tests.services.followup.rows import (
    LATER,
    analyse,
    at_once,
    make_asked,
    make_confirmed,
    make_many_confirmed,
    make_planned,
    token_of,
)

pytestmark = pytest.mark.django_db
PLAN_QUERIES, ASK_QUERIES = 13, 11


# Planning


def test_every_confirmed_referral_gets_one_follow_up_and_nothing_else_does() -> None:
    confirmed, automatic = make_confirmed(), make_confirmed(confirmed_automatically=True)
    for state in (ReferralState.OFFERED, ReferralState.DELIVERED, ReferralState.DECLINED, ReferralState.UNRESOLVED):
        make_referral(state=state)
    assert [actions.plan(NOW), actions.plan(NOW)] == [4, 0]
    rows = FollowUp.objects.order_by("rule", "referral")
    assert [(row.referral, row.case, row.rule, row.kind, row.seq, row.state) for row in rows] == [
        (referral, referral.case, rule, kind, 1, "scheduled")
        for rule, kind in (("first", "satisfaction"), ("second", "effect"))
        for referral in (confirmed, automatic)
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
    assert FollowUp.objects.get(rule="first").due_at == due_at


def test_planning_looks_back_as_far_as_told_and_without_a_limit_at_everything() -> None:
    make_confirmed(now=NOW - timedelta(days=100))
    assert actions.plan(NOW, since=NOW - timedelta(days=45)) == 0
    assert actions.plan(NOW) == 2


@pytest.mark.parametrize("number", [1, 3])
def test_planning_takes_the_same_statements_for_one_and_for_three(number: int, django_assert_num_queries: Any) -> None:
    for _ in range(number):
        make_confirmed()
    with django_assert_num_queries(PLAN_QUERIES):
        actions.plan(NOW)


@pytest.mark.django_db(transaction=True)
def test_planned_by_many_at_once_it_is_one_follow_up() -> None:
    make_confirmed()
    at_once(6, lambda number: actions.plan(NOW))
    assert FollowUp.objects.count() == 2


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
    assert len({links.token(str(pk)) for pk in (1, 2, 11, 1)}) == 3


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
    make = links.token

    def refuse(reference: str) -> str:
        if reference == str(broken.pk):
            raise RuntimeError
        return make(reference)

    monkeypatch.setattr(links, "token", refuse)
    assert actions.send_due(LATER) == 1
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, sound.state) == ("scheduled", "due")


@pytest.mark.django_db(transaction=True)
def test_asked_by_many_at_once_one_link_is_sent() -> None:
    row = make_planned()
    at_once(6, lambda number: actions.send_due(LATER))
    row.refresh_from_db()
    assert Notice.objects.filter(event="followup_enterprise").count() == 1
    assert FollowUpAttempt.objects.count() == 1
    assert row.token_digest == digest(token_of(row))


def test_a_referral_confirmed_by_the_enterprise_after_a_dispute_is_asked_about() -> None:
    referral = make_referral(state=ReferralState.DISPUTED)
    move_referral(referral, ReferralState.CONFIRMED, by=referral.handler)
    assert actions.plan(NOW) == 2
    assert Referral.objects.get(follow_ups__rule="first") == referral


# Rules


@pytest.mark.parametrize(
    ("confirmed", "due"),
    [
        ("2026-10-21 10:00", "2026-11-20 10:00"),
        ("2026-10-22 22:00", "2026-11-23 09:00"),  # a Saturday night
        ("2026-09-02 10:00", "2026-10-08 09:00"),  # in the national holiday
    ],
)
def test_the_effect_is_asked_about_after_thirty_days_and_never_while_the_centre_is_closed(
    confirmed: str, due: str
) -> None:
    loading.load()
    confirmed_at, due_at = (datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) for text in (confirmed, due))
    make_confirmed(now=confirmed_at)
    actions.plan(NOW)
    assert FollowUp.objects.get(rule="second").due_at == due_at


def test_a_policy_of_the_board_is_stronger_than_the_general_one() -> None:
    loading.load()
    ClockPolicy.objects.create(clock="follow_up_first", board="TI", amount=1, unit="working_days")
    make_confirmed(now=NOW)
    actions.plan(NOW)
    assert FollowUp.objects.get(rule="first").due_at == NOW + timedelta(days=3)  # over the weekend


def test_further_surveys_are_planned_where_a_rule_is_active_from_its_beginning_on() -> None:
    older, newer = make_confirmed(now=NOW - timedelta(days=9)), make_confirmed(now=NOW)
    actions.plan(NOW)
    rule = FollowUpRule.objects.get(code="year")
    rule.active, rule.applies_from = True, NOW - timedelta(days=1)
    rule.save()
    elsewhere = make_rule(code="year-of-another-board", board=make_board("CA"))
    assert [actions.plan(NOW), actions.plan(NOW)] == [1, 0]
    row = FollowUp.objects.exclude(rule__in=["first", "second"]).get()
    assert (row.referral, row.rule, row.kind) == (newer, "year", "impact")
    assert row.due_at == datetime(2027, 11, 22, 9, 0, tzinfo=SHANGHAI), "the day itself is a Saturday"
    assert (older.follow_ups.count(), FollowUp.objects.filter(rule=elsewhere.code).count()) == (2, 0)


def make_rule(**columns: Any) -> FollowUpRule:
    return FollowUpRule.objects.create(
        **{"kind": "impact", "clock": "impact_year", "applies_from": NOW - timedelta(days=1), "active": True, **columns}
    )


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("first", {"active": False}),
        ("second", {"applies_from": NOW}),
        ("year", {"active": True}),
        ("year", {"kind": "satisfaction"}),
    ],
)
def test_nobody_is_sampled_and_nobody_is_rated_twice(code: str, columns: dict[str, Any]) -> None:
    actions.plan(NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUpRule.objects.filter(code=code).update(**columns)


def test_rules_that_somebody_deleted_are_there_again() -> None:
    make_confirmed()
    actions.plan(NOW)
    FollowUpRule.objects.all().delete()
    make_confirmed()
    assert actions.plan(NOW) == 2


# The hours of the centre


@pytest.mark.parametrize(
    ("at", "asked"),
    [("2026-11-27 17:29", 1), ("2026-11-27 17:30", 0), ("2026-11-28 10:00", 0), ("2026-11-30 09:00", 1)],
)
def test_links_leave_while_the_centre_is_open(at: str, asked: int) -> None:
    loading.load()
    make_planned()
    assert actions.send_due(datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)) == asked


def test_who_does_not_answer_is_called_when_the_centre_is_open_after_the_link_closed() -> None:
    loading.load()
    row = make_asked(now=datetime(2026, 9, 18, 10, 0, tzinfo=SHANGHAI))
    assert row.closes_at == datetime(2026, 10, 2, 10, 0, tzinfo=SHANGHAI)
    assert row.call_at == datetime(2026, 10, 8, 9, 0, tzinfo=SHANGHAI), "the National Day holidays are over"


# What is asked is known where scores are shown


def test_that_somebody_was_asked_is_known_beside_the_score_and_only_the_first_survey_counts() -> None:
    row = make_asked()
    second = FollowUp.objects.get(rule="second")
    actions.ask([second.pk], now=LATER)
    asking = Asking.objects.get()
    assert (asking.referral_ref, asking.institution_id, asking.board, asking.asked_at, asking.answered_at) == (
        row.referral_id,
        row.referral.institution_id,
        row.referral.need.board_id,
        LATER,
        None,
    )


# Many


def test_more_than_a_batch_is_planned_and_asked_in_one_run_without_doubling() -> None:
    """``benchmarks.followups`` does so with ten thousand."""
    many = PLANNED_AT_ONCE + 1
    make_many_confirmed(many)
    assert [actions.plan(NOW), actions.plan(NOW)] == [2 * many, 0]
    analyse(FollowUp)
    assert [actions.send_due(LATER), actions.send_due(LATER)] == [many, 0]
    assert FollowUp.objects.filter(state="due").values("token_digest").distinct().count() == many
    sent = Notice.objects.filter(event="followup_enterprise")
    assert [rows.count() for rows in (FollowUpAttempt.objects, Asking.objects, sent)] == [many] * 3


@pytest.mark.parametrize("number", [1, 3])
def test_asking_takes_the_same_statements_for_one_and_for_three(number: int, django_assert_num_queries: Any) -> None:
    make_many_confirmed(number)
    actions.plan(NOW)
    with django_assert_num_queries(ASK_QUERIES):
        actions.send_due(LATER)


@pytest.mark.parametrize(("gateway", "outcome"), [("portal.notices.sms.LogAdapter", "sent"), ("", "nobody")])
def test_without_a_gateway_whoever_has_only_a_phone_waits_for_a_call(settings: Any, gateway: str, outcome: str) -> None:
    settings.SMS_ADAPTER = gateway
    row = make_planned()
    User.objects.filter(pk=row.case.submitter_id).update(phone="+8613800007777", email=None)
    type(row.case).objects.filter(pk=row.case_id).update(contact_email="", contact_phone="+8613800007777")
    actions.send_due(LATER)
    assert [one.outcome for one in row.tries.all()] == [outcome]
