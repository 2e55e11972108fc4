"""An institution replies to and appeals any rating of its own; somebody uninvolved decides, and both sides hear why."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from experts.models import Rating
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.files import actions as files
from portal.notices.models import Notice
from portal.notices.rendering import render
from services.cases.faults import StaleState
from services.cases.models import CaseDocument, CaseEvent
from services.clocks import loading
from services.rectification import actions, appeals, door, opening, people, promises
from services.rectification.faults import (
    AlreadyAppealed,
    AlreadyDecided,
    AlreadyReplied,
    AppealTooLate,
    Involved,
    NotNow,
    NotTheInstitution,
)
from services.rectification.models import Appeal, Rectification
from tests.factories import SHANGHAI, make_user
from tests.portal.files.corpus import PDF, upload
from tests.services.rectification.rows import (
    ANSWERED,
    LATER,
    MAKERS,
    Sides,
    at_once,
    fresh,
    make_answer,
    make_handed,
    make_opened,
    make_sides,
    open_clocks,
    rating_of,
    told,
)

pytestmark = pytest.mark.django_db


def lodge(sides: Sides, *, now: datetime = LATER, **fields: Any) -> Appeal:
    return appeals.lodge(rating_of(sides), by=sides.provider, now=now, reason="报告按期出具，有签收单", **fields)


def officer() -> User:
    return make_user(Role.APPEALS_OFFICER)


# Lodging


def test_under_appeal_the_rating_does_not_count_and_officers_are_told() -> None:
    sides, judge = make_sides(), officer()
    make_answer(sides, grade=4)
    appeal = lodge(sides)
    assert (appeal.state, appeal.referral, appeal.lodged_by) == ("lodged", sides.referral, sides.provider)
    assert rating_of(sides).state == Rating.State.UNDER_APPEAL
    assert told("appeal_lodged_officer") == {judge}
    assert open_clocks(sides) == [("appeal", "run")]
    assert not Rectification.objects.exists()
    event = CaseEvent.objects.get(verb="appealed")
    assert (event.audience, event.note) == ("provider", appeal.reason)


def test_the_decision_is_due_after_ten_working_days() -> None:
    loading.load()
    sides = make_sides()
    make_answer(sides)
    assert lodge(sides).due_at == datetime(2026, 12, 1, 15, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize("state", sorted(MAKERS))
def test_what_is_being_put_right_rests_where_it_stands_and_goes_on_there_when_dismissed(state: str) -> None:
    sides, row = MAKERS[state]()
    before = open_clocks(sides)
    now = LATER + timedelta(days=1, hours=2)
    appeal = lodge(sides, now=now)
    row = fresh(row)
    assert (row.state, row.stood, row.due_at) == ("appealed", state, appeal.due_at)
    assert open_clocks(sides) == [("appeal", "run")]
    with pytest.raises(NotNow):
        actions.decide(row, by=sides.lead, now=now, reason="x")
    appeals.decide(appeal, by=officer(), now=now, uphold=False, decision="证据不足")
    row = fresh(row)
    assert (row.state, row.stood, open_clocks(sides)) == (state, "", before)
    assert rating_of(sides).state == Rating.State.COUNTED


def test_dismissed_it_goes_back_to_where_it_stood_and_nowhere_else() -> None:
    sides, row = make_handed()
    lodge(sides)
    for to in ("opened", "replied", "re_asked", "unsettled"):
        with pytest.raises(NotNow):
            door.move(row, to, verb="noted", by=actions.WAKE, now=LATER, audience="internal")  # type: ignore[arg-type]


def test_upheld_the_rating_is_out_of_the_score_and_the_history_stays() -> None:
    sides, row = make_opened()
    appeal, judge = lodge(sides), officer()
    appeal = appeals.decide(appeal, by=judge, now=LATER, uphold=True, decision="非本机构原因")
    rating, row = rating_of(sides), fresh(row)
    assert (rating.state, rating.excluded_reason, rating.grade) == ("excluded", "appeal_upheld", 1)
    assert (row.state, row.closed_at, row.closed_by) == ("upheld", LATER, judge)
    assert (appeal.state, appeal.decided_by, appeal.decided_at, appeal.due_at) == ("upheld", judge, LATER, None)
    assert open_clocks(sides) == []
    event = CaseEvent.objects.get(verb="appeal_decided")
    assert (event.audience, event.note, event.person) == ("shared", "非本机构原因", judge)


@pytest.mark.parametrize(
    ("uphold", "words"), [(True, ("no longer counts", "不再计入")), (False, ("counts", "计入评分"))]
)
def test_both_sides_are_told_with_the_reason_in_their_language(uphold: bool, words: tuple[str, str]) -> None:
    sides = make_sides()
    make_answer(sides)
    appeals.decide(lodge(sides), by=officer(), now=LATER, uphold=uphold, decision="理由在此")
    for event, user in (("appeal_decided_provider", sides.provider), ("appeal_decided_enterprise", sides.owner)):
        notice = Notice.objects.get(event=event)
        assert notice.user == user
        for language, word in zip(("en", "zh-hans"), words, strict=True):
            text = render(event, notice.facts, language=language, path=notice.path).text
            assert word in text
            assert "理由在此" in text


def test_an_unhappy_answer_that_nobody_has_seen_yet_is_opened_before_it_rests() -> None:
    sides = make_sides()
    make_answer(sides)
    lodge(sides)
    assert Rectification.objects.get().state == "appealed"
    assert opening.open_due(LATER) == 0
    assert told("rectification_opened_desk") == {sides.lead, sides.caller, sides.handler}


def test_each_rating_is_appealed_once_within_ten_working_days_by_its_institution() -> None:
    loading.load()
    sides, late = make_sides(), make_sides()
    make_answer(sides)
    make_answer(late)
    for person in (sides.owner, sides.caller, late.provider):
        with pytest.raises(NotTheInstitution):
            appeals.lodge(rating_of(sides), by=person, now=LATER, reason="x")
    lodge(sides)
    with pytest.raises(AlreadyAppealed):
        lodge(sides)
    until = promises.appeal_until(late.referral, rating_of(late).rated_at)
    assert until == datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI)
    with pytest.raises(AppealTooLate):
        lodge(late, now=until)
    assert lodge(late, now=until - timedelta(minutes=1)).state == "lodged"


def test_evidence_is_read_by_staff_and_the_institution_only() -> None:
    sides = make_sides()
    make_answer(sides)
    appeal = lodge(sides, attachments=[files.store(upload("receipt.pdf", PDF), by=sides.provider)])
    paper = appeal.papers.get()
    readers = {name: CaseDocument.objects.visible_to(user).filter(pk=paper.pk).exists() for name, user in _all(sides)}
    assert readers == {"owner": False, "provider": True, "handler": True, "caller": True, "lead": True}
    seen = {name: Appeal.objects.visible_to(user).exists() for name, user in _all(sides)}
    assert seen == {"owner": False, "provider": True, "handler": True, "caller": True, "lead": True}


def _all(sides: Sides) -> list[tuple[str, User]]:
    return [(name, user) for name, user in vars(sides).items() if name != "referral"]


# Deciding


def _involved(sides: Sides, row: Rectification) -> dict[str, User]:
    """Appeals officers by now, each of whom had a hand in it."""
    insider, member = officer(), officer()
    sides.referral.institution.memberships.create(user=insider)
    assert sides.case.enterprise
    sides.case.enterprise.memberships.create(user=member)
    people_of = {
        "handler": sides.handler,
        "caller": sides.caller,
        "lead": sides.lead,
        "insider": insider,
        "member": member,
    }
    User.objects.filter(pk__in=[one.pk for one in people_of.values()]).update(role=Role.APPEALS_OFFICER)
    return {name: User.objects.get(pk=one.pk) for name, one in people_of.items()}


def _appealed_by_many_hands() -> tuple[Sides, Rectification, Appeal]:
    """The caller has called, the lead has given one more round."""
    sides, row = MAKERS["unsettled"]()
    row = actions.decide(row, by=sides.lead, now=LATER + timedelta(days=2), reason="x", again=True)
    return sides, row, lodge(sides, now=LATER + timedelta(days=2))


def test_nobody_who_had_to_do_with_it_decides() -> None:
    sides, row, appeal = _appealed_by_many_hands()
    for person in _involved(sides, row).values():
        with pytest.raises(Involved):
            appeals.decide(appeal, by=person, now=LATER, uphold=True, decision="x")
    for person in (make_user(Role.TEAM_LEAD), make_user(Role.ADMINISTRATOR)):
        with pytest.raises(Involved):
            appeals.decide(appeal, by=person, now=LATER, uphold=True, decision="x")
    assert rating_of(sides).state == Rating.State.UNDER_APPEAL


@pytest.mark.parametrize("who", ["handler", "caller", "lead", "insider", "member"])
def test_without_the_check_each_of_them_would_decide(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above."""
    sides, row, appeal = _appealed_by_many_hands()
    monkeypatch.setattr(people, "check_judge", lambda referral, user: None)
    appeals.decide(appeal, by=_involved(sides, row)[who], now=LATER, uphold=True, decision="x")
    assert rating_of(sides).state == Rating.State.EXCLUDED


def test_an_involved_officer_is_not_told_and_where_there_is_none_a_lead_sees_to_it() -> None:
    sides = make_sides()
    make_answer(sides)
    judge = officer()
    sides.referral.institution.memberships.create(user=judge)
    lodge(sides)
    assert told("appeal_lodged_officer") == {sides.lead}


def test_decided_is_decided() -> None:
    sides = make_sides()
    make_answer(sides)
    appeal, judge = lodge(sides), officer()
    with pytest.raises(StaleState):
        appeals.decide(appeal, by=judge, now=LATER, uphold=True, decision="x", version=appeal.version + 1)
    appeals.decide(appeal, by=judge, now=LATER, uphold=True, decision="x", version=appeal.version)
    with pytest.raises(AlreadyDecided):
        appeals.decide(appeal, by=judge, now=LATER, uphold=False, decision="y")


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_is_taken() -> None:
    sides, judges = make_sides(), [officer(), officer()]
    make_answer(sides)
    appeal = lodge(sides)
    outcomes = at_once(
        2,
        lambda number: appeals.decide(appeal, by=judges[number], now=LATER, uphold=bool(number), decision=str(number)),
    )
    appeal.refresh_from_db()
    assert outcomes == ["AlreadyDecided", "done"]
    assert rating_of(sides).state == (Rating.State.EXCLUDED if appeal.state == "upheld" else Rating.State.COUNTED)
    assert CaseEvent.objects.filter(verb="appeal_decided").count() == 1


@pytest.mark.parametrize(
    "columns",
    [{"state": "upheld"}, {"state": "upheld", "decision": "x", "decided_at": ANSWERED}, {"reason": ""}, {"state": "x"}],
)
def test_the_database_refuses_a_decision_without_words_or_without_somebody(columns: dict[str, Any]) -> None:
    sides = make_sides()
    make_answer(sides)
    appeal = lodge(sides)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=appeal.pk).update(**columns)


# The right of reply


def test_the_reply_stands_beside_the_rating_and_both_sides_read_it() -> None:
    sides = make_sides()
    make_answer(sides, grade=3)
    reply = appeals.reply_to(rating_of(sides), by=sides.provider, now=LATER, text="感谢意见")
    assert (rating_of(sides).reply, reply.by, reply.at) == (reply, sides.provider, LATER)
    for reader in (sides.owner, sides.lead, sides.provider):
        assert "感谢意见" in CaseEvent.objects.visible_to(reader).values_list("note", flat=True)
    with pytest.raises(AlreadyReplied):
        appeals.reply_to(rating_of(sides), by=sides.provider, now=LATER, text="再说一次")
    with pytest.raises(NotTheInstitution):
        appeals.reply_to(rating_of(sides), by=sides.owner, now=LATER, text="x")
