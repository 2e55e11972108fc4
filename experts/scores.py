"""From answers to a score: a shrunken mean that a handful of friendly or angry answers cannot carry away.

``(C·m + Σ w·r) / (C + Σ w)``: m is the mean of the board, C the weight of that prior; w halves every 365 days of age.
One enterprise has one vote for one institution per 90 days, its latest. Answers under appeal or excluded do not count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
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


def score(
    votes: Iterable[Vote],
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
    kept = counted(votes)
    weights = [weight(vote, now) for vote in kept]
    evidence = prior_weight + sum(weights)
    total = prior_weight * mean + sum(w * vote.grade for w, vote in zip(weights, kept, strict=True))
    value = total / evidence if evidence else mean
    replies = len(kept) if answered is None else answered
    return Score(
        value=value,
        n=len(kept),
        asked=asked,
        response_rate=min(100, round(100 * replies / asked)) if asked else None,
        lower=max(1.0, value - SPREAD / sqrt(evidence)) if evidence else 1.0,
    )


_ROWS = """
SELECT r.institution_id, r.enterprise_ref, r.grade, r.rated_at, r.state = %(counted)s, mean.value
FROM (
    SELECT sum(grade * w) / nullif(sum(w), 0) AS value
    FROM (
        SELECT grade, power(0.5, greatest(extract(epoch FROM %(now)s - rated_at), 0) / %(half_life)s) AS w
        FROM experts_rating
        WHERE state = %(counted)s AND (%(board)s = '' OR board = %(board)s)
    ) AS answers
) AS mean
LEFT JOIN experts_rating r
    ON r.institution_id = ANY(%(institutions)s) AND (%(board)s = '' OR r.board = %(board)s)
ORDER BY r.institution_id
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
    }
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, values)
        rows = cursor.fetchall()
    mean = float(rows[0][5]) if rows[0][5] is not None else MIDDLE
    by_institution = {key: list(group) for key, group in groupby(rows, key=lambda row: row[0])}
    return {
        pk: _score(by_institution.get(pk, []), mean, now, (asked or {}).get(pk), asked_since) for pk in institutions
    }


def _score(rows: list[Any], mean: float, now: datetime, asked: int | None, since: datetime | None) -> Score:
    votes = [Vote(voter=voter, grade=grade, at=at) for _pk, voter, grade, at, counts, _mean in rows if counts]
    answered = sum(1 for row in rows if since is None or row[3] >= since)
    return score(votes, mean=mean, now=now, asked=asked, answered=answered)
