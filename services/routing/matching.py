"""Facts in, an explained order out: gates exclude, factors rank, near-ties rotate. No database, no clock, no words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from services.routing.factors import Factor, known_share, total, weigh
from services.routing.facts import Ask, Candidate, NeedFacts
from services.routing.gates import GATES, Failed, Gate, first_failed, questions
from services.routing.places import nearness
from services.routing.resources.found import Resources
from services.routing.rules import FIRST, Rules

PER_QUESTION = 0.9
"""What each open question leaves of the confidence."""
NO_PART_WHERE_ONE_IS_DESIGNATED = frozenset({"price", "rating"})


@dataclass(frozen=True)
class Ranked:
    """An institution that may be offered the need. ``points`` of 100; ``confidence``: how much rests on facts."""

    candidate: Candidate
    points: float
    confidence: float
    factors: tuple[Factor, ...]
    asks: tuple[Ask, ...] = ()

    @property
    def institution(self) -> int:
        return self.candidate.institution

    def as_json(self) -> dict[str, Any]:
        one = self.candidate
        return {
            "institution": one.institution,
            "name_zh": one.name_zh,
            "name_en": one.name_en,
            "points": round(self.points, 1),
            "confidence": round(self.confidence, 2),
            "factors": [dict(vars(each)) for each in self.factors],
            "asks": [dict(vars(each)) for each in self.asks],
        }


@dataclass(frozen=True)
class Excluded:
    """An institution that may not, and the first gate that says so; ``near`` from 0, unknown, to 1."""

    candidate: Candidate
    gate: str
    failed: Failed
    near: float = 0.0

    def as_json(self) -> dict[str, Any]:
        one = self.candidate
        names = {"institution": one.institution, "name_zh": one.name_zh, "name_en": one.name_en}
        return {**names, "gate": self.gate, "near": self.near, **vars(self.failed)}


@dataclass(frozen=True)
class Match:
    """One run: the order, the excluded, and what is not known; ``behind``: how many more there are than those looked at
    closely, by gate, "" for those who would pass; ``resources``: experts and instruments, where the item asks for them.
    """

    need: NeedFacts
    today: date
    ranked: tuple[Ranked, ...]
    excluded: tuple[Excluded, ...]
    asks: tuple[Ask, ...]
    rule_version: str = FIRST.name
    behind: Mapping[str, int] = field(default_factory=dict)
    resources: tuple[Resources, ...] = ()

    @property
    def first(self) -> Ranked | None:
        return self.ranked[0] if self.ranked else None

    def of(self, institution: int) -> Ranked | None:
        return next((each for each in self.ranked if each.candidate.institution == institution), None)

    def why_not(self, institution: int) -> Excluded | None:
        return next((each for each in self.excluded if each.candidate.institution == institution), None)

    def facts_as_json(self) -> dict[str, Any]:
        facts = asdict(self.need)
        day = self.need.needed_on
        return {
            **facts,
            "needed_on": day.isoformat() if day else None,
            "ranges": [{"thing": each.thing, "range": each.said} for each in self.need.ranges],
            "today": self.today.isoformat(),
            "behind": dict(self.behind),
            "asks": [dict(vars(each)) for each in self.asks],
        }


def rank(
    need: NeedFacts,
    candidates: Iterable[Candidate],
    *,
    today: date,
    rules: Rules = FIRST,
    behind: Mapping[str, int] = MappingProxyType({}),
    gates: Sequence[tuple[str, Gate]] = GATES,
) -> Match:
    """Everybody who passes the gates, the best first; everybody else with the first gate that stayed shut."""
    passed: list[tuple[Candidate, tuple[Ask, ...]]] = []
    excluded: list[Excluded] = []
    for one in candidates:
        gate, failed, asks = first_failed(need, one, today, gates)
        if failed:
            excluded.append(Excluded(one, gate, failed, nearness(need.region, one.region) or 0.0))
        else:
            passed.append((one, asks))
    alone = need.designated_only and len(passed) == 1
    ranked = [_ranked(need, one, asks, today, rules, alone=alone) for one, asks in passed]
    excluded.sort(key=lambda each: (_position(each.gate, gates), each.candidate.institution))
    return Match(
        need=need,
        today=today,
        ranked=tuple(rotate(ranked, seed=seed_of(today, need.need), margin=rules.near_tie)),
        excluded=tuple(excluded),
        asks=_questions(need, [ask for _one, asks in passed for ask in asks]),
        rule_version=rules.name,
        behind=behind,
    )


def _ranked(
    need: NeedFacts, one: Candidate, asks: tuple[Ask, ...], today: date, rules: Rules, *, alone: bool
) -> Ranked:
    without = NO_PART_WHERE_ONE_IS_DESIGNATED if alone else frozenset()
    found = weigh(need, one, today, rules, without=without)
    own = tuple(ask for ask in asks if not ask.code.startswith("need."))
    confidence = known_share(found) * PER_QUESTION ** len(asks)
    points = total((each.value, each.weight) for each in found)
    return Ranked(one, points, confidence, found, own)


class Placed(Protocol):
    """What can be put in order: a fresh ranking or one from a record."""

    @property
    def institution(self) -> int: ...

    @property
    def points(self) -> float: ...


One = TypeVar("One", bound=Placed)


def seed_of(day: date | str, need: int) -> str:
    return f"{day} {need}"


def rotate(ranked: Iterable[One], *, seed: str, margin: float) -> list[One]:
    """The best first; those within the margin of their group's best drawn by lot for the day and the need."""
    best_first = sorted(ranked, key=lambda each: (-each.points, each.institution))
    groups: list[list[One]] = []
    for each in best_first:
        if groups and groups[-1][0].points - each.points <= margin:
            groups[-1].append(each)
        else:
            groups.append([each])
    return [each for group in groups for each in sorted(group, key=lambda one: _lot(seed, one))]


def _lot(seed: str, one: Placed) -> str:
    """Drawn by a hash: the same for everybody who looks on that day, and nothing anybody could choose."""
    return sha256(f"{seed} {one.institution}".encode()).hexdigest()


def _questions(need: NeedFacts, asked: list[Ask]) -> tuple[Ask, ...]:
    about_need = [ask for ask in asked if ask.code.startswith("need.")]
    found: list[Ask] = []
    for ask in (*questions(need), *about_need):
        if ask not in found:
            found.append(ask)
    return tuple(found)


def _position(gate: str, gates: Sequence[tuple[str, Gate]]) -> int:
    return [name for name, _gate in gates].index(gate)
