"""The factors: what speaks for an institution that passed every gate, each as a value from 0 to 1 with its evidence.

Opinion is never the heaviest of them (R28). What is not known is neutral, says so and lowers the confidence (R7).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from services.catalogue.models import CredentialMode
from services.routing import places
from services.routing.facts import Candidate, NeedFacts

WEIGHTS = {
    "distance": 20,
    "rating": 15,
    "on_time": 15,
    "credential": 10,
    "acceptance": 10,
    "load": 10,
    "promise": 10,
    "price": 10,
    "past_work": 5,
}
NEUTRAL = 0.5
USUAL_SHARE, USUAL_WEIGHT = 0.8, 3
"""A share is shrunk towards what is usual as if three more had been seen: one lucky or unlucky case decides nothing."""
QUICK_HOURS, SLOW_HOURS = 4, 48
OPEN_LIST = 10
FEES = {"free": 1.0, "subsidised": 0.6, "paid": 0.2}


@dataclass(frozen=True)
class Factor:
    """``known`` is False where the value stands in for a missing fact."""

    code: str
    value: float
    known: bool = True
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        return WEIGHTS[self.code]


def distance(need: NeedFacts, one: Candidate, today: date) -> Factor:
    near = places.nearness(need.region, one.region)
    return Factor("distance", NEUTRAL if near is None else near, near is not None)


def rating(need: NeedFacts, one: Candidate, today: date) -> Factor:
    """By the lower bound: few answers count for less than many of the same grade."""
    rated = one.rated
    facts = {"score": f"{rated.value:.1f}", "n": str(rated.n)}
    if rated.response_rate is not None:
        facts["response_rate"] = str(rated.response_rate)
    return Factor("rating", (rated.lower - 1) / 4, rated.n > 0, facts)


def on_time(need: NeedFacts, one: Candidate, today: date) -> Factor:
    seen = one.record
    facts = {"on_time": str(seen.on_time), "delivered": str(seen.delivered)}
    return Factor("on_time", _share(seen.on_time, seen.delivered), seen.delivered > 0, facts)


def acceptance(need: NeedFacts, one: Candidate, today: date) -> Factor:
    """Seven tenths for how often it takes offers, three for how soon it answers."""
    seen, hours = one.record, one.record.hours_to_answer
    quick = NEUTRAL if hours is None else _between((SLOW_HOURS - hours) / (SLOW_HOURS - QUICK_HOURS))
    facts = {"accepted": str(seen.accepted), "offered": str(seen.offered)}
    if hours is not None:
        facts["hours"] = f"{hours:.0f}"
    return Factor("acceptance", 0.7 * _share(seen.accepted, seen.offered) + 0.3 * quick, seen.offered > 0, facts)


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
    return Factor("promise", value, facts=facts | {"days": str(one.promised_days)})


def price(need: NeedFacts, one: Candidate, today: date) -> Factor:
    return Factor("price", FEES.get(one.fee, NEUTRAL), one.fee in FEES, {"fee": one.fee})


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


FACTORS: tuple[Callable[[NeedFacts, Candidate, date], Factor | None], ...] = (
    credential,
    distance,
    rating,
    on_time,
    acceptance,
    load,
    promise,
    price,
    past_work,
)


def weigh(need: NeedFacts, one: Candidate, today: date, *, without: frozenset[str] = frozenset()) -> tuple[Factor, ...]:
    """All factors that apply."""
    found = (factor(need, one, today) for factor in FACTORS)
    return tuple(each for each in found if each is not None and each.code not in without)


def total(factors: tuple[Factor, ...]) -> float:
    """0 to 100."""
    weights = sum(each.weight for each in factors)
    return 100 * sum(each.weight * each.value for each in factors) / weights if weights else 0.0


def known_share(factors: tuple[Factor, ...]) -> float:
    """The share of the weight that rests on facts."""
    weights = sum(each.weight for each in factors)
    return sum(each.weight for each in factors if each.known) / weights if weights else 0.0


def _share(good: int, seen: int) -> float:
    return (good + USUAL_SHARE * USUAL_WEIGHT) / (seen + USUAL_WEIGHT)


def _between(value: float) -> float:
    return min(1.0, max(0.0, value))
