"""Experts and instruments judged as institutions are: gates exclude by name, factors rank, near-ties take turns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from services.directory.qualification import GOOD_STANDING
from services.routing import factors, places
from services.routing.factors import Factor
from services.routing.facts import Ask, NeedFacts
from services.routing.gates import Failed, Verdict, days_of, tied
from services.routing.matching import rotate, seed_of
from services.routing.resources.calling import EQUIPMENT, EXPERT
from services.routing.resources.found import ExcludedResource, RankedResource, Resource, Resources
from services.routing.rules import Rules

WEIGHTS: Mapping[str, int] = MappingProxyType({"fit": 30, "distance": 20, "freshness": 10})
WHOLLY = 2
"""So many fields of an expert that the need names are a full fit."""
FITS_FROM = 0.5
"""The part of what is asked for that an instrument has to name."""
GONE = frozenset({"suspended", "removed"})


Gate = Callable[[NeedFacts, Resource, date], Verdict]


def fitting(need: NeedFacts, one: Resource, today: date) -> Verdict:
    """In the field of the need, or the instrument that is asked for."""
    if one.fit is None:
        return (Ask("equipment.unsaid"),)
    return () if one.fit >= (FITS_FROM if one.kind == EQUIPMENT else 1 / WHOLLY) else Failed(f"{one.kind}.field")


def availability(need: NeedFacts, one: Resource, today: date) -> Verdict:
    return () if one.available else Failed(f"{one.kind}.unavailable")


def calibration(need: NeedFacts, one: Resource, today: date) -> Verdict:
    """R34: an instrument is calibrated today and on the promised day; where that is not on record it is asked for."""
    if one.kind != EQUIPMENT:
        return ()
    if one.calibrated_until is None:
        return (Ask("equipment.calibration"),)
    if one.calibrated_until >= max(days_of(need, today)):
        return ()
    return Failed("equipment.calibration_over", {"on": one.calibrated_until.isoformat()})


def standing(need: NeedFacts, one: Resource, today: date) -> Verdict:
    """An owner has to be in the pool; an expert may be admitted before the employer is, but not stay when it goes."""
    shut = one.standing in GONE if one.kind == EXPERT else one.standing not in GOOD_STANDING
    return Failed(f"{one.kind}.standing") if shut else ()


def conflict(need: NeedFacts, one: Resource, today: date) -> Verdict:
    """R4 for the employer or owner; and an expert's own interests."""
    if one.declared:
        return Failed("expert.declared", {"name": one.declared})
    found = [tied(need, tie, today) for tie in one.ties]
    shut = next((each for each in found if isinstance(each, Failed)), None)
    if shut:
        return shut
    undeclared = (Ask("expert.undeclared"),) if one.kind == EXPERT and one.declared is None else ()
    return (*(each for each in found if isinstance(each, Ask)), *undeclared)


GATES: tuple[tuple[str, Gate], ...] = (
    ("field", fitting),
    ("availability", availability),
    ("calibration", calibration),
    ("standing", standing),
    ("conflict", conflict),
)


def weigh(need: NeedFacts, one: Resource, rules: Rules, today: date) -> tuple[Factor, ...]:
    near = places.nearness(need.region, one.region)
    on = one.confirmed_on.isoformat() if one.confirmed_on else ""
    age = max((today - one.confirmed_on).days, 0) if one.confirmed_on else rules.stale_after
    known = age <= rules.stale_after and one.confirmed_on is not None
    found = (
        Factor("fit", one.fit or 0.0, one.fit is not None, {"named": "、".join(one.named)}),
        Factor("distance", factors.NEUTRAL if near is None else near, near is not None, on=on),
        Factor("freshness", factors.fresh(age, rules.stale_after), known, {"on": on} if on else {}),
    )
    return tuple(replace(each, value=round(each.value, factors.DECIMALS), weight=WEIGHTS[each.code]) for each in found)


def rank(
    need: NeedFacts,
    everybody: Sequence[Resource],
    *,
    kind: str,
    today: date,
    rules: Rules,
    behind: Mapping[str, int] = MappingProxyType({}),
    gates: Sequence[tuple[str, Gate]] = GATES,
) -> Resources:
    """Those who pass the gates, the best first; the others, the nearest first, with the first gate that stayed shut."""
    ranked: list[RankedResource] = []
    excluded: list[ExcludedResource] = []
    for one in everybody:
        gate, failed, asks = _first_shut(need, one, today, gates)
        if failed:
            excluded.append(ExcludedResource(one, gate, failed))
            continue
        found = weigh(need, one, rules, today)
        points = factors.total((each.value, each.weight) for each in found)
        ranked.append(RankedResource(one, points, found, asks))
    excluded.sort(key=lambda each: (-(places.nearness(need.region, each.one.region) or 0), each.gate, each.one.id))
    ordered = rotate(ranked, seed=seed_of(today, need.need), margin=rules.near_tie)
    return Resources(kind, tuple(ordered), tuple(excluded), behind)


def _first_shut(
    need: NeedFacts, one: Resource, today: date, gates: Sequence[tuple[str, Gate]]
) -> tuple[str, Failed | None, tuple[Ask, ...]]:
    asks: list[Ask] = []
    for name, gate in gates:
        verdict = gate(need, one, today)
        if isinstance(verdict, Failed):
            return name, verdict, ()
        asks += verdict
    return "", None, tuple(asks)
