"""Answered by the enterprise itself, amended for a week, and never by who is judged."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import InternalError, transaction

from experts.models import Asking, Rating
from portal.accounts.models import User
from portal.files import actions as files
from services.cases.models import CaseDocument, CaseEvent
from services.cases.states import ReferralState
from services.followup import actions
from services.followup.actions import Answer, door
from services.followup.faults import AlreadyAnswered, LinkClosed, LinkUnknown, NotAsked, NotForYou
from services.followup.models import FollowUp, SurveyAmendment, SurveyAnswer
from tests.factories import (
    NOW,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_referral,
    make_user,
)
from tests.portal.files.corpus import PDF, upload
from tests.services.followup.rows import LATER, at_once, make_asked, make_planned, token_of

pytestmark = pytest.mark.django_db
GOOD = Answer(grade=5, solved="yes", comment="很快", shares_comment=True)


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
    assert (event.case, event.referral, event.rule, event.audience, event.note) == (
        row.case,
        row.referral,
        "followup.link/1",
        "enterprise",
        "",
    )
    answer = row.answer
    assert (answer.grade, answer.solved, answer.comment, answer.source, answer.by) == (5, "yes", "很快", "link", None)


def test_a_person_without_enterprise_has_one_voice() -> None:
    owner = make_user()
    referral = make_referral(make_need(make_case(submitter=owner)), state=ReferralState.CONFIRMED)
    actions.plan(NOW)
    row = FollowUp.objects.get(referral=referral, rule="first")
    actions.ask((row.pk,), now=LATER)
    actions.answer(row, GOOD, source="link", now=LATER)
    assert Rating.objects.get().enterprise_ref == -owner.pk


def test_the_first_answer_stays() -> None:
    row = make_asked()
    actions.answer(row, GOOD, source="link", now=LATER)
    with pytest.raises(AlreadyAnswered):
        actions.answer(row, Answer(grade=1), source="account", now=LATER)
    assert [rating.grade for rating in Rating.objects.all()] == [5]


def test_the_institution_has_the_words_only_where_the_enterprise_agreed_and_no_longer_than_it_agrees() -> None:
    row = make_asked()
    actions.answer(row, replace(GOOD, shares_comment=False), source="link", now=LATER)
    rating = Rating.objects.get()
    assert (rating.comment, SurveyAnswer.objects.get().comment) == ("", "很快")
    for agreed, words in ((True, "很快"), (False, "")):
        actions.amend(row, replace(GOOD, shares_comment=agreed), source="link", now=LATER)
        rating.refresh_from_db()
        assert rating.comment == words


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


def joined(row: FollowUp, why: str) -> None:
    """The enterprise's own person gets one reason more to be heard less."""
    if why == "staff":
        User.objects.filter(pk=row.case.submitter_id).update(role="specialist")
    else:
        row.referral.institution.memberships.create(user=row.case.submitter)


def parted(row: FollowUp, why: str) -> None:
    if why == "staff":
        User.objects.filter(pk=row.case.submitter_id).update(role="enterprise")
    else:
        row.referral.institution.memberships.update(active=False)


@pytest.mark.parametrize("why", ["staff", "institution"])
def test_an_owner_of_the_enterprise_rates_unless_staff_or_with_the_institution_and_that_alone_decides(why: str) -> None:
    row = make_asked()
    joined(row, why)
    with pytest.raises(NotForYou):
        actions.answer(row, GOOD, source="account", now=LATER, by=User.objects.get(pk=row.case.submitter_id))
    assert (Rating.objects.count(), row.referral.institution.scores.filter(n__gt=0).count()) == (0, 0)
    parted(row, why)
    actions.answer(row, GOOD, source="account", now=LATER, by=User.objects.get(pk=row.case.submitter_id))
    assert row.referral.institution.scores.filter(n=1).exists()


@pytest.mark.parametrize("why", ["staff", "institution"])
def test_without_the_check_either_would_be_counted(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above."""
    row = make_asked()
    joined(row, why)
    monkeypatch.setattr(door, "check_own", lambda row, user: None)
    actions.answer(row, GOOD, source="account", now=LATER, by=User.objects.get(pk=row.case.submitter_id))
    assert row.referral.institution.scores.filter(n=1).exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_answers_at_once_one_is_taken() -> None:
    row = make_asked()
    outcomes = at_once(8, lambda number: actions.answer(row, Answer(grade=1 + number % 5), source="link", now=LATER))
    assert sorted(outcomes) == ["AlreadyAnswered"] * 7 + ["done"]
    assert Rating.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "unhappy"),
    [
        (Answer(grade=1), True),
        (Answer(grade=2, solved="yes"), True),
        (Answer(grade=4, solved="no"), True),
        (Answer(grade=3), False),
        (Answer(grade=5, solved="yes"), False),
    ],
)
def test_who_is_not_happy_is_found_by_the_answer_alone(said: Answer, unhappy: bool) -> None:
    """Whoever takes care of it looks for the row."""
    answer = actions.answer(make_asked(), said, source="link", now=LATER)
    assert list(SurveyAnswer.objects.unhappy()) == ([answer] if unhappy else [])
    assert answer.is_unhappy is unhappy


# Links


def test_a_link_opens_until_it_closes() -> None:
    row = make_asked()
    token = token_of(row)
    assert row.closes_at is not None
    assert actions.by_token(token, now=row.closes_at - timedelta(seconds=1)) == row
    with pytest.raises(LinkClosed):
        actions.by_token(token, now=row.closes_at)


def test_a_used_link_opens_for_a_week_to_change_the_answer_and_a_wrong_one_says_how_to_get_on() -> None:
    row = make_asked()
    token = token_of(row)
    actions.answer(row, GOOD, source="link", now=LATER)
    assert actions.by_token(token, now=LATER + timedelta(days=7, seconds=-1)) == row
    with pytest.raises(LinkClosed):
        actions.by_token(token, now=LATER + timedelta(days=7))
    for wrong in ("", "x", token[:-1], token.upper(), row.token_digest):
        with pytest.raises(LinkUnknown):
            actions.by_token(wrong or "", now=LATER)


def test_the_link_of_a_waived_follow_up_is_closed() -> None:
    row = make_asked()
    actions.waive(row, by=make_user("team_lead"), now=LATER, reason="企业注销")
    with pytest.raises(LinkClosed):
        actions.by_token(token_of(row), now=LATER)


# Another answer


def test_within_a_week_another_answer_takes_the_place_of_the_first_and_what_was_said_before_is_kept() -> None:
    row, later = make_asked(), LATER + timedelta(days=6)
    actions.answer(row, GOOD, source="link", now=LATER)
    actions.amend(
        row,
        replace(GOOD, grade=2, solved="partly", comment="又坏了"),
        source="account",
        by=row.case.submitter,
        now=later,
    )
    answer, rating, before = SurveyAnswer.objects.get(), Rating.objects.get(), SurveyAmendment.objects.get()
    assert (answer.grade, answer.solved, answer.comment, answer.source, answer.by) == (
        2,
        "partly",
        "又坏了",
        "account",
        row.case.submitter,
    )
    assert (answer.answered_at, answer.amended_at) == (LATER, later)
    assert (rating.grade, rating.solved, rating.comment, rating.rated_at) == (2, None, "又坏了", LATER)
    assert (before.grade, before.solved, before.comment, before.source, before.replaced_at) == (
        5,
        "yes",
        "很快",
        "link",
        later,
    )
    assert list(SurveyAnswer.objects.unhappy()) == [answer]


def test_the_same_answer_again_is_no_amendment() -> None:
    row = make_asked()
    actions.answer(row, GOOD, source="link", now=LATER)
    actions.amend(row, GOOD, source="link", now=LATER)
    assert (SurveyAnswer.objects.get().amended_at, SurveyAmendment.objects.count()) == (None, 0)


def test_what_staff_wrote_down_can_be_put_right_by_the_enterprise_and_not_by_staff() -> None:
    row, caller = make_asked(), make_user("caller")
    actions.record_call(row, by=caller, now=LATER, outcome="answered", said=GOOD)
    with pytest.raises(NotForYou):
        actions.amend(row, Answer(grade=1), source="account", by=caller, now=LATER)
    actions.amend(row, Answer(grade=1), source="link", now=LATER)
    assert (SurveyAnswer.objects.get().grade, Rating.objects.get().grade) == (1, 1)


def test_after_a_week_and_before_an_answer_there_is_nothing_to_amend() -> None:
    row = make_asked()
    with pytest.raises(LinkClosed):
        actions.amend(row, GOOD, source="link", now=LATER)
    actions.answer(row, GOOD, source="link", now=LATER)
    with pytest.raises(LinkClosed):
        actions.amend(row, Answer(grade=1), source="link", now=LATER + timedelta(days=7))
    assert Rating.objects.get().grade == 5


def test_of_an_earlier_answer_the_words_can_be_erased_and_nothing_else() -> None:
    row = make_asked()
    actions.answer(row, GOOD, source="link", now=LATER)
    actions.amend(row, Answer(grade=3), source="link", now=LATER)
    SurveyAmendment.objects.update(comment="", changed="")
    for act in (lambda: SurveyAmendment.objects.update(grade=1), SurveyAmendment.objects.all().delete):
        with pytest.raises(InternalError), transaction.atomic():
            act()
    assert SurveyAmendment.objects.get().grade == 5


# The effect


def test_what_is_said_about_the_effect_rates_nobody_and_still_reaches_a_person() -> None:
    row = make_planned(rule="second")
    actions.ask([row.pk], now=LATER)
    said = Answer(
        grade=2, solved="partly", changed="退货率下降", benefit=Decimal("12000.50"), recommend=0, contacted=False
    )
    answer = actions.answer(row, said, source="link", now=LATER)
    answer.refresh_from_db()
    assert (answer.changed, answer.benefit, answer.recommend, answer.contacted) == (
        "退货率下降",
        Decimal("12000.50"),
        0,
        False,
    )
    assert not Rating.objects.exists()
    assert list(SurveyAnswer.objects.unhappy()) == [answer]


def test_the_question_after_a_year_may_be_answered_without_a_grade() -> None:
    row = make_planned(rule="second")
    FollowUp.objects.filter(pk=row.pk).update(kind="impact")
    actions.ask([row.pk], now=LATER)
    assert actions.answer(row, Answer(grade=None, changed="省电"), source="link", now=LATER).grade is None


def test_partly_solved_is_neither_yes_nor_no_for_the_rating() -> None:
    actions.answer(make_asked(), Answer(grade=3, solved="partly"), source="link", now=LATER)
    assert Rating.objects.get().solved is None
    assert not SurveyAnswer.objects.unhappy().exists()


def test_whoever_answers_is_counted_as_asked_and_answered() -> None:
    actions.answer(make_asked(), GOOD, source="link", now=LATER)
    assert Asking.objects.get().answered_at == LATER


def test_files_are_read_by_the_desk_and_the_enterprise_and_not_by_the_institution() -> None:
    provider = make_user("provider")
    owner = make_user()
    referral = make_referral(
        make_need(make_case(enterprise=make_enterprise(owner), submitter=owner)),
        make_institution(provider),
        state=ReferralState.CONFIRMED,
    )
    actions.plan(NOW)
    row = FollowUp.objects.get(referral=referral, rule="first")
    actions.ask([row.pk], now=LATER)
    paper = files.store(upload("照片.pdf", PDF), by=None)
    answer = actions.answer(row, GOOD, source="link", now=LATER, files=[paper])
    document = answer.papers.get()
    seen = {
        user.role: CaseDocument.objects.visible_to(user).filter(pk=document.pk).exists()
        for user in (owner, make_user("specialist"), provider)
    }
    assert seen == {"enterprise": True, "specialist": True, "provider": False}
