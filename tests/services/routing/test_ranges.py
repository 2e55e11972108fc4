"""Whether a scope reaches the measuring range that a need states."""

from decimal import Decimal

import pytest

from services.directory import ranges
from services.directory.ranges import Range, Stated
from services.directory.scopes import Line
from services.routing import gates
from services.routing.facts import Candidate
from tests.services.routing.facts import CMA, TODAY, candidate, held, need

D = Decimal

GAUGE = Stated("压力表", Range(D(0), D(1_600_000), "Pa"), "0–1.6 MPa")


def scoped(*said: tuple[str, str], parameter: str = "") -> Candidate:
    lines = tuple(Line((), parameter, thing=thing, ranges=ranges.named_in(span)) for thing, span in said)
    return candidate(credentials=(held(scope=lines),))


@pytest.mark.parametrize(
    "one",
    [
        scoped(("压力表", "0–6 MPa")),
        scoped(("弹性元件式一般压力表", "−0.1～60 MPa")),
        scoped(("压力表", "0–600 kPa"), ("压力表", "0.6–6 MPa")),
        scoped(("工作计量器具", "0–6 MPa"), parameter="压力表"),
        scoped(("卡尺", "0–200 mm"), ("压力表", "0–6 MPa")),
    ],
)
def test_a_scope_that_reaches_the_range_passes(one: Candidate) -> None:
    assert gates.first_failed(need(requirement=CMA, ranges=(GAUGE,)), one, TODAY) == ("", None, ())


@pytest.mark.parametrize(
    "one", [scoped(("压力表", "0–0.6 MPa")), scoped(("压力表", "0–600 kPa"), ("压力表", "1–6 MPa"))]
)
def test_a_scope_that_falls_short_shuts_and_only_for_the_range(one: Candidate) -> None:
    name, failed, _asks = gates.first_failed(need(requirement=CMA, ranges=(GAUGE,)), one, TODAY)
    assert failed is not None
    assert (name, failed.code) == ("scope", "scope.range")
    assert failed.facts == {"thing": "压力表", "range": "0–1.6 MPa", "credential": "CMA"}
    without = [each for each in gates.GATES if each[0] != "scope"]
    assert gates.first_failed(need(requirement=CMA, ranges=(GAUGE,)), one, TODAY, without)[1] is None
    assert gates.first_failed(need(requirement=CMA), one, TODAY)[1] is None


@pytest.mark.parametrize(
    "one", [scoped(), scoped(("压力表", "")), scoped(("压力表", "0–10 psi")), scoped(("卡尺", "0–200 mm"))]
)
def test_a_range_that_no_line_states_is_asked_for(one: Candidate) -> None:
    name, failed, asks = gates.first_failed(need(requirement=CMA, ranges=(GAUGE,)), one, TODAY)
    assert (name, failed, [(ask.code, ask.facts) for ask in asks]) == (
        "",
        None,
        [("scope.range_unknown", {"range": "压力表 0–1.6 MPa"})],
    )
