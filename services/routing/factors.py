"""The factors: what speaks for an institution that passed every gate, each as a value from 0 to 1 with its evidence.

Opinion stands beside the record and, from few answers, never weighs most (R28). What is not known is neutral, says so
and lowers the confidence (R7).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from services.catalogue.models import CredentialMode
from services.routing import places, scopes
from services.routing.facts import Candidate, NeedFacts
from services.routing.gates import days_of
from services.routing.rules import Rules

NEUTRAL = 0.5
USUAL_SHARE, USUAL_WEIGHT = 0.8, 3
"""A share is shrunk towards what is usual as if three more had been seen: one lucky or unlucky case decides nothing."""
QUICK_HOURS, SLOW_HOURS = 4, 48
TAKES = 0.7
OPEN_LIST = 10
FEES = {"free": 1.0, "subsidised": 0.6, "paid": 0.2}


DECIMALS = 3


@dataclass(frozen=True)
class Factor:
    """``known`` is False where the value stands in for a missing fact; ``on`` is the day of the evidence, "" for today.

    Values have as many decimals as records keep, so that a record weighs exactly as the run did.
    """

    code: str
    value: float
    known: bool = True
    facts: dict[str, str] = field(default_factory=dict)
    on: str = ""
    weight: int = 0


def distance(need: NeedFacts, one: Candidate, today: date) -> Factor:
    near = places.nearness(need.region, one.region)
    return Factor("distance", NEUTRAL if near is None else near, near is not None, on=_day(one.confirmed_on))


def scope(need: NeedFacts, one: Candidate, today: date) -> Factor | None:
    """Only where the need states standards or parameters: which part of them the scope is known to cover."""
    stated = len(need.standards) + len(need.parameters)
    if not stated or not need.requirement.codes:
        return None
    good, unknown = scopes.fit(need, one, days_of(need, today))
    facts = {"covered": str(good), "stated": str(stated)}
    return Factor("scope", (good + NEUTRAL * unknown) / stated, not unknown, facts, _day(one.confirmed_on))


def rating(need: NeedFacts, one: Candidate, today: date) -> Factor:
    """By the lower bound: few answers count for less than many of the same grade."""
    rated = one.rated
    facts = {"score": f"{rated.value:.1f}", "n": str(rated.n)}
    if rated.response_rate is not None:
        facts["response_rate"] = str(rated.response_rate)
    return Factor("rating", (rated.lower - 1) / 4, rated.n > 0, facts, _day(rated.on))


def on_time(need: NeedFacts, one: Candidate, today: date) -> Factor:
    seen = one.record
    facts = {"on_time": str(seen.on_time), "delivered": str(seen.delivered)}
    return Factor("on_time", _share(seen.on_time, seen.delivered), seen.delivered > 0, facts, _day(seen.on))


def acceptance(need: NeedFacts, one: Candidate, today: date) -> Factor:
    """Seven tenths for how often it takes offers, three for how soon it answers."""
    seen, hours = one.record, one.record.hours_to_answer
    quick = NEUTRAL if hours is None else _between((SLOW_HOURS - hours) / (SLOW_HOURS - QUICK_HOURS))
    facts = {"accepted": str(seen.accepted), "offered": str(seen.offered)}
    if hours is not None:
        facts["hours"] = f"{hours:.0f}"
    value = TAKES * _share(seen.accepted, seen.offered) + (1 - TAKES) * quick
    return Factor("acceptance", value, seen.offered > 0, facts, _day(seen.on))


def load(need: NeedFacts, one: Candidate, today: date) -> Factor:
    """Work in hand against two weeks' capacity, or against ten where none is stated."""
    room = 2 * one.weekly_capacity if one.weekly_capacity else OPEN_LIST
    return Factor("load", _between(1 - one.record.live / room), facts={"live": str(one.record.live)})


def promise(need: NeedFacts, one: Candidate, today: date) -> Factor:
    """Half the usual time or less is 1, the usual time one half, half as much again 0."""
    facts = {"usual": str(need.promised_days)}
    if one.promised_days is None:
        return Factor("promise", NEUTRAL, known=False, facts=facts)
    value = _between(1.5 - one.promised_days / max(need.promised_days, 1))
    return Factor("promise", value, facts=facts | {"days": str(one.promised_days)}, on=_day(one.confirmed_on))


def price(need: NeedFacts, one: Candidate, today: date) -> Factor:
    return Factor("price", FEES.get(one.fee, NEUTRAL), one.fee in FEES, {"fee": one.fee}, _day(one.confirmed_on))


def credential(need: NeedFacts, one: Candidate, today: date) -> Factor | None:
    """Only where a credential is preferred: needed ones are a gate."""
    if need.requirement.mode != CredentialMode.PREFERRED or not need.requirement.codes:
        return None
    held = sorted({each.type for each in one.credentials if each.in_force(today)} & set(need.requirement.codes))
    return Factor("credential", len(held) / len(need.requirement.codes), facts={"held": "、".join(held)})


def past_work(need: NeedFacts, one: Candidate, today: date) -> Factor:
    facts = {"times": str(one.worked_with)}
    if one.worked_on:
        facts["on"] = one.worked_on.isoformat()
    return Factor("past_work", 1.0 if one.worked_with else 0.0, facts=facts)


def standing(need: NeedFacts, one: Candidate, today: date) -> Factor | None:
    """Only where it is on probation: a weight without a value pulls it down."""
    return Factor("standing", 0.0) if one.standing == "probation" else None


FACTORS: tuple[Callable[[NeedFacts, Candidate, date], Factor | None], ...] = (
    credential,
    scope,
    distance,
    rating,
    on_time,
    acceptance,
    load,
    promise,
    price,
    past_work,
    standing,
)


def freshness(one: Candidate, today: date, stale_after: int) -> Factor:
    """1 on the day its entry was confirmed, one half when it becomes stale, 0 after as long again; a stale entry is no
    fact any more.
    """
    if one.confirmed_on is None:
        return Factor("freshness", NEUTRAL, known=False)
    age = max((today - one.confirmed_on).days, 0)
    return Factor("freshness", fresh(age, stale_after), age <= stale_after, {"on": one.confirmed_on.isoformat()})


def fresh(age: int, stale_after: int) -> float:
    return _between(1 - age / (2 * stale_after))


def weigh(
    need: NeedFacts, one: Candidate, today: date, rules: Rules, *, without: frozenset[str] = frozenset()
) -> tuple[Factor, ...]:
    """All factors that apply, also those that weigh nothing now: a record is to be weighed with other numbers too."""
    found = [factor(need, one, today) for factor in FACTORS] + [freshness(one, today, rules.stale_after)]
    return tuple(
        replace(each, value=round(each.value, DECIMALS), weight=weight_of(each.code, one.rated.n, rules))
        for each in found
        if each is not None and each.code not in without
    )


def weight_of(code: str, answers: int, rules: Rules) -> int:
    return rules.rating_weight(answers) if code == "rating" else rules.weight(code)


def total(factors: Iterable[tuple[float, int]]) -> float:
    """0 to 100, from values and weights."""
    pairs = list(factors)
    weights = sum(weight for _value, weight in pairs)
    return 100 * sum(weight * value for value, weight in pairs) / weights if weights else 0.0


def known_share(factors: tuple[Factor, ...]) -> float:
    """The share of the weight that rests on facts."""
    weights = sum(each.weight for each in factors)
    return sum(each.weight for each in factors if each.known) / weights if weights else 0.0


def _share(good: int, seen: int) -> float:
    return (good + USUAL_SHARE * USUAL_WEIGHT) / (seen + USUAL_WEIGHT)


def _between(value: float) -> float:
    return min(1.0, max(0.0, value))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
