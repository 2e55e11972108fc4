"""The arithmetic of ratings: literal tables first, then what must hold for any answers."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experts import scores
from experts.models import BoardMean, InstitutionScore, ScoreRule
from experts.scores import Rule, Score, Vote
from tests.factories import NOW, TODAY, make_institution


def vote(grade: int, days: int = 0, voter: object = None) -> Vote:
    return Vote(voter=voter, grade=grade, day=TODAY - timedelta(days=days))


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
        ([vote(5), vote(1, 365)], 3.0, 20.5 / 6.5, 2),
        ([vote(1, -1)], 4.0, 4.0, 0),
    ],
)
def test_the_mean_is_shrunk_towards_the_board_and_answers_fade(
    votes: list[Vote], mean: float, value: float, n: int
) -> None:
    got = scores.score(votes, mean=mean, as_of=TODAY)
    assert got.value == pytest.approx(value)
    assert got.n == n


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        ([0, 1, 2, 89], [0]),
        ([0, 89], [0]),
        ([0, 90], [0, 90]),
        ([0, 60, 120], [0, 120]),
        ([0, 60, 120, 180, 240], [0, 120, 240]),
        ([5, 95, 96, 400], [5, 95, 400]),
        ([-1, 0, 89], [0]),
    ],
)
def test_an_enterprise_has_one_vote_per_ninety_days_read_from_the_newest(days: list[int], kept: list[int]) -> None:
    got = scores.counted([vote(4, day, voter=7) for day in days], as_of=TODAY)
    assert got == [vote(4, day, voter=7) for day in kept]


def test_of_one_day_the_later_in_the_list_is_newer() -> None:
    votes = [vote(1, 3, voter=7), vote(5, 3, voter=7), vote(2, 3, voter=7)]
    assert scores.counted(votes, as_of=TODAY) == [vote(2, 3, voter=7)]


def test_votes_of_two_enterprises_do_not_touch_each_other_and_unknown_voters_all_count() -> None:
    votes = [vote(5, 1, voter=1), vote(4, 2, voter=2), vote(3, 3), vote(2, 4)]
    assert scores.counted(votes, as_of=TODAY) == votes


def test_every_number_of_the_rule_is_used() -> None:
    rule = Rule(prior_weight=2, half_life_days=10, window_days=20, spread=0.5)
    votes = [vote(5, 0, voter=1), vote(1, 19, voter=1), vote(2, 20, voter=1)]
    got = scores.score(votes, mean=3.0, as_of=TODAY, rule=rule)
    assert (got.n, got.weights) == (2, 1.25)
    assert got.value == pytest.approx((2 * 3 + 5 + 0.25 * 2) / 3.25)
    assert got.lower == pytest.approx(got.value - 0.5 / 3.25**0.5)


@pytest.mark.parametrize(("asked", "answered", "rate"), [(0, 0, None), (4, 0, 0), (4, 2, 50), (3, 2, 67), (1, 1, 100)])
def test_the_response_rate_is_of_those_asked(asked: int, answered: int, rate: int | None) -> None:
    got = scores.score([vote(5)], mean=4.0, as_of=TODAY, asked=asked, answered=answered)
    assert (got.asked, got.answered, got.response_rate) == (asked, answered, rate)


@pytest.mark.parametrize(("n", "public"), [(0, False), (2, False), (3, True), (50, True)])
def test_below_three_answers_nothing_is_public(n: int, public: bool) -> None:
    got = scores.score([vote(5)] * n, mean=4.0, as_of=TODAY)
    assert got.is_public is public
    assert (got.shown is not None) is public


VOTES = st.lists(
    st.builds(vote, st.integers(1, 5), st.integers(-5, 3000), st.one_of(st.none(), st.integers(1, 4))), max_size=30
)
MEANS = st.floats(1, 5, allow_nan=False)


def by_brute_force(votes: Sequence[Vote], as_of: date) -> set[int]:
    """Places of the votes that count, found by asking of each pair instead of walking: of the newest that is left,
    everything of its voter within ninety days goes.
    """
    left = {place for place, each in enumerate(votes) if each.day <= as_of}
    kept = set()
    while left:
        newest = max(left, key=lambda place: (votes[place].day, place))
        kept.add(newest)
        left = {
            place
            for place in left - {newest}
            if votes[place].voter is None
            or votes[place].voter != votes[newest].voter
            or votes[newest].day - votes[place].day >= timedelta(days=90)
        }
    return kept


@given(votes=VOTES, mean=MEANS)
def test_the_score_is_that_of_the_formula_written_out(votes: list[Vote], mean: float) -> None:
    kept = [votes[place] for place in by_brute_force(votes, TODAY)]
    weights = [2 ** (-(TODAY - each.day).days / 365) for each in kept]
    value = (5 * mean + sum(w * each.grade for w, each in zip(weights, kept, strict=True))) / (5 + sum(weights))
    got = scores.score(votes, mean=mean, as_of=TODAY)
    assert (got.n, got.weights, got.value) == pytest.approx((len(kept), sum(weights), value))


@given(votes=VOTES, mean=MEANS)
def test_a_score_is_a_grade_and_its_lower_bound_is_not_above_it(votes: list[Vote], mean: float) -> None:
    got = scores.score(votes, mean=mean, as_of=TODAY)
    assert 1 <= got.lower <= got.value + 1e-9
    assert 1 - 1e-9 <= got.value <= 5 + 1e-9


@given(votes=VOTES, mean=MEANS, seed=st.integers())
def test_the_order_of_days_does_not_matter(votes: list[Vote], mean: float, seed: int) -> None:
    once_a_day = list({(each.voter, each.day): each for each in votes}.values())
    shuffled = list(once_a_day)
    Random(seed).shuffle(shuffled)
    first, second = (scores.score(each, mean=mean, as_of=TODAY) for each in (once_a_day, shuffled))
    assert (first.value, first.n) == pytest.approx((second.value, second.n))


@given(votes=VOTES, mean=MEANS)
def test_one_more_top_grade_of_a_new_voter_never_harms(votes: list[Vote], mean: float) -> None:
    before = scores.score(votes, mean=mean, as_of=TODAY)
    after = scores.score([*votes, vote(5, 0, voter=99)], mean=mean, as_of=TODAY)
    assert after.value >= before.value - 1e-9
    assert after.lower >= before.lower - 1e-9


@given(votes=VOTES, mean=MEANS)
def test_the_score_lies_between_the_board_and_the_answers(votes: list[Vote], mean: float) -> None:
    grades = [one.grade for one in scores.counted(votes, as_of=TODAY)]
    got = scores.score(votes, mean=mean, as_of=TODAY).value
    assert min([mean, *grades]) - 1e-9 <= got <= max([mean, *grades]) + 1e-9


@given(votes=VOTES)
def test_no_two_counted_votes_of_one_voter_are_closer_than_ninety_days(votes: list[Vote]) -> None:
    kept = scores.counted(votes, as_of=TODAY)
    for voter in {one.voter for one in kept} - {None}:
        days = sorted(one.day for one in kept if one.voter == voter)
        assert all((later - earlier).days >= 90 for earlier, later in pairwise(days))


@given(votes=VOTES, mean=MEANS, days=st.integers(1, 2000))
@settings(max_examples=50)
def test_a_vote_stuffer_weighs_no_more_than_one_vote_per_ninety_days(votes: list[Vote], mean: float, days: int) -> None:
    stuffed = [vote(1, day % 90, voter=50) for day in range(days)]
    honest = [vote(1, 0, voter=50)]
    with_stuffing = scores.score([*votes, *stuffed], mean=mean, as_of=TODAY)
    assert with_stuffing.value == pytest.approx(scores.score([*votes, *honest], mean=mean, as_of=TODAY).value)


def test_without_the_ninety_days_the_stuffer_wins() -> None:
    """Twin of the test above: the rule is what holds it."""
    stuffed = [vote(1, day, voter=50) for day in range(80)]
    held = scores.score(stuffed, mean=4.5, as_of=TODAY).value
    assert scores.score(stuffed, mean=4.5, as_of=TODAY, rule=Rule(window_days=0)).value < 1.5 < 3.5 < held


@pytest.mark.django_db
def test_kept_scores_are_loaded_in_one_query_and_the_unknown_stand_at_the_mean(django_assert_num_queries) -> None:
    known, unknown = make_institution(), make_institution()
    rule = ScoreRule.objects.create(prior_weight=4, spread=2, begins_at=NOW)
    BoardMean.objects.create(board="TI", value=4.5, day=TODAY, rule=rule, computed_at=NOW)
    for board, value in (("TI", 3.25), ("CA", 1.0)):
        InstitutionScore.objects.create(
            institution=known,
            board=board,
            value=value,
            lower=2.5,
            n=3,
            weights=2.75,
            asked=8,
            answered=4,
            computed_at=NOW,
        )
    with django_assert_num_queries(1):
        got = scores.load([known.pk, unknown.pk], board="TI")
    assert got == {known.pk: Score(3.25, 2.5, 3, 2.75, 8, 4), unknown.pk: Score(4.5, 3.5)}


@pytest.mark.django_db
def test_a_board_that_nobody_has_rated_stands_in_the_middle() -> None:
    institution = make_institution()
    assert scores.load([institution.pk], board="LS") == {institution.pk: Score(3.0, pytest.approx(3 - 1 / 5**0.5))}


@pytest.mark.django_db
def test_the_rule_in_force_is_the_last_that_has_begun() -> None:
    assert scores.rule_in_force(NOW) == (None, Rule(5.0, 365, 90, 1.0))
    old = ScoreRule.objects.create(begins_at=NOW - timedelta(days=9), prior_weight=3)
    new = ScoreRule.objects.create(begins_at=NOW, half_life_days=200, window_days=60, spread=0.5)
    ScoreRule.objects.create(begins_at=NOW + timedelta(seconds=1), prior_weight=9)
    assert scores.rule_in_force(NOW - timedelta(days=1)) == (old.pk, Rule(3.0, 365, 90, 1.0))
    assert scores.rule_in_force(NOW) == (new.pk, Rule(5.0, 200, 60, 0.5))
