"""An expert or instrument as the gates see it, and what became of it: plain values, as a record keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.routing.factors import Factor
from services.routing.facts import Ask, Tie
from services.routing.gates import Failed

CODE = "resources/1"
"""The version of their gates and factors."""


@dataclass(frozen=True)
class Resource:
    """One expert or instrument. ``standing`` and ``ties`` are those of the employer or owner, "" where it is not in the
    pool; ``fit`` from 0 to 1, None where the need does not say what it wants; ``declared``: the client, where an
    expert's declared interests name it, None where none are declared.
    """

    kind: str
    id: int
    region: str = ""
    available: bool = True
    standing: str = "active"
    fit: float | None = 1.0
    named: tuple[str, ...] = ()
    calibrated_until: date | None = None
    ties: tuple[Tie, ...] = ()
    declared: str | None = ""
    confirmed_on: date | None = None


@dataclass(frozen=True)
class RankedResource:
    one: Resource
    points: float
    factors: tuple[Factor, ...]
    asks: tuple[Ask, ...] = ()

    @property
    def institution(self) -> int:
        """What the lot is drawn by."""
        return self.one.id

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.one.id,
            "points": round(self.points, 1),
            "factors": [dict(vars(each)) for each in self.factors],
            "asks": [dict(vars(each)) for each in self.asks],
        }


@dataclass(frozen=True)
class ExcludedResource:
    one: Resource
    gate: str
    failed: Failed

    def as_json(self) -> dict[str, Any]:
        return {"id": self.one.id, "gate": self.gate, **vars(self.failed)}


@dataclass(frozen=True)
class Resources:
    """Those of one kind for one need; ``behind``: how many more, by gate, "" for those who would pass."""

    kind: str
    ranked: tuple[RankedResource, ...]
    excluded: tuple[ExcludedResource, ...]
    behind: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "rule_version": CODE,
            "ranked": [each.as_json() for each in self.ranked],
            "excluded": [each.as_json() for each in self.excluded],
            "behind": dict(self.behind),
        }
