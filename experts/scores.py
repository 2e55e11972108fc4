"""From answers to a score: a shrunken mean that a handful of friendly or angry answers cannot carry away.

``(C·m + Σ w·r) / (C + Σ w)``: m is the mean of the board, C the weight of that prior; w halves every 365 days of age.
One enterprise has one vote for one institution per 90 days, its latest. Answers under appeal or excluded do not count.
Everything is in whole days. ``experts.reckoning`` does the same for all institutions at once, in the database.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import sqrt
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from experts.models import InstitutionScore, ScoreRule
from portal.kept import kept

PUBLIC_FROM = 3
MIDDLE = 3.0
"""The mean of a board that nobody has rated yet: the middle of the five grades."""


@dataclass(frozen=True)
class Rule:
    """The numbers curators keep as :class:`ScoreRule`; these hold until they enter others.

    ``spread`` is how far a single answer lies from the mean: the lower bound is that far below, over √evidence.
    """

    prior_weight: float = 5.0
    half_life_days: int = 365
    window_days: int = 90
    spread: float = 1.0


FIRST = Rule()


@dataclass(frozen=True)
class Vote:
    """One answer that may count; ``voter`` is the enterprise, None where nobody knows which."""

    voter: Hashable
    grade: int
    day: date


@dataclass(frozen=True)
class Score:
    """``value`` and ``lower`` are grades from 1 to 5; ``n`` counts votes, ``weights`` is what is left of them by age;
    of the ``asked`` enterprises ``answered`` did.
    """

    value: float
    lower: float
    n: int = 0
    weights: float = 0.0
    asked: int = 0
    answered: int = 0

    @property
    def response_rate(self) -> int | None:
        """In per cent; None where nobody was asked."""
        return round(100 * self.answered / self.asked) if self.asked else None

    @property
    def is_public(self) -> bool:
        """Below three answers nothing is shown to the public."""
        return self.n >= PUBLIC_FROM

    @property
    def shown(self) -> float | None:
        """The value where it may be shown to anybody, None where it may not."""
        return self.value if self.is_public else None


def counted(votes: Iterable[Vote], *, as_of: date, rule: Rule = FIRST) -> list[Vote]:
    """One vote per voter and window, read from the newest: the next kept is at least a window older than the last kept.

    Of votes of one day the later in the list is newer. Later votes than ``as_of`` are not there yet; votes of unknown
    voters all count.
    """
    kept: list[Vote] = []
    last: dict[Hashable, date] = {}
    past = reversed([vote for vote in votes if vote.day <= as_of])
    for vote in sorted(past, key=lambda each: each.day, reverse=True):
        if vote.voter is not None:
            if vote.voter in last and (last[vote.voter] - vote.day).days < rule.window_days:
                continue
            last[vote.voter] = vote.day
        kept.append(vote)
    return kept


def weight(vote: Vote, *, as_of: date, rule: Rule = FIRST) -> float:
    """1 for an answer of the day, a half after a year."""
    return float(0.5 ** ((as_of - vote.day).days / rule.half_life_days))


def score(
    votes: Iterable[Vote], *, mean: float, as_of: date, rule: Rule = FIRST, asked: int = 0, answered: int = 0
) -> Score:
    """The score of one institution from its votes, not rounded.

    :param mean: mean grade of the board.
    """
    kept = counted(votes, as_of=as_of, rule=rule)
    weights = [weight(vote, as_of=as_of, rule=rule) for vote in kept]
    grades = sum(w * vote.grade for w, vote in zip(weights, kept, strict=True))
    evidence = rule.prior_weight + sum(weights)
    value = (rule.prior_weight * mean + grades) / evidence
    return Score(value, _lower(value, evidence, rule.spread), len(kept), sum(weights), asked, answered)


def _lower(value: float, evidence: float, spread: float) -> float:
    return max(1.0, value - spread / sqrt(evidence))


def rule_in_force(now: datetime) -> tuple[int | None, Rule]:
    """The version curators have entered, by its number, or the first one, which has none."""
    for row in _in_force(now=now):
        return row.pk, Rule(row.prior_weight, row.half_life_days, row.window_days, row.spread)
    return None, FIRST


@kept
def _in_force(*, now: datetime) -> QuerySet[ScoreRule]:
    return ScoreRule.objects.in_force(now)[:1]


_KEPT = """
SELECT
    means.value, rules.prior_weight, rules.spread,
    scores.institution_id, scores.value, scores.lower, scores.n, scores.weights, scores.asked, scores.answered
FROM (SELECT %(board)s AS board) AS wanted
LEFT JOIN experts_boardmean AS means ON means.board = wanted.board
LEFT JOIN experts_scorerule AS rules ON rules.id = means.rule_id
LEFT JOIN experts_institutionscore AS scores
    ON scores.board = wanted.board AND scores.institution_id = ANY(%(institutions)s)
"""


def load(institutions: Sequence[int], *, board: str = "") -> dict[int, Score]:
    """The scores of many institutions on one board (on all of them together where none is named) as last reckoned, in
    one query. An institution nobody has answered about stands at the mean of the board.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, {"institutions": list(institutions), "board": board})
        rows = cursor.fetchall()
    known = {row[3]: Score(*row[4:]) for row in rows if row[3] is not None}
    unknown = _prior(*rows[0][:3])
    return {pk: known.get(pk, unknown) for pk in institutions}


def _prior(mean: Any, prior_weight: Any, spread: Any) -> Score:
    value = MIDDLE if mean is None else mean
    evidence = FIRST.prior_weight if prior_weight is None else prior_weight
    return Score(value, _lower(value, evidence, FIRST.spread if spread is None else spread))


def by_board(institution: int) -> dict[str, Score]:
    """Every score of one institution as last reckoned, by board; "" is that of all of them together."""
    columns = ("board", "value", "lower", "n", "weights", "asked", "answered")
    rows = InstitutionScore.objects.filter(institution=institution).order_by("board").values_list(*columns)
    return {board: Score(*figures) for board, *figures in rows}
