"""Asking, answering, amending and appealing; each leaves the score as it should be."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from experts import actions, scores
from experts.actions import AlreadyRated, AppealOver
from experts.models import Asking, Institution, Rating
from tests.factories import NOW, make_institution

ANSWER = {"board": "TI", "referral_ref": 1, "enterprise_ref": 2, "solved": True, "comment": "好", "source": "link"}
LATER = NOW + timedelta(days=2)


def record(institution: Institution, grade: int, **fields: Any) -> Rating:
    return actions.record_rating(institution, grade=grade, **{**ANSWER, "now": NOW, **fields})


def score_of(institution: Institution) -> tuple[float, int]:
    got = scores.load([institution.pk], board="TI")[institution.pk]
    return round(got.value, 4), got.n


@pytest.mark.django_db
def test_an_answer_becomes_a_counted_rating_and_moves_the_score() -> None:
    institution = make_institution()
    rating = record(institution, 4)
    rating.refresh_from_db()
    assert (rating.institution, rating.board, rating.referral_ref, rating.enterprise_ref) == (institution, "TI", 1, 2)
    assert (rating.grade, rating.solved, rating.comment, rating.source) == (4, True, "好", "link")
    assert (rating.state, rating.rated_at, rating.amended_at) == ("counted", NOW, None)
    assert score_of(institution) == (round(19 / 6, 4), 1)


@pytest.mark.django_db
def test_the_first_answer_stays() -> None:
    institution = make_institution()
    record(institution, 4)
    with pytest.raises(AlreadyRated):
        record(institution, 1)
    assert list(Rating.objects.values_list("grade", flat=True)) == [4]


@pytest.mark.django_db
@pytest.mark.parametrize("grade", [0, 6, -1])
def test_there_are_five_grades(grade: int) -> None:
    with pytest.raises(ValueError, match="Grade"):
        record(make_institution(), grade)
    assert not Rating.objects.exists()


@pytest.mark.django_db
def test_asking_twice_is_asking_once_and_the_answer_is_written_beside_it() -> None:
    institution = make_institution()
    for now in (NOW, NOW + timedelta(days=1)):
        actions.record_asking(institution, board="TI", referral_ref=1, now=now)
    actions.record_asking(institution, board="TI", referral_ref=9, now=NOW)
    record(institution, 5, now=LATER)
    columns = ("referral_ref", "institution", "board", "asked_at", "answered_at")
    assert set(Asking.objects.values_list(*columns)) == {
        (1, institution.pk, "TI", NOW, LATER),
        (9, institution.pk, "TI", NOW, None),
    }
    assert scores.load([institution.pk])[institution.pk].response_rate == 50


@pytest.mark.django_db
def test_whoever_answers_was_asked() -> None:
    record(make_institution(), 5)
    assert list(Asking.objects.values_list("referral_ref", "asked_at", "answered_at")) == [(1, NOW, NOW)]


@pytest.mark.django_db
def test_an_amended_answer_keeps_its_day_and_what_it_was_is_history() -> None:
    institution = make_institution()
    rating = actions.amend_rating(record(institution, 1), grade=5, solved=None, comment="改好了", now=LATER)
    rating.refresh_from_db()
    assert (rating.grade, rating.solved, rating.comment) == (5, None, "改好了")
    assert (rating.rated_at, rating.amended_at, rating.state) == (NOW, LATER, "counted")
    assert list(rating.history.order_by("pgh_id").values_list("pgh_label", "grade")) == [("insert", 1), ("update", 5)]
    assert score_of(institution)[0] > 3
    with pytest.raises(ValueError, match="Grade"):
        actions.amend_rating(rating, grade=6, solved=None, comment="", now=LATER)


@pytest.mark.django_db
def test_an_answer_under_appeal_does_not_count_until_decided() -> None:
    institution = make_institution()
    rating = record(institution, 1)
    before = score_of(institution)
    assert actions.put_under_appeal(rating, now=LATER).state == "under_appeal"
    assert score_of(institution) == (3.0, 0)
    settled = actions.settle_appeal(rating, upheld=False, now=NOW)
    assert (settled.state, settled.excluded_reason) == ("counted", "")
    assert score_of(institution) == before


@pytest.mark.django_db
def test_an_upheld_appeal_takes_the_answer_out_and_leaves_the_history() -> None:
    institution = make_institution()
    rating = actions.put_under_appeal(record(institution, 1), now=NOW)
    rating = actions.settle_appeal(rating, upheld=True, now=LATER)
    rating.refresh_from_db()
    assert (rating.state, rating.excluded_reason, rating.grade) == ("excluded", "appeal_upheld", 1)
    assert score_of(institution) == (3.0, 0)
    states = list(rating.history.order_by("pgh_id").values_list("state", flat=True))
    assert states == ["counted", "under_appeal", "excluded"]


@pytest.mark.django_db
def test_an_appeal_is_opened_once_and_decided_once() -> None:
    rating = record(make_institution(), 1)
    with pytest.raises(AppealOver):
        actions.settle_appeal(rating, upheld=True, now=NOW)
    actions.put_under_appeal(rating, now=NOW)
    with pytest.raises(AppealOver):
        actions.put_under_appeal(rating, now=NOW)
    actions.settle_appeal(rating, upheld=True, now=NOW)
    for again in (
        lambda: actions.put_under_appeal(rating, now=NOW),
        lambda: actions.settle_appeal(rating, upheld=False, now=NOW),
    ):
        with pytest.raises(AppealOver):
            again()


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "reason"), [("excluded", ""), ("counted", "appeal_upheld")])
def test_the_database_holds_exclusion_and_reason_together(state: str, reason: str) -> None:
    record(make_institution(), 1)
    with pytest.raises(IntegrityError, match="rating_excluded_has_reason"), transaction.atomic():
        Rating.objects.update(state=state, excluded_reason=reason)


@pytest.mark.django_db
def test_the_database_lets_nobody_answer_before_being_asked() -> None:
    record(make_institution(), 1)
    with pytest.raises(IntegrityError, match="asking_times_in_order"), transaction.atomic():
        Asking.objects.update(answered_at=NOW - timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
def test_of_many_answers_at_once_one_is_recorded() -> None:
    institution = make_institution()
    outcomes = []

    def answer(number: int) -> None:
        try:
            record(institution, 1 + number % 5)
            outcomes.append("recorded")
        except AlreadyRated:
            outcomes.append("refused")

    at_once(answer)
    assert sorted(outcomes) == ["recorded"] + ["refused"] * 7
    assert Rating.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_answers_at_once_none_is_missing_from_the_score() -> None:
    institution = make_institution()
    at_once(lambda number: record(institution, 5, referral_ref=number, enterprise_ref=number, now=NOW))
    assert score_of(institution) == (round((15 + 40) / 13, 4), 8)


def at_once(act: Any) -> None:
    barrier = Barrier(8)

    def run(number: int) -> None:
        barrier.wait()
        try:
            act(number)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
