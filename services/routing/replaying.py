"""Past matches ranked again from their records under other numbers: what a draft would have changed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from experts.models import Institution
from services.routing.factors import DECIMALS, fresh, total, weight_of
from services.routing.matching import rotate, seed_of
from services.routing.models import MatchRecord
from services.routing.rules import SAME_FACTORS, Rules

MOST, EXAMPLES, MOST_NAMED = 300, 10, 20


@dataclass(frozen=True)
class Again:
    """One institution of a record under other numbers."""

    institution: int
    points: float


@dataclass(frozen=True)
class Change:
    """One record where another would have stood first."""

    record: MatchRecord
    before: Institution
    after: Institution


@dataclass(frozen=True)
class Exposure:
    """How often an institution stood first in the records, and would have."""

    institution: Institution
    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Replay:
    """``compared``: records with a choice to make among all those replayed; ``changed``: another first."""

    replayed: int
    compared: int
    changed: int
    reordered: int
    exposure: list[Exposure]
    examples: list[Change]

    @property
    def percent(self) -> int:
        return round(100 * self.changed / self.compared) if self.compared else 0


def replayable(records: QuerySet[MatchRecord], *, since: datetime) -> QuerySet[MatchRecord]:
    """The newest since then whose factors are those of today."""
    made = Q(*(Q(rule_version__startswith=f"{code}.") for code in SAME_FACTORS), _connector=Q.OR)
    rows = records.filter(made, at__gte=since).select_related("need__item")
    return rows.order_by("-at", "-pk")[:MOST]


def order(record: MatchRecord, rules: Rules) -> list[int]:
    """The institutions of a record in the order of these numbers: the record's own numbers give the record's order."""
    day = date.fromisoformat(record.facts["today"])
    again = [Again(row["institution"], _points(row, day, rules)) for row in record.ranked]
    seed = seed_of(day, record.facts["need"])
    return [each.institution for each in rotate(again, seed=seed, margin=rules.near_tie)]


def _points(row: dict[str, Any], day: date, rules: Rules) -> float:
    answers = next((int(each["facts"]["n"]) for each in row["factors"] if each["code"] == "rating"), 0)
    return total((_value(each, day, rules), weight_of(each["code"], answers, rules)) for each in row["factors"])


def _value(factor: dict[str, Any], day: date, rules: Rules) -> float:
    """As kept; but how fresh an entry is depends on when these numbers call it stale."""
    if factor["code"] != "freshness" or "on" not in factor["facts"]:
        return float(factor["value"])
    age = max((day - date.fromisoformat(factor["facts"]["on"])).days, 0)
    return round(fresh(age, rules.stale_after), DECIMALS)


def replay(records: Iterable[MatchRecord], rules: Rules) -> Replay:
    """Every record whose factors are those of today; where only one could be asked nothing can change."""
    replayed = compared = reordered = 0
    before, after = Counter[int](), Counter[int]()
    changed: list[tuple[MatchRecord, int, int]] = []
    for record in records:
        replayed += 1
        was, now = [row["institution"] for row in record.ranked], order(record, rules)
        before[was[0]] += 1
        after[now[0]] += 1
        compared += len(was) > 1
        reordered += was != now
        if was[0] != now[0]:
            changed.append((record, was[0], now[0]))
    names = Institution.objects.in_bulk({*before, *after})
    return Replay(
        replayed,
        compared,
        len(changed),
        reordered,
        _exposure(names, before, after),
        [Change(record, names[was], names[now]) for record, was, now in changed[:EXAMPLES]],
    )


def _exposure(names: dict[int, Institution], before: Counter[int], after: Counter[int]) -> list[Exposure]:
    """Those who would stand first more or less often, the greatest difference first."""
    found = [Exposure(one, before[pk], after[pk]) for pk, one in names.items() if before[pk] != after[pk]]
    return sorted(found, key=lambda each: (-abs(each.difference), each.institution.pk))[:MOST_NAMED]
