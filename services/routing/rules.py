"""The numbers the order is made with, as plain values: those in force on a day, or those of a draft."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from portal.kept import kept
from services.routing.models import MatchRules

CODE = "match/4"
"""The gates and factors themselves; what follows the point is the version of the numbers."""
SAME_FACTORS = ("match/3", CODE)
"""Whose records can be ranked again by other numbers: 4 shuts more out at the scope than 3 did and weighs the same."""
WEIGHTS: Mapping[str, int] = {
    "distance": 20,
    "scope": 15,
    "rating": 15,
    "on_time": 15,
    "standing": 15,
    "credential": 10,
    "acceptance": 10,
    "load": 10,
    "promise": 10,
    "price": 10,
    "freshness": 5,
    "past_work": 5,
}
HEAVIEST = 100


@dataclass(frozen=True)
class Rules:
    """``near_tie``: points of 100 within which two institutions count as equally good. ``rating_from``: answers below
    which opinion is never the heaviest. ``stale_after``: days after which an entry nobody confirmed counts as unknown.
    """

    version: int = 0
    weights: Mapping[str, int] = field(default_factory=lambda: WEIGHTS)
    near_tie: float = 2.0
    rating_from: int = 3
    stale_after: int = 180

    @property
    def name(self) -> str:
        return f"{CODE}.{self.version}"

    def weight(self, code: str) -> int:
        return self.weights.get(code, 0)

    def rating_weight(self, answers: int) -> int:
        """In full from enough answers on; before, below whatever weighs most."""
        others = max((each for code, each in self.weights.items() if code != "rating"), default=0)
        weight = self.weight("rating")
        return weight if answers >= self.rating_from else min(weight, max(others - 1, 0))


FIRST = Rules()


def of(row: MatchRules) -> Rules:
    return Rules(row.version, row.weights, row.near_tie, row.rating_from, row.stale_after)


def in_force(day: date) -> Rules:
    """Those published for that day, or the ones the portal comes with."""
    for row in _in_force(day=day):
        return of(row)
    return FIRST


@kept
def _in_force(*, day: date) -> QuerySet[MatchRules]:
    return MatchRules.objects.in_force(day)[:1]
