"""What the desk does with a case: every step, what it writes, who is told, and who is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.files.models import Attachment
from portal.notices.models import Notice
from portal.notices.rendering import render
from portal.refusals import Refusal, Unprocessable
from services.cases import actions as cases
from services.cases.actions import NewNeed
from services.cases.actors import Actor
from services.cases.faults import IllegalMove, StaleState
from services.cases.models import Audience, Case, CaseDocument, Channel, Result, Urgency, Verb
from services.cases.states import CaseState, NeedState, ReferralState
from services.cases.telling import TOLD
from services.clocks import dials
from services.clocks.models import WorkCalendar
from services.triage import actions
from services.triage.actions import NoOwnDesk, NotOneMatter
from services.triage.doors import Door, sentence
from services.triage.models import Decision, TriageDraft
from tests.factories import (
    NOW,
    TODAY,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_user,
)

pytestmark = pytest.mark.django_db
QUESTION = [{"key": "until", "label_zh": "到期日", "label_en": "Valid until", "type": "date", "required": True}]
ROUNDS = 200


@pytest.fixture
def desk() -> User:
    return make_user(Role.SPECIALIST)


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def case(owner: User) -> Case:
    return make_case(submitter=owner, enterprise=make_enterprise(owner))


def piece(**fields: Any) -> NewNeed:
    return NewNeed(**{"item": make_item(), **fields})


def verbs(case: Case) -> list[str]:
    return list(case.events.order_by("id").values_list("verb", flat=True))


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("id").values_list("event", flat=True))


# Confirming


def test_confirming_splits_the_case_and_keeps_the_decision_beside_the_suggestion(
    case: Case, desk: User, owner: User
) -> None:
    first, second = make_item("SM"), make_item("CA")
    shown = {"boards": [], "items": [{"code": first.pk, "score": 0.9}], "urgency": "normal", "out_of_scope": None}
    TriageDraft.objects.create(case=case, user=desk)
    pieces = [NewNeed(item=first, description="二十台压力表"), NewNeed(item=second, after=1)]
    decision = actions.confirm(case, pieces, by=desk, now=NOW, version=1, suggestion=shown)
    case.refresh_from_db()
    needs = list(case.needs.order_by("position"))
    assert (case.state, case.owner, case.version) == (CaseState.IN_SERVICE, desk, 2)
    assert [(need.item, need.state, need.after) for need in needs] == [
        (first, NeedState.SEEKING, None),
        (second, NeedState.WAITING, needs[0]),
    ]
    assert (decision.boards, decision.items, decision.agreed) == (["SM", "CA"], [first.pk, second.pk], False)
    assert decision.suggestion == shown and decision.by == desk
    assert not TriageDraft.objects.exists()
    assert told(owner) == ["submitted_enterprise", "triaged_enterprise"]


def test_the_promised_days_follow_the_chain(case: Case, desk: User) -> None:
    item = make_item(promised_working_days=5)
    actions.confirm(case, [NewNeed(item=item), NewNeed(item=item, after=1)], by=desk, now=NOW, version=1)
    first, second = case.needs.order_by("position")
    assert (first.promised_on, second.promised_on) == (date(2026, 11, 27), date(2026, 12, 4))


def test_days_are_promised_and_counted_back_in_the_working_time_of_the_station(case: Case, desk: User) -> None:
    week = {"mon": [["09:00", "16:00"]]}
    case.station.calendar = WorkCalendar.objects.create(code="mondays", name_zh="周一", weekly=week)
    case.station.save(update_fields=["calendar"])
    item = make_item(intake_questions=QUESTION, deadline_question="until", promised_working_days=5)
    needed = NewNeed(item=item, answers={"until": "2026-12-31"})
    actions.confirm(case, [needed, NewNeed(item=item)], by=desk, now=NOW, version=1)
    actions.add_needs(case, [needed], by=desk, now=NOW, version=None)
    first, second, third = case.needs.order_by("position")
    assert [need.promised_on for need in (first, second, third)] == [date(2026, 12, 21)] * 3, "the fifth Monday"
    described = actions.describe(
        second, description="", urgency="normal", answers=needed.answers, by=desk, now=NOW, version=None
    )
    assert [need.urgency for need in (first, described, third)] == ["urgent"] * 3, "one Monday is left to begin"


@pytest.mark.parametrize(
    ("until", "urgency"),
    [("2026-11-10", "urgent"), ("2026-12-03", "urgent"), ("2026-12-10", "high"), ("2027-03-01", "normal")],
)
def test_a_date_of_the_outside_world_makes_a_need_urgent(case: Case, desk: User, until: str, urgency: str) -> None:
    item = make_item(intake_questions=QUESTION, deadline_question="until", promised_working_days=10)
    actions.confirm(case, [NewNeed(item=item, answers={"until": until})], by=desk, now=NOW, version=1)
    case.refresh_from_db()
    assert (case.needs.get().urgency, case.urgency) == (urgency, urgency)


def test_decisions_teach_the_suggestion(case: Case, desk: User) -> None:
    item = make_item("SM")
    actions.confirm(case, [NewNeed(item=item)], by=desk, now=NOW, version=1)
    [example] = Decision.objects.examples()
    assert (example.text, example.boards, example.items) == (case.text, ("SM",), (item.pk,))
    assert (example.decision, example.door) == (case.number, "")


def test_a_triaged_case_is_not_triaged_again(case: Case, desk: User) -> None:
    actions.confirm(case, [piece()], by=desk, now=NOW, version=None)
    with pytest.raises(IllegalMove):
        actions.confirm(case, [piece()], by=desk, now=NOW, version=None)
    assert case.needs.count() == 1 and Decision.objects.count() == 1


def test_who_looked_at_an_older_version_changes_nothing(case: Case, desk: User) -> None:
    with pytest.raises(StaleState):
        actions.confirm(case, [piece()], by=desk, now=NOW, version=7)
    assert case.needs.count() == 0 and Decision.objects.count() == 0


def test_a_need_can_be_added_later_and_wait_for_an_earlier_one(case: Case, desk: User) -> None:
    actions.confirm(case, [piece()], by=desk, now=NOW, version=1)
    case.refresh_from_db()
    [second] = actions.add_needs(case, [piece(after=1)], by=desk, now=NOW, version=case.version)
    assert (second.position, second.state) == (2, NeedState.WAITING)
    with pytest.raises(StaleState):
        actions.add_needs(case, [piece()], by=desk, now=NOW, version=1)


# Answering at once


@pytest.fixture
def centre() -> Institution:
    return make_institution(kind=Institution.Kind.CENTRE)


def test_an_answer_at_once_is_a_need_a_referral_and_a_result_like_any_other(
    case: Case, desk: User, owner: User, centre: Institution
) -> None:
    before = set(told(owner))
    referral = actions.answer_now(case, make_item("MC"), "广交会报名请登录官网", by=desk, now=NOW, version=1)
    case.refresh_from_db()
    referral.refresh_from_db()
    result = referral.results.get()
    assert (referral.institution, referral.state, referral.fee) == (centre, ReferralState.DELIVERED, "free")
    assert (result.kind, result.summary, result.issued_on) == (Result.Kind.ADVICE, "广交会报名请登录官网", TODAY)
    assert case.state == CaseState.AWAITING_CONFIRMATION and case.needs.get().state == "awaiting_confirmation"
    assert referral.due_at is not None and Decision.objects.get().items == [referral.need.item_id]
    assert set(told(owner)) - before == {"triaged_enterprise", "delivered_enterprise"}


def test_what_was_confirmed_by_word_of_mouth_closes_at_once(desk: User, centre: Institution) -> None:
    spoken = make_case(channel=Channel.PHONE, recorder=desk, submitter=make_user())
    referral = actions.answer_now(spoken, make_item(), "可以", by=desk, now=NOW, version=1, close=True)
    spoken.refresh_from_db()
    referral.refresh_from_db()
    assert (referral.state, spoken.state) == (ReferralState.CONFIRMED, CaseState.CLOSED)
    assert referral.confirmed_at == NOW and not referral.confirmed_automatically


def test_nobody_confirms_for_an_enterprise_that_wrote(case: Case, desk: User, centre: Institution) -> None:
    with pytest.raises(Unprocessable):
        actions.answer_now(case, make_item(), "可以", by=desk, now=NOW, version=1, close=True)
    assert case.needs.count() == 0


def test_a_question_in_a_case_under_way_is_answered_as_a_further_need(
    case: Case, desk: User, centre: Institution
) -> None:
    actions.confirm(case, [piece()], by=desk, now=NOW, version=1)
    case.refresh_from_db()
    actions.answer_now(case, make_item(), "答复", by=desk, now=NOW, version=case.version)
    case.refresh_from_db()
    assert case.state == CaseState.IN_SERVICE and case.needs.count() == 2


def test_without_the_centres_own_desk_in_the_pool_nothing_is_half_done(case: Case, desk: User) -> None:
    with pytest.raises(NoOwnDesk):
        actions.answer_now(case, make_item(), "答复", by=desk, now=NOW, version=1)
    case.refresh_from_db()
    assert (case.state, case.needs.count()) == (CaseState.SUBMITTED, 0)


# Referring out


def test_a_case_is_referred_out_kindly_and_in_the_readers_language(case: Case, desk: User, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(language="en")
    case = Case.objects.get(pk=case.pk)
    actions.refer_out(case, Door.CONSUMER, by=desk, now=NOW, version=1)
    case.refresh_from_db()
    event = case.events.latest("id")
    assert case.state == CaseState.REFERRED_OUT and case.referred_to.startswith("12315")
    assert sentence(Door.CONSUMER, "en") in event.note and event.audience == Audience.ENTERPRISE
    decision = Decision.objects.get()
    assert (decision.out_of_scope, decision.items, decision.agreed) == (Door.CONSUMER, [], False)
    assert told(owner)[-1] == "referred_out_enterprise" and case.due_at is None
    assert Decision.objects.examples()[0].boards == ("OUT",)


def test_own_words_replace_the_sentence_of_the_door(case: Case, desk: User) -> None:
    actions.refer_out(case, Door.OTHER, "请联系园区管委会", by=desk, now=NOW, version=1)
    assert case.events.latest("id").note.endswith("请联系园区管委会")


def test_agreement_with_a_suggested_door_is_noticed(case: Case, desk: User) -> None:
    shown = {"items": [], "out_of_scope": {"code": "12345", "score": 0.8}}
    actions.refer_out(case, Door.CITIZEN, by=desk, now=NOW, version=1, suggestion=shown)
    assert Decision.objects.get().agreed


def test_a_case_in_service_is_not_referred_out_as_a_whole(case: Case, desk: User) -> None:
    actions.confirm(case, [piece()], by=desk, now=NOW, version=1)
    with pytest.raises(IllegalMove):
        actions.refer_out(case, Door.CITIZEN, by=desk, now=NOW, version=None)


# Joining


def test_a_repeat_moves_its_words_and_papers_and_the_earliest_clock_counts(case: Case, desk: User, owner: User) -> None:
    older = make_case(submitter=owner, enterprise=case.enterprise, now=NOW - timedelta(days=1), text="压力表又到期了")
    paper = CaseDocument.objects.create(case=older, attachment=_attachment(desk), added_at=NOW)
    actions.merge(older, case, by=desk, now=NOW, version=1)
    older.refresh_from_db()
    case.refresh_from_db()
    paper.refresh_from_db()
    assert (older.state, older.merged_into, older.due_at) == (CaseState.MERGED, case, None)
    assert paper.case == case
    assert verbs(older)[-1] == Verb.MERGED and older.events.latest("id").note == case.number
    assert "压力表又到期了" in case.events.latest("id").note
    assert (case.due_clock, case.due_at) == ("triage", older.submitted_at + timedelta(days=4)), "Thursday to Monday"
    assert case.version == 2
    cases.ask(case, "哪一年的证书？", by=desk, now=NOW)
    assert dials.of("case", [case.pk])[case.pk]["triage"].paused_since == NOW, "the clock that was moved can be paused"


def test_a_repeat_is_joined_with_a_later_case_that_was_asked_and_answered(case: Case, desk: User, owner: User) -> None:
    older = make_case(submitter=owner, enterprise=case.enterprise, now=NOW - timedelta(days=1))
    cases.ask(case, "哪一年的证书？", by=desk, now=NOW + timedelta(hours=1))
    cases.answer(case, "2025 年", by=owner, now=NOW + timedelta(days=3))
    joined_at = NOW + timedelta(days=3, hours=1)
    actions.merge(older, case, by=desk, now=joined_at, version=1)
    case.refresh_from_db()
    triage = dials.of("case", [case.pk])[case.pk]["triage"]
    assert (case.due_clock, case.due_at) == ("triage", older.submitted_at + timedelta(days=4)), "Thursday to Monday"
    assert (triage.begun_at, triage.left(joined_at)) == (older.submitted_at, -60), "the older one never stood still"
    cases.ask(case, "哪一台？", by=desk, now=joined_at)
    assert dials.of("case", [case.pk])[case.pk]["triage"].missed(joined_at)


def test_the_clock_of_the_older_master_stays(case: Case, desk: User, owner: User) -> None:
    repeat = make_case(submitter=owner, enterprise=case.enterprise, now=NOW + timedelta(hours=2))
    triage = dials.of("case", [case.pk])[case.pk]["triage"].due_at
    actions.merge(repeat, case, by=desk, now=NOW + timedelta(hours=3), version=1)
    case.refresh_from_db()
    assert case.due_at == triage


def _stranger(case: Case) -> Case:
    return make_case(enterprise=make_enterprise())


def _settled(case: Case) -> Case:
    other = make_case(submitter=case.submitter, enterprise=case.enterprise)
    cases.move(
        other,
        CaseState.WITHDRAWN,
        verb=Verb.WITHDRAWN,
        by=Actor.of(case.submitter),  # type: ignore[arg-type]
        now=NOW,
        audience=Audience.ENTERPRISE,
    )
    return other


@pytest.mark.parametrize("other", [_stranger, _settled, lambda case: case])
def test_what_is_not_one_matter_is_not_joined(case: Case, desk: User, other: Callable[[Case], Case]) -> None:
    master = other(case)
    with pytest.raises(NotOneMatter):
        actions.merge(case, master, by=desk, now=NOW, version=1)
    case.refresh_from_db()
    assert case.state == CaseState.SUBMITTED


def _attachment(user: User) -> Attachment:
    return Attachment.objects.create(
        file="a.pdf", display_name="a.pdf", content_type="application/pdf", size=1, sha256="0" * 64, uploaded_by=user
    )


# Needs, contact person, notes


@pytest.mark.parametrize("to", [NeedState.UNMET, NeedState.REFERRED_OUT])
def test_a_need_is_ended_with_a_reason_that_the_enterprise_reads(desk: User, to: str) -> None:
    need = make_need(by=desk)
    actions.decide(need, to, "全省暂无机构具备该项资质", by=desk, now=NOW, version=need.version)
    need.refresh_from_db()
    need.case.refresh_from_db()
    assert (need.state, need.reason, need.case.state) == (to, "全省暂无机构具备该项资质", CaseState.CLOSED)
    with pytest.raises(StaleState):
        actions.decide(need, to, "x", by=desk, now=NOW, version=1)


def test_the_first_to_take_a_case_is_its_contact_person(case: Case, desk: User) -> None:
    actions.take(case, by=desk, now=NOW, version=1)
    case.refresh_from_db()
    assert case.owner == desk
    with pytest.raises(StaleState):
        actions.take(case, by=make_user(Role.SPECIALIST), now=NOW, version=case.version)
    lead = make_user(Role.TEAM_LEAD)
    assert actions.take(case, by=lead, now=NOW, version=case.version).owner == lead


def test_a_note_is_for_staff_only(case: Case, desk: User, owner: User) -> None:
    before = told(owner)
    actions.note(case, "老客户，回电前先看台账", by=desk, now=NOW)
    assert case.events.latest("id").audience == Audience.INTERNAL and told(owner) == before


# The words


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("event", [f"{verb}_{reader}" for verb, readers in TOLD.items() for reader in readers])
def test_every_step_that_is_told_has_words(event: str, language: str) -> None:
    facts = {
        "number": "QS-20261120-00001",
        "note": "Line one\nline two",
        "item_zh": "计量器具检定",
        "item_en": "Verification",
        "institution_zh": "示例机构",
        "institution_en": "Institution",
        "due_at": NOW.isoformat(),
    }
    words = render(event, facts, language=language, path="/cases/QS-20261120-00001/")
    assert "QS-20261120-00001" in words.subject + words.text
    assert words.link in words.text and words.link not in words.text_without_link
    assert len(words.subject) < 120 and "{" not in words.text


# Two people at once


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_exactly_one_confirms_in_two_hundred_rounds() -> None:
    people = [make_user(Role.SPECIALIST), make_user(Role.SPECIALIST)]
    rows = [make_case() for _round in range(ROUNDS)]
    items = [make_item(), make_item()]
    outcomes = _race(rows, people, lambda case, by, place: _confirm(case, by, items[place]))
    assert {tuple(sorted(pair)) for pair in outcomes} == {("confirmed", "refused")}
    assert Case.objects.filter(state=CaseState.IN_SERVICE).count() == ROUNDS
    assert [case.needs.count() for case in rows] == [1] * ROUNDS
    assert Decision.objects.count() == ROUNDS


@pytest.mark.django_db(transaction=True)
def test_without_compare_and_set_both_would_win() -> None:
    """The twin: the same race through a plain update, as one would write it without the one door."""
    people = [make_user(Role.SPECIALIST), make_user(Role.SPECIALIST)]
    outcomes = _race([make_case() for _round in range(20)], people, _careless)
    assert outcomes == [["confirmed", "confirmed"]] * 20


def _confirm(case: Case, by: User, item: Any) -> str:
    try:
        actions.confirm(case, [NewNeed(item=item)], by=by, now=NOW, version=case.version, urgency=Urgency.NORMAL)
    except Refusal:
        return "refused"
    return "confirmed"


def _careless(case: Case, by: User, place: int) -> str:
    changed = Case.objects.filter(pk=case.pk).update(state=CaseState.IN_SERVICE, owner=by, version=F("version") + 1)
    return "confirmed" if changed else "refused"


def _race(rows: list[Case], people: list[User], act: Callable[[Case, User, int], str]) -> list[list[str]]:
    """Each case is acted on by two threads that start together."""
    gate = Barrier(2)

    def run(place: int) -> list[str]:
        try:
            outcomes = []
            for row in rows:
                mine = Case.objects.get(pk=row.pk)
                gate.wait(timeout=60)
                outcomes.append(act(mine, people[place], place))
                gate.wait(timeout=60)
            return outcomes
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(run, range(2))
    return [list(pair) for pair in zip(first, second, strict=True)]


# Silence of the enterprise


def test_a_case_whose_questions_stay_unanswered_rests_and_can_be_taken_up_again(case: Case, desk: User) -> None:
    cases.ask(case, "哪一年的证书？", by=desk, now=NOW)
    over = NOW + timedelta(days=15)
    assert actions.lapse_unanswered(NOW + timedelta(days=13)) == 0, "ten working days"
    assert actions.lapse_unanswered(over) == 1
    assert actions.lapse_unanswered(over) == 0, "once, however often it is looked for"
    case.refresh_from_db()
    assert (case.state, case.due_at) == (CaseState.LAPSED, None)
    assert verbs(case)[-1] == Verb.LAPSED
    assert case.submitter is not None
    cases.answer(case, "2024 年的", by=case.submitter, now=over)
    case.refresh_from_db()
    assert (case.state, case.due_clock) == (CaseState.SUBMITTED, "triage")


def test_what_was_spoken_is_read_by_the_enterprise_and_is_its_first_contact(case: Case, desk: User) -> None:
    actions.note(case, "已电话沟通", by=desk, now=NOW, spoken=True)
    case.refresh_from_db()
    assert (case.due_clock, case.events.latest("id").audience) == ("triage", Audience.ENTERPRISE)
