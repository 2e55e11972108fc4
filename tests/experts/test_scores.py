"""The arithmetic of ratings: literal tables first, then what must hold for any answers."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from experts import scores
from experts.models import Rating
from experts.scores import Score, Vote
from tests.factories import make_institution, make_rating

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def vote(grade: int, days: float = 0, voter: int | None = None) -> Vote:
    return Vote(voter=voter, grade=grade, at=NOW - timedelta(days=days))


@pytest.mark.parametrize(
    ("votes", "mean", "value", "n"),
    [
        ([], 4.0, 4.0, 0),
        ([vote(5)], 4.0, 25 / 6, 1),
        ([vote(1)], 4.0, 21 / 6, 1),
        ([vote(5)] * 5, 3.0, 4.0, 5),
        ([vote(5)] * 95, 3.0, 4.9, 95),
        ([vote(5, 365)], 4.0, 22.5 / 5.5, 1),
        ([vote(5, 730)], 4.0, 21.25 / 5.25, 1),
        ([vote(5, -3)], 4.0, 25 / 6, 1),
        ([vote(5, 0), vote(1, 365)], 3.0, 20.5 / 6.5, 2),
    ],
)
def test_the_mean_is_shrunk_towards_the_board_and_answers_fade(
    votes: list[Vote], mean: float, value: float, n: int
) -> None:
    got = scores.score(votes, mean=mean, now=NOW)
    assert got.value == pytest.approx(value)
    assert got.n == n


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        ([0, 1, 2, 89], [0]),
        ([0, 90], [0, 90]),
        ([0, 89.99], [0]),
        ([0, 60, 120], [0, 120]),
        ([0, 60, 120, 180, 240], [0, 120, 240]),
        ([5, 95, 96, 400], [5, 95, 400]),
    ],
)
def test_an_enterprise_has_one_vote_per_ninety_days_and_it_is_the_latest(days: list[float], kept: list[float]) -> None:
    got = scores.counted([vote(4, day, voter=7) for day in days])
    assert got == [vote(4, day, voter=7) for day in kept]


def test_votes_of_two_enterprises_do_not_touch_each_other_and_unknown_voters_all_count() -> None:
    votes = [vote(5, 1, voter=1), vote(4, 2, voter=2), vote(3, 3), vote(2, 4)]
    assert scores.counted(votes) == votes


@pytest.mark.parametrize(
    ("asked", "answered", "rate"), [(None, None, None), (0, None, None), (4, None, 50), (4, 3, 75), (1, 2, 100)]
)
def test_the_response_rate_is_of_those_asked(asked: int | None, answered: int | None, rate: int | None) -> None:
    votes = [vote(5, 1, voter=1), vote(5, 1, voter=2)]
    got = scores.score(votes, mean=4.0, now=NOW, asked=asked, answered=answered)
    assert (got.asked, got.response_rate) == (asked, rate)


@pytest.mark.parametrize(("n", "public"), [(0, False), (2, False), (3, True), (50, True)])
def test_below_three_answers_nothing_is_public(n: int, public: bool) -> None:
    got = scores.score([vote(5)] * n, mean=4.0, now=NOW)
    assert got.is_public is public
    assert (got.shown is not None) is public


VOTES = st.lists(
    st.builds(
        vote,
        st.integers(1, 5),
        st.floats(0, 3000, allow_nan=False),
        st.one_of(st.none(), st.integers(1, 4)),
    ),
    max_size=30,
)
MEANS = st.floats(1, 5, allow_nan=False)


@given(votes=VOTES, mean=MEANS)
def test_a_score_is_a_grade_and_its_lower_bound_is_not_above_it(votes: list[Vote], mean: float) -> None:
    got = scores.score(votes, mean=mean, now=NOW)
    assert 1 <= got.lower <= got.value + 1e-9
    assert 1 - 1e-9 <= got.value <= 5 + 1e-9


@given(votes=VOTES, mean=MEANS, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(votes: list[Vote], mean: float, seed: object) -> None:
    shuffled = list(votes)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (scores.score(each, mean=mean, now=NOW) for each in (votes, shuffled))
    assert (first.value, first.n) == pytest.approx((second.value, second.n))


@given(votes=VOTES, mean=MEANS)
def test_one_more_top_grade_of_a_new_voter_never_harms(votes: list[Vote], mean: float) -> None:
    before = scores.score(votes, mean=mean, now=NOW)
    after = scores.score([*votes, vote(5, 0, voter=99)], mean=mean, now=NOW)
    assert after.value >= before.value - 1e-9
    assert after.lower >= before.lower - 1e-9


@given(votes=VOTES, mean=MEANS)
def test_the_score_lies_between_the_board_and_the_answers(votes: list[Vote], mean: float) -> None:
    kept = scores.counted(votes)
    grades = [one.grade for one in kept]
    got = scores.score(votes, mean=mean, now=NOW).value
    assert min([mean, *grades]) - 1e-9 <= got <= max([mean, *grades]) + 1e-9


@given(votes=VOTES)
def test_no_two_counted_votes_of_one_voter_are_closer_than_ninety_days(votes: list[Vote]) -> None:
    kept = scores.counted(votes)
    for voter in {one.voter for one in kept} - {None}:
        times = sorted(one.at for one in kept if one.voter == voter)
        assert all(later - earlier >= scores.ONE_VOTE_PER for earlier, later in pairwise(times))


@given(votes=VOTES, mean=MEANS, days=st.integers(1, 2000))
@settings(max_examples=50)
def test_a_vote_stuffer_weighs_no_more_than_one_vote_per_ninety_days(votes: list[Vote], mean: float, days: int) -> None:
    stuffed = [vote(1, day % 90, voter=50) for day in range(days)]
    honest = [vote(1, 0, voter=50)]
    with_stuffing = scores.score([*votes, *stuffed], mean=mean, now=NOW)
    assert with_stuffing.value == pytest.approx(scores.score([*votes, *honest], mean=mean, now=NOW).value)


def test_without_the_ninety_days_the_stuffer_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twin of the test above: the rule is what holds it."""
    stuffed = [vote(1, day, voter=50) for day in range(80)]
    held = scores.score(stuffed, mean=4.5, now=NOW).value
    monkeypatch.setattr(scores, "ONE_VOTE_PER", timedelta())
    assert scores.score(stuffed, mean=4.5, now=NOW).value < 1.5 < 3.5 < held


@pytest.mark.django_db
def test_many_institutions_are_loaded_in_one_query(django_assert_num_queries: object) -> None:
    good, bad, new = make_institution(), make_institution(), make_institution()
    for days in (1, 2, 3):
        make_rating(good, grade=5, rated_at=NOW - timedelta(days=days))
    make_rating(bad, grade=1, rated_at=NOW)
    make_rating(bad, grade=5, rated_at=NOW, state=Rating.State.UNDER_APPEAL)
    make_rating(bad, grade=5, rated_at=NOW, state=Rating.State.EXCLUDED)
    make_rating(bad, grade=5, rated_at=NOW, board="CA")
    with django_assert_num_queries(1):  # type: ignore[operator]
        got = scores.load([good.pk, bad.pk, new.pk], board="TI", now=NOW, asked={good.pk: 6, bad.pk: 3})
    mean = _board_mean(good, bad)
    assert got[good.pk].n == 3
    assert got[good.pk].response_rate == 50
    assert got[good.pk].lower > got[new.pk].lower > got[bad.pk].lower
    assert got[bad.pk].n == 1
    assert got[bad.pk].response_rate == 100, "an answer under appeal is an answer all the same"
    assert got[new.pk].value == pytest.approx(mean)


def _board_mean(good: object, bad: object) -> float:
    weights = [0.5 ** (days / 365) for days in (1, 2, 3)]
    return (5 * sum(weights) + 1) / (sum(weights) + 1)


@pytest.mark.django_db
def test_the_loaded_score_is_the_computed_one() -> None:
    institution = make_institution()
    for number, (grade, days) in enumerate([(5, 0), (2, 40), (4, 200), (1, 500)]):
        make_rating(institution, grade=grade, rated_at=NOW - timedelta(days=days), enterprise_ref=number % 2)
    votes = [vote(5, 0, voter=0), vote(2, 40, voter=1), vote(4, 200, voter=0), vote(1, 500, voter=1)]
    weights = [scores.weight(one, NOW) for one in votes]
    mean = sum(w * one.grade for w, one in zip(weights, votes, strict=True)) / sum(weights)
    got = scores.load([institution.pk], now=NOW)[institution.pk]
    want = scores.score(votes, mean=mean, now=NOW)
    assert (got.value, got.lower, got.n) == pytest.approx((want.value, want.lower, want.n))


@pytest.mark.django_db
@given(
    answers=st.lists(
        st.tuples(st.integers(1, 5), st.integers(0, 400), st.one_of(st.none(), st.integers(1, 3))), max_size=12
    )
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_answers_the_loaded_score_is_the_computed_one(
    answers: list[tuple[int, int, int | None]],
) -> None:
    with transaction.atomic():
        institution, other = make_institution(), make_institution()
        for grade, days, voter in answers:
            make_rating(institution, grade=grade, rated_at=NOW - timedelta(days=days), enterprise_ref=voter)
        make_rating(other, grade=4, rated_at=NOW)
        votes = [vote(grade, days, voter) for grade, days, voter in answers]
        everything = [*votes, vote(4)]
        weights = [scores.weight(one, NOW) for one in everything]
        mean = sum(w * one.grade for w, one in zip(weights, everything, strict=True)) / sum(weights)
        got = scores.load([institution.pk], now=NOW)[institution.pk]
        want = scores.score(votes, mean=mean, now=NOW)
        assert (got.value, got.lower, got.n) == pytest.approx((want.value, want.lower, want.n))
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_board_that_nobody_has_rated_stands_in_the_middle() -> None:
    institution = make_institution()
    got = scores.load([institution.pk], now=NOW, board="LS")[institution.pk]
    assert got == Score(value=3.0, n=0, asked=None, response_rate=None, lower=pytest.approx(3 - 1 / 5**0.5))
