"""From answers to a score: a shrunken mean that a handful of friendly or angry answers cannot carry away.

``(C·m + Σ w·r) / (C + Σ w)``: m is the mean of the board, C the weight of that prior; w halves every 365 days of age.
One enterprise has one vote for one institution per 90 days, its latest. Answers under appeal or excluded do not count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Any

from django.db import connection

from experts.models import Rating

PRIOR_WEIGHT = 5.0
HALF_LIFE = timedelta(days=365)
ONE_VOTE_PER = timedelta(days=90)
PUBLIC_FROM = 3
MIDDLE = 3.0
"""The mean of a board that nobody has rated yet: the middle of the five grades."""
SPREAD = 1.0
"""How far a single answer lies from the mean: one grade. The lower bound is that far below, over √evidence."""


@dataclass(frozen=True)
class Vote:
    """One counted answer; ``voter`` is the enterprise, None where nobody knows which."""

    voter: int | None
    grade: int
    at: datetime


@dataclass(frozen=True)
class Score:
    """``value`` and ``lower`` are grades from 1 to 5; ``n`` counts votes; ``response_rate`` is in per cent."""

    value: float
    n: int
    asked: int | None
    response_rate: int | None
    lower: float

    @property
    def is_public(self) -> bool:
        """Below three answers nothing is shown to the public."""
        return self.n >= PUBLIC_FROM

    @property
    def shown(self) -> float | None:
        """The value where it may be shown to anybody, None where it may not."""
        return self.value if self.is_public else None


def counted(votes: Iterable[Vote]) -> list[Vote]:
    """One vote per voter and 90 days, the latest; votes of unknown voters all count."""
    kept: list[Vote] = []
    last: dict[int, datetime] = {}
    for vote in sorted(votes, key=lambda one: (one.at, one.grade), reverse=True):
        if vote.voter is not None:
            if vote.voter in last and last[vote.voter] - vote.at < ONE_VOTE_PER:
                continue
            last[vote.voter] = vote.at
        kept.append(vote)
    return kept


def weight(vote: Vote, now: datetime) -> float:
    """1 for an answer of today, a half after a year."""
    return float(0.5 ** (max(now - vote.at, timedelta()) / HALF_LIFE))


@dataclass(frozen=True)
class Tally:
    """Counted votes summed up: how many, their weights, their weighted grades."""

    n: int = 0
    weights: float = 0.0
    grades: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.n + other.n, self.weights + other.weights, self.grades + other.grades)


def tally(votes: Iterable[Vote], now: datetime) -> Tally:
    kept = counted(votes)
    weights = [weight(vote, now) for vote in kept]
    return Tally(len(kept), sum(weights), sum(w * vote.grade for w, vote in zip(weights, kept, strict=True)))


def score(
    votes: Iterable[Vote] | Tally,
    *,
    mean: float,
    now: datetime,
    asked: int | None = None,
    answered: int | None = None,
    prior_weight: float = PRIOR_WEIGHT,
) -> Score:
    """The score of one institution from its votes.

    :param mean: mean grade of the board.
    :param asked: how many enterprises were asked, if that is known; of these ``answered`` did.
    """
    summed = votes if isinstance(votes, Tally) else tally(votes, now)
    evidence = prior_weight + summed.weights
    value = (prior_weight * mean + summed.grades) / evidence if evidence else mean
    replies = summed.n if answered is None else answered
    return Score(
        value=value,
        n=summed.n,
        asked=asked,
        response_rate=min(100, round(100 * replies / asked)) if asked else None,
        lower=max(1.0, value - SPREAD / sqrt(evidence)) if evidence else 1.0,
    )


# Votes with no other of the same voter within 90 days are certainly counted and are summed up here; the crowded ones,
# few in practice, come one by one.
_TALLIES = """
WITH answers AS (
    SELECT
        institution_id, enterprise_ref, grade, rated_at, state = %(counted)s AS counts,
        institution_id = ANY(%(institutions)s) AS wanted,
        exp(ln(0.5::float8) * greatest(extract(epoch FROM %(now)s - rated_at)::float8, 0) / %(half_life)s) AS w
    FROM experts_rating
    WHERE %(board)s = '' OR board = %(board)s
),
neighbours AS (
    SELECT *,
        enterprise_ref IS NOT NULL AND counts AND (
            coalesce(lead(rated_at) OVER of_voter - rated_at < %(apart)s, false)
            OR coalesce(rated_at - lag(rated_at) OVER of_voter < %(apart)s, false)
        ) AS crowded
    FROM answers
    WHERE wanted
    WINDOW of_voter AS (PARTITION BY institution_id, enterprise_ref, counts ORDER BY rated_at, grade)
),
sums AS (
    SELECT
        institution_id,
        count(*) FILTER (WHERE counts AND NOT crowded) AS n,
        coalesce(sum(w) FILTER (WHERE counts AND NOT crowded), 0) AS weights,
        coalesce(sum(w * grade) FILTER (WHERE counts AND NOT crowded), 0) AS grades,
        count(*) FILTER (WHERE %(since)s::timestamptz IS NULL OR rated_at >= %(since)s) AS answered,
        array_agg(enterprise_ref) FILTER (WHERE crowded) AS voters,
        array_agg(grade::int) FILTER (WHERE crowded) AS crowded_grades,
        array_agg(rated_at) FILTER (WHERE crowded) AS times
    FROM neighbours
    GROUP BY institution_id
)
SELECT mean.value, sums.*
FROM (SELECT sum(grade * w) / nullif(sum(w), 0) AS value FROM answers WHERE counts) AS mean
LEFT JOIN sums ON true
"""


def load(
    institutions: Sequence[int],
    *,
    now: datetime,
    board: str = "",
    asked: Mapping[int, int] | None = None,
    asked_since: datetime | None = None,
) -> dict[int, Score]:
    """The scores of many institutions on one board (on all of them together where none is named), in one query.

    :param asked: how many enterprises were asked, by institution, since ``asked_since``; the rooms above know that.
    """
    values: dict[str, Any] = {
        "institutions": list(institutions),
        "board": board,
        "counted": Rating.State.COUNTED,
        "now": now,
        "half_life": HALF_LIFE.total_seconds(),
        "apart": ONE_VOTE_PER,
        "since": asked_since,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TALLIES, values)
        rows = cursor.fetchall()
    mean = MIDDLE if rows[0][0] is None else float(rows[0][0])
    found = {row[1]: (_summed(row, now), row[5]) for row in rows if row[1] is not None}
    scored: dict[int, Score] = {}
    for pk in institutions:
        summed, answered = found.get(pk, (Tally(), 0))
        scored[pk] = score(summed, mean=mean, now=now, asked=(asked or {}).get(pk), answered=answered)
    return scored


def _summed(row: tuple[Any, ...], now: datetime) -> Tally:
    _mean, _pk, n, weights, grades, _answered, voters, crowded_grades, times = row
    crowded = zip(voters or (), crowded_grades or (), times or (), strict=True)
    return Tally(n, weights, grades) + tally((Vote(*vote) for vote in crowded), now)
