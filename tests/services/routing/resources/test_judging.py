"""The gates of experts and instruments: what each stops, and, as a twin, what happens when it is taken away."""

from datetime import date
from typing import Any

import pytest

from services.routing.facts import NeedFacts
from services.routing.resources import judging
from services.routing.resources.calling import EQUIPMENT, EXPERT
from services.routing.resources.found import Resource
from services.routing.resources.judging import GATES
from services.routing.rules import FIRST
from tests.services.routing.facts import FAR, HERE, TODAY, need, role, tie


def expert(**facts: Any) -> Resource:
    return Resource(**{"kind": EXPERT, "id": 1, "region": HERE, "confirmed_on": TODAY, **facts})


def instrument(**facts: Any) -> Resource:
    calibrated = {"calibrated_until": date(2027, 11, 20)}
    return Resource(**{"kind": EQUIPMENT, "id": 1, "region": HERE, "confirmed_on": TODAY, **calibrated, **facts})


CONSULTING = need(requirement=role("consult"))
SOON = need(needed_on=date(2027, 3, 1))
STOPPED: list[tuple[str, str, NeedFacts, Resource]] = [
    ("field", "expert.field", need(), expert(fit=0.0)),
    ("field", "equipment.field", need(), instrument(fit=0.4)),
    ("availability", "expert.unavailable", need(), expert(available=False)),
    ("availability", "equipment.unavailable", need(), instrument(available=False)),
    ("calibration", "equipment.calibration_over", need(), instrument(calibrated_until=date(2026, 11, 19))),
    ("calibration", "equipment.calibration_over", SOON, instrument(calibrated_until=date(2027, 2, 28))),
    ("standing", "expert.standing", need(), expert(standing="removed")),
    ("standing", "equipment.standing", need(), instrument(standing="suspended")),
    ("standing", "equipment.standing", need(), instrument(standing="applied")),
    ("conflict", "conflict.same", need(), expert(ties=(tie("same"),))),
    ("conflict", "conflict.certified", CONSULTING, expert(ties=(tie("certified"),))),
    ("conflict", "conflict.same", need(), instrument(ties=(tie("same"),))),
    ("conflict", "expert.declared", need(), expert(declared="示例企业")),
]
PASSES = [
    expert(),
    expert(fit=0.5, standing="applied"),
    expert(standing="", ties=(tie("certified"),)),
    instrument(),
    instrument(fit=0.5, standing="probation", calibrated_until=TODAY),
]


@pytest.mark.parametrize(("gate", "code", "asked", "one"), STOPPED)
def test_the_gate_stops_and_without_it_nothing_would(gate: str, code: str, asked: NeedFacts, one: Resource) -> None:
    found = judging.rank(asked, [one], kind=one.kind, today=TODAY, rules=FIRST)
    assert [(each.gate, each.failed.code) for each in found.excluded] == [(gate, code)]
    others = [(name, each) for name, each in GATES if name != gate]
    without = judging.rank(asked, [one], kind=one.kind, today=TODAY, rules=FIRST, gates=others)
    assert ([each.one for each in without.ranked], without.excluded) == ([one], ())


def test_every_gate_has_a_case_that_only_it_excludes() -> None:
    assert {gate for gate, *_rest in STOPPED} == {name for name, _gate in GATES}


@pytest.mark.parametrize("one", PASSES)
def test_the_gates_open(one: Resource) -> None:
    [ranked] = judging.rank(need(), [one], kind=one.kind, today=TODAY, rules=FIRST).ranked
    assert (ranked.one, ranked.asks) == (one, ())


@pytest.mark.parametrize(
    ("code", "asked", "one"),
    [
        ("equipment.unsaid", need(), instrument(fit=None)),
        ("equipment.calibration", need(), instrument(calibrated_until=None)),
        ("expert.undeclared", need(), expert(declared=None)),
        ("conflict.certified_elsewhere", CONSULTING, expert(ties=(tie("certified", board="CA"),))),
    ],
)
def test_unknown_is_not_no(code: str, asked: NeedFacts, one: Resource) -> None:
    [ranked] = judging.rank(asked, [one], kind=one.kind, today=TODAY, rules=FIRST).ranked
    assert [ask.code for ask in ranked.asks] == [code]


def test_who_fits_better_and_is_nearer_comes_first_and_near_ties_take_turns() -> None:
    best, fits, near = expert(id=1), expert(id=2, region=FAR), expert(id=3, fit=0.5)
    found = judging.rank(need(), [near, fits, best], kind=EXPERT, today=TODAY, rules=FIRST)
    assert [each.one.id for each in found.ranked] == [1, 3, 2]
    assert [(each.code, each.weight) for each in found.ranked[0].factors] == [
        ("fit", 30),
        ("distance", 20),
        ("freshness", 10),
    ]
    assert [round(each.points) for each in found.ranked] == [100, 75, 73]
    alike = [expert(id=number) for number in range(1, 4)]
    firsts = {
        judging.rank(need(need=number), alike, kind=EXPERT, today=TODAY, rules=FIRST).ranked[0].one.id
        for number in range(40)
    }
    assert firsts == {1, 2, 3}
