"""Called back by somebody uninvolved, put right by the institution, verified with the enterprise; always one clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from experts.models import Rating
from portal.accounts.models import User, digest
from portal.notices.models import Notice
from portal.outbox.models import Message
from portal.refusals import Refusal
from services.casefile import reopening
from services.cases.faults import StaleState
from services.cases.models import Audience, Case, CaseEvent, Need, Verb
from services.clocks import loading
from services.clocks.models import ClockSegment, WorkCalendar
from services.directory.models import ProviderCalendar
from services.rectification import actions, appeals, door, links, people, promises
from services.rectification.faults import (
    LinkClosed,
    LinkUnknown,
    NobodyToAsk,
    NotForStaff,
    NotNow,
    NotTheInstitution,
    OnlyTheLead,
    SomebodyElseCalls,
    TooSoon,
)
from services.rectification.models import Appeal, CallBack, Rectification, Round
from services.rectification.states import CLOCKS, OVER, RECTIFICATION_STEPS, RectificationState
from tests.factories import make_user
from tests.services.rectification.rows import (
    ANSWERED,
    LATER,
    MAKERS,
    REPLY,
    Sides,
    at_once,
    fresh,
    make_asked,
    make_handed,
    make_opened,
    make_replied,
    make_unsettled,
    open_clocks,
    rating_of,
    token_of,
    told,
)

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)


# The door


@pytest.mark.parametrize("state", sorted(MAKERS))
def test_the_door_takes_the_steps_of_the_table_and_no_other(state: str) -> None:
    _sides, row = MAKERS[state]()
    assert row.state == state
    for to in RectificationState:
        if to not in RECTIFICATION_STEPS[RectificationState(state)]:
            with pytest.raises(NotNow):
                door.move(row, to, verb=Verb.NOTED, by=actions.WAKE, now=LATER, audience=Audience.INTERNAL)
    assert fresh(row).version == row.version


def test_what_was_changed_since_is_not_changed_by_an_old_picture() -> None:
    sides, row = make_opened()
    actions.call_back(row, by=sides.caller, now=ANSWERED, outcome="not_reached", version=row.version)
    with pytest.raises(StaleState):
        actions.call_back(row, by=sides.caller, now=LATER, outcome="confirmed", text="x", version=row.version)


@pytest.mark.parametrize("state", sorted(MAKERS))
def test_one_clock_is_open_in_each_state_and_it_stands_still_while_the_enterprise_is_asked(state: str) -> None:
    sides, row = MAKERS[state]()
    kind = "pause" if state == "re_asked" else "run"
    assert open_clocks(sides) == [(CLOCKS[RectificationState(state)], kind)]
    assert (row.due_at is None) is (state == "re_asked")


def test_the_institution_has_five_working_days_by_its_own_calendar() -> None:
    loading.load()
    sides, row = make_opened()
    hours = [["09:00", "12:00"], ["14:00", "18:00"]]
    every_day = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), hours)
    calendar = WorkCalendar.objects.create(code="ours", name_zh="全周", weekly=every_day)
    ProviderCalendar.objects.create(institution=sides.referral.institution, calendar=calendar)
    row = actions.call_back(row, by=sides.caller, now=LATER, outcome="confirmed", text="x")
    assert row.due_at == LATER + timedelta(days=5)
    segment = ClockSegment.objects.get(clock="rectification")
    assert (segment.subject_kind, segment.subject_id, segment.due_at) == ("referral", sides.referral.pk, row.due_at)


def test_a_newly_published_calendar_moves_what_is_due() -> None:
    sides, row = make_handed()
    later = LATER + timedelta(days=9)
    promises.store_dues("referral", "rectification", {sides.referral.pk: later})
    promises.store_dues("referral", "call_back", {sides.referral.pk: LATER})
    promises.store_dues("case", "rectification", {sides.referral.pk: LATER})
    assert fresh(row).due_at == later


# The call-back


def test_a_confirmed_call_asks_the_institution_to_put_it_right() -> None:
    sides, row = make_handed()
    asked = row.rounds.get()
    assert (row.state, row.handed_at, asked.number) == ("called_back", LATER, 1)
    assert (asked.text, asked.words, asked.opened_by) == ("请重新出具报告", "报告晚了两周", sides.caller)
    event = CaseEvent.objects.get(verb="called_back")
    assert (event.person, event.note, event.audience) == (sides.caller, "请重新出具报告", "shared")
    assert told("rectification_handed_provider") == {sides.provider}
    assert Rectification.objects.visible_to(sides.provider).get() == row


def test_without_its_agreement_the_institution_does_not_read_the_words_of_the_enterprise() -> None:
    sides, row = make_opened()
    row = actions.call_back(row, by=sides.caller, now=LATER, outcome="confirmed", text="请重新出具报告")
    assert row.rounds.get().words == ""
    for notice in Notice.objects.filter(user=sides.provider):
        assert "报告晚了两周" not in str(notice.facts)
    lines = CaseEvent.objects.visible_to(sides.provider).values_list("note", flat=True)
    assert "报告晚了两周" not in "".join(lines)


def _insiders(sides: Sides) -> list[User]:
    insider = make_user("caller")
    sides.referral.institution.memberships.create(user=insider)
    return [sides.handler, sides.case.owner or sides.handler, insider]


def test_nobody_calls_about_their_own_work_or_for_the_institution() -> None:
    sides, row = make_opened()
    for person in _insiders(sides):
        with pytest.raises(SomebodyElseCalls):
            actions.call_back(row, by=person, now=LATER, outcome="confirmed", text="x")
    assert fresh(row).state == "opened"


def test_without_the_check_the_handler_would_call_about_their_own_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above."""
    sides, row = make_opened()
    monkeypatch.setattr(people, "check_caller", lambda row, user: None)
    assert actions.call_back(row, by=sides.handler, now=LATER, outcome="confirmed", text="x").state == "called_back"


def test_a_misunderstanding_ends_it_and_nobody_amends_the_answer_for_the_enterprise() -> None:
    sides, row = make_opened()
    row = actions.call_back(row, by=sides.caller, now=LATER, outcome="misunderstanding", note="看错了报告")
    assert (row.state, row.outcome, row.closed_at, row.closed_by) == ("closed", "misunderstanding", LATER, sides.caller)
    assert (rating_of(sides).grade, rating_of(sides).state) == (1, Rating.State.COUNTED)
    notice = Notice.objects.get(event="rectification_taken_back_enterprise")
    assert (notice.user, notice.path) == (sides.owner, f"/followup/{row.answer.follow_up_id}/")
    assert open_clocks(sides) == []


def test_three_calls_at_different_times_then_the_institution_is_asked_all_the_same() -> None:
    sides, row = make_opened()
    with pytest.raises(TooSoon):
        for hours in (0, 1):
            actions.call_back(row, by=sides.caller, now=ANSWERED + hours * HOURS, outcome="not_reached")
    assert open_clocks(sides) == [("call_back", "run")]
    for hours in (3, 6):
        row = actions.call_back(row, by=sides.caller, now=ANSWERED + hours * HOURS, outcome="not_reached", agreed=True)
    assert (row.state, row.rounds.get().text, row.rounds.get().words) == ("called_back", "", "")
    assert [call.outcome for call in row.calls.all()] == ["not_reached"] * 3
    with pytest.raises(NotNow):
        actions.call_back(row, by=sides.caller, now=LATER + 9 * HOURS, outcome="confirmed", text="x")


@pytest.mark.django_db(transaction=True)
def test_of_two_call_backs_at_once_one_is_taken() -> None:
    sides, row = make_opened()
    outcomes = at_once(
        2, lambda number: actions.call_back(row, by=sides.caller, now=LATER, outcome="confirmed", text="x")
    )
    assert outcomes == ["NotNow", "done"]
    assert (CallBack.objects.count(), Round.objects.count()) == (1, 1)
    assert open_clocks(sides) == [("rectification", "run")]


# The reply


def test_the_reply_says_cause_measures_and_day_and_is_told_to_the_desk() -> None:
    sides, row = make_replied()
    asked = row.rounds.get()
    assert (asked.cause, asked.measures, asked.done_on) == (REPLY["cause"], REPLY["measures"], REPLY["done_on"])
    assert (asked.replied_by, asked.replied_at, asked.late) == (sides.provider, LATER, False)
    assert told("rectification_replied_desk") == {sides.caller}
    event = CaseEvent.objects.get(verb="rectification_replied")
    assert (event.note, event.audience) == (REPLY["measures"], "shared")


def test_a_late_reply_is_marked_as_late() -> None:
    sides, row = make_handed()
    assert row.due_at is not None
    row = actions.reply(row, by=sides.provider, now=row.due_at + HOURS, **REPLY)
    assert row.rounds.get().late


def test_only_the_people_of_the_institution_reply() -> None:
    sides, row = make_handed()
    for person in (sides.caller, sides.owner, make_user("provider")):
        with pytest.raises(NotTheInstitution):
            actions.reply(row, by=person, now=LATER, **REPLY)


# Asking again


def test_the_enterprise_gets_a_link_whose_token_is_kept_nowhere() -> None:
    sides, row = make_asked()
    token, asked = token_of(row), row.rounds.get()
    assert (row.state, asked.closes_at, asked.token_digest) == ("re_asked", LATER + timedelta(days=7), digest(token))
    assert told("rectification_asked_enterprise") == {sides.owner}
    kept = [list(rows.values()) for rows in (Notice.objects, Message.objects, Round.objects)]
    assert token not in str(kept)


def test_a_link_opens_until_it_closes_or_is_answered() -> None:
    _sides, row = make_asked()
    token, closes = token_of(row), row.rounds.get().closes_at
    assert closes is not None
    assert actions.by_token(token, now=closes - HOURS).rectification == row
    with pytest.raises(LinkClosed):
        actions.by_token(token, now=closes)
    for wrong in ("", "x", token[:-1], links.token(links.new_reference(row.pk))):
        with pytest.raises(LinkUnknown):
            actions.by_token(wrong, now=LATER)
    actions.answer(row, "satisfied", now=LATER)
    with pytest.raises(LinkClosed):
        actions.by_token(token, now=LATER)


def test_where_nobody_can_be_written_to_it_takes_a_call() -> None:
    sides, row = make_replied()
    User.objects.filter(pk=sides.owner.pk).update(is_active=False)
    Case.objects.filter(pk=sides.case.pk).update(contact_email="", contact_phone="")
    with pytest.raises(NobodyToAsk):
        actions.ask(row, by=sides.caller, now=LATER)
    assert fresh(row).state == "replied"


def test_silence_is_no_answer_the_desk_calls() -> None:
    sides, row = make_asked()
    closes = row.rounds.get().closes_at
    assert closes is not None
    assert [actions.wake(closes - HOURS), actions.wake(closes), actions.wake(closes)] == [0, 1, 0]
    row = fresh(row)
    assert (row.state, open_clocks(sides)) == ("replied", [("call_back", "run")])
    assert row.due_at is not None


def test_satisfied_closes_it_and_both_sides_are_told() -> None:
    sides, row = make_asked()
    row = actions.answer(row, "satisfied", now=LATER, said="已解决")
    assert (row.state, row.outcome, row.reason, row.closed_by) == ("closed", "satisfied", "已解决", None)
    assert told("rectification_closed_enterprise") == {sides.owner}
    assert told("rectification_closed_provider") == {sides.provider}
    assert open_clocks(sides) == []
    assert CaseEvent.objects.get(verb="rectification_closed").rule == "rectification.link/1"


def test_signed_in_the_enterprise_answers_before_it_is_asked() -> None:
    sides, row = make_replied()
    row = actions.answer(row, "satisfied", now=LATER, by=sides.owner)
    assert (row.state, row.closed_by) == ("closed", sides.owner)


def test_nobody_answers_for_the_enterprise() -> None:
    sides, row = make_asked()
    for person in (sides.caller, sides.lead, sides.provider, sides.handler):
        with pytest.raises(NotForStaff):
            actions.answer(row, "satisfied", now=LATER, by=person)


def test_not_put_right_goes_back_for_another_five_days_and_then_a_lead_decides() -> None:
    sides, row = make_asked()
    row = actions.answer(row, "again", now=LATER, said="还差一份")
    assert (row.state, row.rounds.count()) == ("called_back", 2)
    assert door.last_round(row).text == "还差一份"
    row = actions.reply(row, by=sides.provider, now=LATER, **REPLY)
    row = actions.record_answer(row, by=sides.caller, now=LATER, verdict="again", said="还是不行")
    assert row.state == "unsettled"
    assert told("rectification_unsettled_desk") == {sides.lead}


def test_the_need_is_taken_up_again_when_the_enterprise_wants_it() -> None:
    sides, row = make_asked()
    row = actions.answer(row, "reopen", now=LATER, said="换一家机构", by=sides.owner)
    assert (row.state, row.outcome) == ("closed", "reopened")
    again = Need.objects.get(reopens=sides.referral.need)
    assert (again.item, again.state) == (sides.referral.need.item, "seeking")


@pytest.mark.parametrize("by_phone", [False, True])
def test_where_the_enterprise_took_it_up_again_itself_the_same_answer_ends_it_and_makes_no_second_need(
    by_phone: bool,
) -> None:
    sides, row = make_asked()
    again = reopening.reopen(sides.referral.need, "换一家机构", by=sides.owner, now=LATER)
    if by_phone:
        row = actions.record_answer(row, by=sides.caller, now=LATER + HOURS, verdict="reopen", said="换一家机构")
    else:
        row = actions.answer(row, "reopen", now=LATER + HOURS, said="换一家机构")
    assert (row.state, row.outcome) == ("closed", "reopened")
    assert Need.objects.get(reopens=sides.referral.need) == again


def test_what_is_said_on_the_phone_is_recorded_by_somebody_uninvolved() -> None:
    sides, row = make_replied()
    for person in _insiders(sides):
        with pytest.raises(SomebodyElseCalls):
            actions.record_answer(row, by=person, now=LATER, verdict="satisfied")
    row = actions.record_answer(row, by=sides.caller, now=LATER, verdict="satisfied", note="电话核实")
    call = CallBack.objects.latest("pk")
    assert (row.state, call.outcome, call.note, call.round) == ("closed", "answered", "电话核实", row.rounds.get())


def test_an_enterprise_that_cannot_be_reached_for_the_check_is_for_the_lead() -> None:
    sides, row = make_replied()
    for number in range(3):
        row = actions.record_answer(row, by=sides.caller, now=LATER + number * 3 * HOURS)
    assert (row.state, row.rounds.get().verdict) == ("unsettled", "unreachable")


# The lead


def test_only_an_uninvolved_lead_decides_and_says_why() -> None:
    sides, row = make_unsettled()
    involved = make_user("team_lead")
    sides.referral.institution.memberships.create(user=involved)
    for person in (sides.caller, sides.handler, involved):
        with pytest.raises(OnlyTheLead):
            actions.decide(row, by=person, now=LATER, reason="x")
    row = actions.decide(row, by=sides.lead, now=LATER, reason="已退费")
    assert (row.state, row.outcome, row.reason, row.closed_by) == ("closed", "decided", "已退费", sides.lead)


def test_the_lead_may_give_one_more_round() -> None:
    sides, row = make_unsettled()
    row = actions.decide(row, by=sides.lead, now=LATER + timedelta(days=2), reason="请补发报告", again=True)
    assert (row.state, door.last_round(row).number, door.last_round(row).text) == ("called_back", 3, "请补发报告")


def test_a_late_institution_does_not_keep_it_open_for_ever() -> None:
    sides, row = make_handed()
    with pytest.raises(NotNow):
        actions.decide(row, by=sides.lead, now=LATER, reason="x")
    assert row.due_at is not None
    assert actions.decide(row, by=sides.lead, now=row.due_at + HOURS, reason="机构未答复").state == "closed"


# What the database holds


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "asked"},
        {"state": "closed"},
        {"state": "closed", "closed_at": LATER},
        {"state": "closed", "closed_at": LATER, "outcome": "decided", "due_at": None},
        {"state": "appealed"},
        {"stood": "opened"},
        {"state": "called_back"},
        {"outcome": "satisfied"},
    ],
)
def test_the_database_refuses_what_does_not_fit_together(columns: dict[str, Any]) -> None:
    _sides, row = make_opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.filter(pk=row.pk).update(**columns)


def test_one_row_per_answer_and_one_open_per_referral() -> None:
    _sides, row = make_opened()
    columns = {"case": row.case, "referral": row.referral, "opened_at": LATER}
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.create(answer=row.answer, **columns)


# Whatever happens


Step = Callable[[Sides, Rectification, datetime], Any]
STEPS: dict[str, Step] = {
    "call": lambda sides, row, now: actions.call_back(row, by=sides.caller, now=now, outcome="confirmed", text="x"),
    "no answer": lambda sides, row, now: actions.call_back(row, by=sides.caller, now=now, outcome="not_reached"),
    "reply": lambda sides, row, now: actions.reply(row, by=sides.provider, now=now, **REPLY),
    "ask": lambda sides, row, now: actions.ask(row, by=sides.caller, now=now),
    "wake": lambda sides, row, now: actions.wake(now + timedelta(days=8)),
    "again": lambda sides, row, now: actions.answer(row, "again", now=now, said="x"),
    "unreached": lambda sides, row, now: actions.record_answer(row, by=sides.caller, now=now),
    "satisfied": lambda sides, row, now: actions.answer(row, "satisfied", now=now),
    "decide": lambda sides, row, now: actions.decide(row, by=sides.lead, now=now, reason="x", again=True),
    "appeal": lambda sides, row, now: appeals.lodge(rating_of(sides), by=sides.provider, now=now, reason="x"),
    "dismiss": lambda sides, row, now: _rule(sides, now, uphold=False),
    "uphold": lambda sides, row, now: _rule(sides, now, uphold=True),
}


def _rule(sides: Sides, now: datetime, *, uphold: bool) -> None:
    officer = User.objects.filter(role="appeals_officer").first() or make_user("appeals_officer")
    appeals.decide(rating_of(sides).appeal, by=officer, now=now, uphold=uphold, decision="x")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
@example(["call", "reply", "satisfied", "appeal", "dismiss"])
def test_whatever_the_sequence_the_clocks_that_are_open_match_the_state(names: list[str]) -> None:
    with transaction.atomic():
        sides, row = make_opened()
        for number, name in enumerate(names, start=1):
            try:
                with transaction.atomic():
                    STEPS[name](sides, row, ANSWERED + number * 3 * HOURS)
            except (Refusal, Rating.appeal.RelatedObjectDoesNotExist):
                pass
            row = fresh(row)
            expected = set() if row.state in OVER else {CLOCKS[RectificationState(row.state)]}
            if Appeal.objects.open().filter(referral=sides.referral).exists():
                expected.add("appeal")  # also of a rating whose matter is settled
            assert [clock for clock, _kind in open_clocks(sides)] == sorted(expected), names[:number]
        transaction.set_rollback(True)
