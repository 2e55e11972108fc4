"""Called by somebody who has no part in it, three times at different times of the day; or waived."""

from datetime import datetime, timedelta

import pytest

from experts.models import Asking, Rating
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Verb
from services.clocks import loading
from services.followup import actions
from services.followup.actions import Answer, calling, door
from services.followup.faults import NotAsked, NotForYou, OnlyTheLead, TooSoon
from services.followup.models import FollowUp
from tests.factories import (
    NOW,
    SHANGHAI,
    make_user,
)
from tests.services.followup.rows import LATER, make_asked, make_planned

pytestmark = pytest.mark.django_db
GOOD = Answer(grade=5, solved="yes", comment="很快")


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


def test_nobody_is_called_before_the_link_was_sent() -> None:
    with pytest.raises(NotAsked):
        actions.record_call(make_planned(), by=make_user("specialist"), now=NOW, outcome="not_reached")


def test_a_spoken_answer_without_a_grade_is_none() -> None:
    row = make_asked()
    with pytest.raises(ValueError, match="says something"):
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


def test_three_tries_in_different_halves_of_days_end_the_asking_and_rate_nobody() -> None:
    row, caller = make_asked(), make_user("caller")
    at = [LATER, LATER + timedelta(hours=5), LATER + timedelta(days=1)]
    tries = zip(("not_reached", "later", "not_reached"), at, strict=True)
    states = [actions.record_call(row, by=caller, now=now, outcome=outcome).state for outcome, now in tries]
    row.refresh_from_db()
    assert states == ["attempted", "attempted", "unreachable"]
    assert (row.attempts, row.completed_at, row.answered_by) == (3, at[2], None)
    assert not Rating.objects.exists()
    assert Asking.objects.get().answered_at is None, "unreachable counts as asked"
    with pytest.raises(NotAsked):
        actions.record_call(row, by=caller, now=at[2], outcome="answered", said=GOOD)


def test_two_tries_in_one_morning_are_one_and_a_wish_is_written_down_all_the_same() -> None:
    row, caller, soon = make_asked(), make_user("caller"), LATER + timedelta(minutes=30)
    wish = LATER + timedelta(days=1, hours=6)
    actions.record_call(row, by=caller, now=LATER, outcome="not_reached")
    with pytest.raises(TooSoon):
        actions.record_call(row, by=caller, now=soon, outcome="not_reached")
    actions.record_call(row, by=caller, now=soon, outcome="later", wished_at=wish)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.call_at) == ("attempted", 1, wish)
    assert [one.wished_at for one in row.tries.order_by("pk")] == [None, None, wish]
    actions.record_call(row, by=caller, now=soon, outcome="answered", said=GOOD)
    assert Rating.objects.get().source == "spoken"


def test_without_the_rule_three_tries_in_a_row_would_make_somebody_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above."""
    row, caller = make_asked(), make_user("caller")
    monkeypatch.setattr(calling, "_tried_now", lambda row, now: False)
    states = [actions.record_call(row, by=caller, now=LATER, outcome="not_reached").state for _ in range(3)]
    assert states[-1] == "unreachable"


@pytest.mark.parametrize(
    ("tried", "next_call"),
    [
        ("2026-11-30 10:00", "2026-11-30 13:30"),
        ("2026-11-30 15:00", "2026-12-01 09:00"),
        ("2026-12-04 15:00", "2026-12-07 09:00"),
    ],
)
def test_the_next_try_is_in_the_next_half_of_a_working_day(tried: str, next_call: str) -> None:
    loading.load()
    row = make_asked()
    at, then = (datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) for text in (tried, next_call))
    actions.record_call(row, by=make_user("caller"), now=at, outcome="not_reached")
    row.refresh_from_db()
    assert row.call_at == then


def test_a_visit_is_written_down_like_a_call() -> None:
    row, caller = make_asked(), make_user("caller")
    actions.record_call(row, by=caller, now=LATER, channel="visit", outcome="answered", said=GOOD)
    assert (row.tries.get(by=caller).channel, Rating.objects.get().source) == ("visit", "spoken")


def test_whoever_had_a_hand_in_the_case_before_is_not_offered_it_and_does_not_take_it() -> None:
    row, earlier, caller = make_asked(), make_user("specialist"), make_user("caller")
    cases.note(row.case, "", by=Actor.of(earlier), now=NOW, audience=Audience.INTERNAL, verb=Verb.TRIAGED)
    cases.note(row.case, "", by=Actor.of(caller), now=NOW, audience=Audience.INTERNAL, verb=Verb.CALLED_BACK)
    offered = {user: FollowUp.objects.asked().free_of(user).count() for user in (earlier, caller)}
    assert offered == {earlier: 0, caller: 1}
    with pytest.raises(NotForYou):
        actions.record_call(row, by=earlier, now=LATER, outcome="answered", said=GOOD)


def test_without_the_check_the_handler_would_ask_about_their_own_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the tests above."""
    row = make_asked()
    monkeypatch.setattr(door, "check_free", lambda row, user: None)
    actions.record_call(row, by=row.referral.handler, now=LATER, outcome="answered", said=GOOD)
    assert Rating.objects.get().grade == 5


def test_a_lead_who_handled_the_case_does_not_waive_and_what_is_waived_was_not_asked() -> None:
    row, lead = make_asked(), make_user("team_lead")
    cases.note(row.case, "", by=Actor.of(lead), now=NOW, audience=Audience.INTERNAL, verb=Verb.TAKEN)
    with pytest.raises(NotForYou):
        actions.waive(row, by=lead, now=LATER, reason="不必再问")
    assert Asking.objects.count() == 1
    actions.waive(row, by=make_user("centre_lead"), now=LATER, reason="企业注销")
    assert Asking.objects.count() == 0
