"""All scores in one statement: the same as the arithmetic, for everybody or for one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from experts import reckoning, scores
from experts.models import Asking, BoardMean, Institution, InstitutionScore, Rating, ScoreRule
from experts.scores import Score, Vote
from experts.tasks import reckon_scores
from tests.factories import NOW, TODAY, make_institution, make_rating

pytestmark = pytest.mark.django_db
BOARDS = ("TI", "CA")
Answer = tuple[int, int, float, int | None, str]
ANSWERS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(1, 5),
        st.one_of(st.integers(-3, 400), st.integers(0, 4).map(lambda half: half / 2)),
        st.one_of(st.none(), st.integers(1, 2)),
        st.sampled_from(BOARDS),
    ),
    max_size=25,
)


def put(institutions: list[Institution], answers: list[Answer]) -> None:
    """The answers as rows, without any score: institution, grade, age in days, voter, board."""
    Rating.objects.bulk_create(
        Rating(
            institution=institutions[number],
            board=board,
            referral_ref=place,
            enterprise_ref=voter,
            grade=grade,
            source=Rating.Source.LINK,
            rated_at=NOW - timedelta(days=days),
        )
        for place, (number, grade, days, voter, board) in enumerate(answers)
    )
    Asking.objects.bulk_create(
        Asking(
            referral_ref=row.referral_ref,
            institution=row.institution,
            board=row.board,
            asked_at=row.rated_at,
            answered_at=row.rated_at,
        )
        for row in Rating.objects.all()
    )


def reckoned_anew() -> None:
    """As on :data:`NOW`, whatever the factories left."""
    InstitutionScore.objects.all().delete()
    reckoning.reckon_all(now=NOW)


def votes_of(answers: list[Answer], number: int, board: str) -> list[Vote]:
    """In the order in which they were given."""
    given_in_order = sorted(enumerate(answers), key=lambda one: (-one[1][2], one[0]))
    return [
        Vote(voter, grade, timezone.localdate(NOW - timedelta(days=days)))
        for _, (whose, grade, days, voter, at) in given_in_order
        if whose == number and board in {"", at}
    ]


def expected(answers: list[Answer]) -> dict[tuple[int, str], Score]:
    """By the pure function, the means of the boards written out."""
    found = {}
    for board in ("", *BOARDS):
        kept = [vote for number in (0, 1) for vote in scores.counted(votes_of(answers, number, board), as_of=TODAY)]
        weights = [scores.weight(vote, as_of=TODAY) for vote in kept]
        mean = sum(w * vote.grade for w, vote in zip(weights, kept, strict=True)) / sum(weights) if kept else 3.0
        for number in (0, 1):
            asked = sum(1 for answer in answers if answer[0] == number and board in {"", answer[4]})
            if asked:
                votes = votes_of(answers, number, board)
                found[number, board] = scores.score(votes, mean=mean, as_of=TODAY, asked=asked, answered=asked)
    return found


def kept_scores(institutions: list[Institution]) -> dict[tuple[int, str], Score]:
    places = {institution.pk: place for place, institution in enumerate(institutions)}
    columns = ("institution", "board", "value", "lower", "n", "weights", "asked", "answered")
    rows = InstitutionScore.objects.values_list(*columns)
    return {(places[pk], board): Score(*figures) for pk, board, *figures in rows}


def rounded(found: dict[tuple[int, str], Score]) -> dict[tuple[int, str], tuple[Any, ...]]:
    return {
        key: (
            pytest.approx(each.value, abs=1e-9),
            pytest.approx(each.lower, abs=1e-9),
            each.n,
            pytest.approx(each.weights, abs=1e-9),
            each.asked,
            each.answered,
        )
        for key, each in found.items()
    }


def plain(found: dict[tuple[int, str], Score]) -> dict[tuple[int, str], tuple[Any, ...]]:
    return {
        key: (each.value, each.lower, each.n, each.weights, each.asked, each.answered) for key, each in found.items()
    }


@given(answers=ANSWERS)
@settings(max_examples=80, deadline=None)
def test_the_statement_and_the_arithmetic_agree_for_everybody_and_for_one(answers: list[Answer]) -> None:
    with transaction.atomic():
        institutions = [make_institution(), make_institution()]
        put(institutions, answers)
        reckoning.reckon_all(now=NOW)
        want = rounded(expected(answers))
        assert plain(kept_scores(institutions)) == want
        InstitutionScore.objects.all().delete()
        for institution in institutions:
            reckoning.reckon_one(institution.pk, now=NOW)
        assert plain(kept_scores(institutions)) == want
        transaction.set_rollback(True)


def test_a_long_crowded_chain_is_walked_from_the_newest() -> None:
    institutions = [make_institution(), make_institution()]
    answers: list[Answer] = [(0, 1 + days % 5, days, 7, "TI") for days in range(0, 1500, 7)]
    put(institutions, answers)
    reckoning.reckon_all(now=NOW)
    got = kept_scores(institutions)
    assert plain(got) == rounded(expected(answers))
    assert got[0, "TI"].n == 17


def test_answers_under_appeal_or_excluded_count_for_the_response_rate_only() -> None:
    institution = make_institution()
    make_rating(institution, grade=5)
    make_rating(institution, grade=1, state="under_appeal")
    make_rating(institution, grade=1, state="excluded", excluded_reason="appeal_upheld")
    Asking.objects.create(institution=institution, board="TI", referral_ref=1, asked_at=NOW)
    reckoned_anew()
    got = scores.load([institution.pk], board="TI")[institution.pk]
    assert (got.value, got.n, got.asked, got.answered, got.response_rate) == (5.0, 1, 4, 3, 75)


def test_an_institution_that_was_only_asked_about_stands_at_the_mean() -> None:
    silent, other = make_institution(), make_institution()
    Asking.objects.create(institution=silent, board="TI", referral_ref=1, asked_at=NOW)
    make_rating(other, grade=2)
    reckoning.reckon_all(now=NOW)
    got = scores.load([silent.pk], board="TI")[silent.pk]
    assert (got.value, got.n, got.asked, got.answered) == (pytest.approx(2.0), 0, 1, 0)


def test_a_score_goes_where_nobody_is_asked_after_all() -> None:
    asking = Asking.objects.create(institution=make_institution(), board="TI", referral_ref=1, asked_at=NOW)
    reckoning.reckon_all(now=NOW)
    asking.delete()
    reckoning.reckon_all(now=NOW + timedelta(days=1))
    assert not InstitutionScore.objects.exists()


def test_a_score_names_the_rule_it_was_reckoned_with() -> None:
    institution = make_institution()
    make_rating(institution, grade=5)
    make_rating(make_institution(), grade=1)
    rule = ScoreRule.objects.create(prior_weight=1, spread=0, begins_at=NOW)
    reckoned_anew()
    row = InstitutionScore.objects.get(institution=institution, board="TI")
    assert (row.rule, row.value, row.lower) == (rule, pytest.approx(4.0), pytest.approx(4.0))


def test_the_night_does_not_overwrite_what_was_answered_since_it_began() -> None:
    institution = make_institution()
    make_rating(institution, grade=5)
    InstitutionScore.objects.update(computed_at=NOW + timedelta(seconds=1), n=77)
    reckoning.reckon_all(now=NOW)
    assert set(InstitutionScore.objects.values_list("n", flat=True)) == {77}
    reckoning.reckon_one(institution.pk, now=NOW)
    assert set(InstitutionScore.objects.values_list("n", flat=True)) == {1}, "one answer always counts at once"


def test_everybody_is_reckoned_once_a_day_and_when_a_rule_begins() -> None:
    def due(now: datetime) -> bool:
        return reckoning.reckon_if_due(now)

    assert [due(NOW), due(NOW), due(NOW + timedelta(hours=1))] == [True, False, False]
    ScoreRule.objects.create(begins_at=NOW + timedelta(hours=2))
    assert [due(NOW + timedelta(hours=each)) for each in (1, 2, 3, 24, 25)] == [False, True, False, True, False]


def test_the_schedule_asks_every_hour() -> None:
    make_rating(make_institution())
    assert [reckon_scores(), reckon_scores()] == [True, False]
    assert set(BoardMean.objects.values_list("board", "value")) == {("", 4.0), ("TI", 4.0)}


@pytest.mark.parametrize("rows", [1, 3])
def test_everybody_costs_the_same_few_statements(rows: int, django_assert_num_queries) -> None:
    for _ in range(rows):
        make_rating(make_institution())
    with django_assert_num_queries(5):
        reckoning.reckon_all(now=NOW)
