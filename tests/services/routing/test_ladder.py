"""After a refusal or silence: the next is asked, or a person goes on and knows why; once, whoever runs it how often."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from portal.notices.rendering import render
from portal.outbox import sweeper
from portal.outbox.models import Message
from services.casefile.actions import withdraw_need
from services.cases import actions as cases
from services.cases.models import CaseEvent, Need, Referral
from services.cases.states import NeedState
from services.clocks import loading as clocks
from services.routing import actions, ladder, loading, tasks
from services.routing.ladder import AlreadySo
from services.routing.models import LadderHold, LadderPolicy, LadderStep, MatchRecord
from tests.factories import (
    NOW,
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_station,
    make_user,
    move_referral,
)
from tests.sinks import MailSink

pytestmark = pytest.mark.django_db
RULE = "routing.ladder/1"
LATER = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def policies() -> None:
    loading.load()


@pytest.fixture
def desk() -> User:
    return make_user(Role.SPECIALIST)


def seeking(desk: User, institutions: int = 3, **fields: Any) -> Need:
    """A need that so many institutions could take on."""
    need = make_need(make_case(enterprise=make_enterprise()), by=desk, **fields)
    for _each in range(institutions):
        make_capability(make_institution(), need.item)
    return need


def refused(need: Need, desk: User, *, now: datetime = NOW, state: str = "declined") -> Referral:
    """Offered to the first by hand, and refused."""
    match = actions.rank(actions.load(need.pk), now=now)
    institution = Institution.objects.get(pk=match.ranked[0].candidate.institution)
    referral = actions.offer(need, institution, by=desk, now=now)
    return move_referral(referral, state, by=desk, now=now)


def told(event: str) -> set[User]:
    return {notice.user for notice in Notice.objects.filter(event=event).select_related("user") if notice.user}


# The next one is asked


@pytest.mark.parametrize("state", ["declined", "expired"])
def test_after_a_refusal_or_silence_the_next_in_the_order_is_asked(desk: User, state: str) -> None:
    need = seeking(desk)
    last = refused(need, desk, state=state)
    expected = actions.rank(actions.load(need.pk), now=LATER).ranked[0].candidate.institution
    assert ladder.climb(LATER) == 1
    step = LadderStep.objects.get()
    new = need.referrals.latest("pk")
    need.refresh_from_db()
    assert (step.referral, step.outcome, step.reason, step.next, step.rule, step.at) == (
        last,
        "reoffered",
        "",
        new,
        RULE,
        LATER,
    )
    assert (new.institution_id, new.state, new.handler, need.state) == (expected, "offered", desk, "offered")
    assert new.institution != last.institution


def test_the_offer_and_its_record_name_the_rule_and_nobody(desk: User) -> None:
    need = seeking(desk)
    refused(need, desk)
    ladder.climb(LATER)
    new = need.referrals.latest("pk")
    event = new.events.get(verb="offered")
    record = MatchRecord.objects.get(referral=new)
    assert (event.person, event.rule) == (None, RULE)
    assert (record.by, record.rule, record.chosen, record.first) == (None, RULE, new.institution, new.institution)
    assert record.override_reason == ""
    assert [row["gate"] for row in record.excluded] == ["tried"], "who refused is not asked again"


def test_the_institution_asked_next_and_the_enterprise_are_told_as_by_hand(desk: User) -> None:
    owner, provider = make_user(), make_user(Role.PROVIDER)
    need = make_need(make_case(enterprise=make_enterprise(owner), submitter=owner), by=desk)
    make_capability(make_institution(), need.item)
    refused(need, desk)
    make_capability(make_institution(provider), need.item)
    Notice.objects.all().delete()
    ladder.climb(LATER)
    assert (told("offered_provider"), told("offered_enterprise")) == ({provider}, {owner})
    assert not told("ladder_handed_back")


def test_it_happens_in_the_run_in_which_the_offer_expires(desk: User) -> None:
    ago = NOW - timedelta(days=30)
    need = make_need(make_case(enterprise=make_enterprise(), now=ago), by=desk, now=ago)
    for _each in range(2):
        make_capability(make_institution(), need.item)
    match = actions.rank(actions.load(need.pk), now=ago)
    first = Institution.objects.get(pk=match.ranked[0].candidate.institution)
    actions.offer(need, first, by=desk, now=ago)
    assert tasks.expire_unanswered() == 2, "one expired, one step taken"
    assert list(need.referrals.order_by("pk").values_list("state", flat=True)) == ["expired", "offered"]


def test_the_contact_person_follows_a_handler_who_has_left(desk: User) -> None:
    need = seeking(desk)
    refused(need, desk)
    owner = make_user(Role.SPECIALIST)
    type(need.case).objects.filter(pk=need.case_id).update(owner=owner)
    User.objects.filter(pk=desk.pk).update(is_active=False)
    ladder.climb(LATER)
    assert need.referrals.latest("pk").handler == owner


# A person goes on


def urgent(desk: User) -> Need:
    return seeking(desk, urgency="urgent")


def without_policy(desk: User) -> Need:
    LadderPolicy.objects.all().delete()
    return seeking(desk)


def without_rungs(desk: User) -> Need:
    LadderPolicy.objects.update(rungs=0)
    return seeking(desk)


def held(desk: User) -> Need:
    need = seeking(desk)
    ladder.hold(need, by=desk, now=NOW, reason="企业要自己选")
    return need


@pytest.mark.parametrize(
    ("make", "reason"),
    [(urgent, "policy"), (without_policy, "policy"), (without_rungs, "rungs"), (held, "held")],
)
def test_otherwise_the_need_goes_back_to_its_specialist_with_the_reason(desk: User, make: Any, reason: str) -> None:
    need = make(desk)
    last = refused(need, desk)
    assert ladder.climb(LATER) == 1
    step = LadderStep.objects.get()
    need.refresh_from_db()
    assert (step.referral, step.outcome, step.reason, step.next) == (last, "handed_back", reason, None)
    assert (need.state, need.referrals.count()) == (NeedState.SEEKING, 1)
    line = need.events.get(verb="handed_back")
    assert (line.rule, line.audience, line.referral) == (RULE, "internal", last)
    notice = Notice.objects.get(event="ladder_handed_back")
    assert notice.user == desk
    assert {"reason_zh", "reason_en", "decline_zh", "decline_en"} <= set(notice.facts)


def test_after_the_most_automatic_offers_a_person_decides(desk: User) -> None:
    LadderPolicy.objects.update(rungs=2)
    need = seeking(desk, institutions=5)
    refused(need, desk)
    for _each in range(3):
        ladder.climb(LATER)
        newest = need.referrals.latest("pk")
        if newest.state == "offered":
            move_referral(newest, "declined", by=desk, now=LATER)
    assert list(LadderStep.objects.order_by("pk").values_list("outcome", "reason")) == [
        ("reoffered", ""),
        ("reoffered", ""),
        ("handed_back", "rungs"),
    ]
    assert need.referrals.count() == 3


def perhaps_the_consultant(desk: User) -> Need:
    """One institution is left, whose name is like that of the enterprise's consultant."""
    item = make_item("CA", conflict_role="certify")
    need = make_need(make_case(enterprise=make_enterprise()), item, by=desk, answers={"consultant_name": "华测咨询"})
    make_capability(make_institution(), item)
    refused(need, desk)
    make_capability(make_institution(name_zh="华测咨询（成都）有限公司"), item)
    return need


def test_nobody_is_asked_automatically_while_there_is_something_to_make_sure_of(desk: User) -> None:
    need = perhaps_the_consultant(desk)
    ladder.climb(LATER)
    assert LadderStep.objects.get().reason == "unsure"
    assert need.referrals.count() == 1


def test_without_that_check_the_consultant_would_have_been_asked(desk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above."""
    need = perhaps_the_consultant(desk)
    monkeypatch.setattr(ladder, "_why_a_person", lambda need, match, policy: "")
    ladder.climb(LATER)
    assert need.referrals.latest("pk").institution.name_zh == "华测咨询（成都）有限公司"


def test_whom_the_desk_called_back_from_is_not_asked_again_by_itself(desk: User) -> None:
    need = seeking(desk, institutions=1)
    first = actions.offer(need, Institution.objects.get(capabilities__item=need.item), by=desk, now=NOW)
    actions.recall(first, by=desk, now=NOW, reason="企业改期")
    other = make_institution()
    make_capability(other, need.item)
    last = actions.offer(need, other, by=desk, now=NOW, reason="企业指定")
    move_referral(last, "declined", by=desk)
    ladder.climb(LATER)
    assert (LadderStep.objects.get().reason, need.referrals.count()) == ("asked_before", 2)


# Nobody is left


def test_where_nobody_is_left_the_leads_and_the_curators_hear_of_the_gap(desk: User) -> None:
    lead, curator = make_user(Role.TEAM_LEAD), make_user(Role.CURATOR)
    need = seeking(desk, institutions=1)
    last = refused(need, desk)
    ladder.climb(LATER)
    need.refresh_from_db()
    assert LadderStep.objects.get().outcome == "exhausted"
    assert (need.state, need.events.get(verb="no_candidate").referral) == (NeedState.SEEKING, last)
    assert (told("ladder_nobody_left"), told("ladder_supply_gap")) == ({desk, lead}, {curator})
    gap = Notice.objects.get(event="ladder_supply_gap")
    assert need.case.number not in str(gap.facts) + gap.path, "curators read no cases"


@pytest.mark.parametrize("urgency", ["normal", "urgent"])
def test_the_gap_is_told_whatever_the_policy(desk: User, urgency: str) -> None:
    refused(seeking(desk, institutions=1, urgency=urgency), desk)
    ladder.climb(LATER)
    assert LadderStep.objects.get().outcome == "exhausted"


def test_leads_of_other_stations_are_left_in_peace(desk: User) -> None:
    elsewhere = make_user(Role.TEAM_LEAD, station=make_station(parent=make_station()))
    refused(seeking(desk, institutions=1), desk)
    ladder.climb(LATER)
    assert elsewhere not in told("ladder_nobody_left")


def test_the_third_failure_is_told_to_the_leads_once(desk: User) -> None:
    lead = make_user(Role.TEAM_LEAD)
    need = seeking(desk, institutions=6)
    refused(need, desk)
    heard = []
    for _each in range(3):
        ladder.climb(LATER)
        heard.append(Notice.objects.filter(event="ladder_failures", user=lead).count())
        move_referral(need.referrals.latest("pk"), "declined", by=desk, now=LATER)
    ladder.climb(LATER)
    heard.append(Notice.objects.filter(event="ladder_failures", user=lead).count())
    assert heard == [0, 0, 1, 1]


def test_failures_that_the_desk_was_quicker_to_follow_up_count_for_the_alarm(desk: User) -> None:
    lead = make_user(Role.CENTRE_LEAD)
    need = seeking(desk, institutions=6)
    for _each in range(4):
        refused(need, desk)
    for _each in range(2):
        ladder.climb(LATER)
        assert Notice.objects.get(event="ladder_failures").user == lead
        move_referral(need.referrals.latest("pk"), "declined", by=desk, now=LATER)


def test_each_notice_has_its_words_in_both_languages(desk: User) -> None:
    make_user(Role.TEAM_LEAD)
    make_user(Role.CURATOR)
    LadderPolicy.objects.update(alarm_after=1)
    refused(seeking(desk, institutions=1), desk)
    refused(seeking(desk, institutions=2, urgency="urgent"), desk)
    ladder.climb(LATER)
    rows = Notice.objects.filter(event__startswith="ladder_")
    assert set(rows.values_list("event", flat=True)) == {
        "ladder_nobody_left",
        "ladder_supply_gap",
        "ladder_handed_back",
        "ladder_failures",
    }
    for row in rows:
        zh, en = (render(row.event, row.facts, language=each, path=row.path) for each in ("zh-hans", "en"))
        assert zh.subject != en.subject
        assert "{{" not in zh.text + en.text
    words = render("ladder_handed_back", rows.get(event="ladder_handed_back").facts, language="en")
    assert "Its reason: No capacity." in words.text
    assert "The policy leaves it to a person." in words.text


# Which needs climb


def test_only_the_newest_referral_of_a_seeking_need_counts(desk: User) -> None:
    need = seeking(desk)
    refused(need, desk)
    match = actions.rank(actions.load(need.pk), now=NOW)
    actions.offer(need, Institution.objects.get(pk=match.ranked[0].candidate.institution), by=desk, now=NOW)
    assert ladder.climb(LATER) == 0, "a person was quicker"
    assert not LadderStep.objects.exists()


@pytest.mark.parametrize("state", ["recalled", "abandoned", "cancelled"])
def test_what_a_person_ended_is_left_to_people(desk: User, state: str) -> None:
    need = seeking(desk)
    last = need.referrals.first() or refused(need, desk, state="accepted" if state != "recalled" else "recalled")
    if state != "recalled":
        move_referral(last, state, by=desk)
    assert ladder.climb(LATER) == 0


def test_a_need_that_was_withdrawn_does_not_climb(desk: User) -> None:
    need = seeking(desk)
    refused(need, desk)
    withdraw_need(need, by=make_user(), now=NOW, note="不需要了")
    assert ladder.climb(LATER) == 0


# The most particular policy


def test_the_most_particular_policy_counts(desk: User) -> None:
    need = seeking(desk, urgency="high")
    fits = [
        {},
        {"urgency": "high"},
        {"board": need.board},
        {"board": need.board, "urgency": "high"},
        {"item": need.item},
        {"item": need.item, "urgency": "high"},
    ]
    LadderPolicy.objects.all().delete()
    LadderPolicy.objects.create(item=make_item(), rungs=99)
    LadderPolicy.objects.create(urgency="low", rungs=99)
    found = []
    for rungs, columns in enumerate(fits):
        LadderPolicy.objects.create(**columns, rungs=rungs)
        found.append(ladder.policy_of(need).rungs)
    assert found == [0, 1, 2, 3, 4, 5]


def test_the_policies_are_loaded_once_and_edited_ones_stay() -> None:
    LadderPolicy.objects.filter(urgency="").update(rungs=7)
    assert loading.load() == ["Re-offer policies: 0 created, 2 left as they are"]
    assert list(LadderPolicy.objects.order_by("urgency").values_list("urgency", "automatic", "rungs")) == [
        ("", True, 7),
        ("urgent", False, 0),
    ]


def test_a_policy_keeps_its_history() -> None:
    policy = LadderPolicy.objects.get(urgency="")
    policy.rungs = 5
    policy.save()
    assert list(policy.history.order_by("pgh_id").values_list("pgh_label", "rungs")) == [("insert", 3), ("update", 5)]


def test_two_policies_for_the_same_do_not_exist() -> None:
    with pytest.raises(IntegrityError, match="ladder_policy_once"):
        LadderPolicy.objects.create()


# Switching it off for one need, and on again


def test_switching_off_and_on_leaves_lines_with_the_reasons(desk: User) -> None:
    need = seeking(desk)
    ladder.hold(need, by=desk, now=NOW, reason="企业要自己选")
    assert ladder.hold_of(need) is not None
    ladder.lift(need, by=desk, now=LATER, reason="企业请我们继续")
    lines = CaseEvent.objects.filter(need=need, verb__startswith="ladder").order_by("pk")
    assert [(line.verb, line.note, line.audience, line.person) for line in lines] == [
        ("ladder_stopped", "企业要自己选", "internal", desk),
        ("ladder_resumed", "企业请我们继续", "internal", desk),
    ]
    assert ladder.hold_of(need) is None
    refused(need, desk)
    assert ladder.climb(LATER) == 1
    assert LadderStep.objects.get().outcome == "reoffered"


def test_what_is_so_already_is_not_switched_again(desk: User) -> None:
    need = seeking(desk)
    with pytest.raises(AlreadySo):
        ladder.lift(need, by=desk, now=NOW, reason="x")
    ladder.hold(need, by=desk, now=NOW, reason="x")
    with pytest.raises(AlreadySo):
        ladder.hold(need, by=desk, now=NOW, reason="x")
    assert LadderHold.objects.count() == 1


# Once, whatever happens


def test_running_again_changes_nothing(desk: User) -> None:
    for urgency in ("normal", "urgent"):
        refused(seeking(desk, urgency=urgency), desk)
    assert [ladder.climb(LATER), ladder.climb(LATER)] == [2, 0]
    before = (Referral.objects.count(), Notice.objects.count(), Message.objects.count(), CaseEvent.objects.count())
    ladder.climb(LATER + timedelta(days=1))
    after = (Referral.objects.count(), Notice.objects.count(), Message.objects.count(), CaseEvent.objects.count())
    assert after == before


def test_a_day_without_the_schedule_loses_nothing_and_doubles_nothing(desk: User) -> None:
    needs = [seeking(desk, institutions=2) for _each in range(3)]
    for need in needs:
        refused(need, desk)
    tomorrow = NOW + timedelta(days=1)
    assert [ladder.climb(tomorrow), ladder.climb(tomorrow)] == [3, 0]
    assert [need.referrals.count() for need in needs] == [2, 2, 2]


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(desk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    need = seeking(desk)
    refused(need, desk)

    def killed(*args: object, **kwargs: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(ladder.alarms, "after", killed)
        with pytest.raises(SystemExit):
            ladder.climb(LATER)
    assert (need.referrals.count(), LadderStep.objects.count(), MatchRecord.objects.count()) == (1, 0, 1)
    assert ladder.climb(LATER) == 1
    assert need.referrals.count() == 2


def test_one_that_breaks_holds_up_nobody(desk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = seeking(desk), seeking(desk)
    refused(broken, desk)
    refused(whole, desk)
    rank = actions.rank

    def break_one(need: Need, **rest: Any) -> Any:
        if need.pk == broken.pk:
            raise ValueError
        return rank(need, **rest)

    monkeypatch.setattr(actions, "rank", break_one)
    assert ladder.climb(LATER) == 1
    assert (broken.referrals.count(), whole.referrals.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_beats_at_once_one_makes_the_offer() -> None:
    loading.load()
    desk = make_user(Role.SPECIALIST)
    needs = [seeking(desk) for _each in range(2)]
    for need in needs:
        refused(need, desk)
    barrier, taken = Barrier(4), []

    def beat() -> None:
        barrier.wait()
        try:
            taken.append(ladder.climb(LATER))
        finally:
            connection.close()

    run([Thread(target=beat) for _each in range(4)])
    taken.append(ladder.climb(LATER))
    assert sum(taken) == 2
    assert [need.referrals.count() for need in needs] == [2, 2]
    assert LadderStep.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_case_somebody_is_working_on_waits_for_the_next_run() -> None:
    loading.load()
    desk = make_user(Role.SPECIALIST)
    need = seeking(desk)
    refused(need, desk)
    taken: list[int] = []

    def beat() -> None:
        try:
            taken.append(ladder.climb(LATER))
        finally:
            connection.close()

    with transaction.atomic():
        cases.lock(need)
        run([Thread(target=beat)])
    beat()
    assert taken == [0, 1]


def run(threads: list[Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# What the database holds


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"outcome": "reoffered"}, "ladder_step_reoffered_names_next"),
        ({"outcome": "handed_back"}, "ladder_step_handed_back_has_reason"),
        ({"outcome": "exhausted", "reason": "policy"}, "ladder_step_handed_back_has_reason"),
        ({"outcome": "given_up"}, "ladder_step_outcome_known"),
    ],
)
def test_a_step_says_what_was_done(desk: User, columns: dict[str, str], constraint: str) -> None:
    last = refused(seeking(desk), desk)
    with pytest.raises(IntegrityError, match=constraint):
        LadderStep.objects.create(referral=last, rule=RULE, at=NOW, **columns)


def test_a_second_step_about_the_same_referral_does_not_exist(desk: User) -> None:
    last = refused(seeking(desk), desk)
    LadderStep.objects.create(referral=last, outcome="exhausted", rule=RULE, at=NOW)
    with pytest.raises(IntegrityError):
        LadderStep.objects.create(referral=last, outcome="exhausted", rule=RULE, at=NOW)


@pytest.mark.parametrize("both", [True, False])
def test_a_record_is_made_by_a_person_or_by_a_rule(desk: User, both: bool) -> None:
    last = refused(seeking(desk), desk)
    chosen = {"chosen": last.institution, "first": last.institution, "rule_version": "match/2", "at": NOW}
    by = {"by": desk, "rule": RULE} if both else {"by": None, "rule": ""}
    with pytest.raises(IntegrityError, match="match_by_person_or_rule"):
        MatchRecord.objects.create(need=last.need, **chosen, **by)


# What is said at night

NIGHT = NOW.replace(hour=22)
DAWN = NIGHT + timedelta(hours=10)
MORNING = NIGHT + timedelta(days=3)
"""A Friday night, a Saturday, and the Monday after it."""


def _offered_by_hand(need: Need, desk: User) -> None:
    institution = make_institution()
    make_capability(institution, need.item)
    move_referral(actions.offer(need, institution, by=desk, now=DAWN), "accepted", by=desk, now=DAWN)


def _withdrawn(need: Need, desk: User) -> None:
    withdraw_need(need, by=desk, now=DAWN, note="不再需要")


@pytest.mark.parametrize("meanwhile", [None, _offered_by_hand, _withdrawn])
def test_nobody_is_written_to_in_the_morning_about_what_was_settled_since(
    desk: User, smtp: MailSink, meanwhile: Callable[[Need, User], None] | None
) -> None:
    clocks.load()
    for role in (Role.CURATOR, Role.TEAM_LEAD):
        make_user(role, email=f"{role}@centre.example")
    User.objects.filter(pk=desk.pk).update(email="desk@centre.example")
    need = seeking(desk, 1)
    refused(need, desk)
    Notice.objects.all().delete()
    ladder.climb(NIGHT)
    if meanwhile:
        meanwhile(need, desk)
    for moment in (NIGHT, DAWN, MORNING):
        sweeper.sweep(moment)
    rows = Notice.objects.filter(event__startswith="ladder")
    sent = set(rows.exclude(mailed_at=None).values_list("event", flat=True))
    held = set(rows.exclude(refusal="").values_list("event", flat=True))
    said = {"ladder_nobody_left", "ladder_supply_gap"}
    assert (sent, held) == ((set(), said) if meanwhile else (said, set()))


@pytest.mark.parametrize("answer", ["", "recalled"])
def test_an_offer_made_at_night_and_taken_back_before_the_morning_is_not_written_about(
    desk: User, smtp: MailSink, answer: str
) -> None:
    clocks.load()
    need = seeking(desk, 1)
    refused(need, desk)
    provider = make_user(Role.PROVIDER, email="next@institution.example")
    make_capability(make_institution(provider), need.item)
    ladder.climb(NIGHT)
    if answer:
        move_referral(need.referrals.latest("pk"), answer, by=desk, now=DAWN)
    for moment in (NIGHT, MORNING):
        sweeper.sweep(moment)
    notice = Notice.objects.get(event="offered_provider", user=provider)
    assert (notice.mailed_at is None, bool(notice.refusal)) == (bool(answer), bool(answer))
