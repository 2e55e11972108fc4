"""Measuring ranges read from words, and whether a scope reaches what a need states."""

from decimal import Decimal

import pytest

from services.routing import gates, ranges
from services.routing.facts import Candidate, Line
from services.routing.ranges import Range, Stated
from tests.services.routing.facts import CMA, TODAY, candidate, held, need

D = Decimal


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0–1.6 MPa", (0, D("1600000"), "Pa")),
        ("（0～200）mm", (0, D("0.2"), "m")),
        ("−70～150 ℃", (-70, 150, "°C")),
        ("-5--1 °C", (-5, -1, "°C")),
        ("10 kg 至 3 t", (10000, 3000000, "g")),
        ("20 Hz-20kHz", (20, 20000, "Hz")),
        ("150 to 50 N·m", (50, 150, "N·m")),
        ("测量范围：（5～95）％ＲＨ", (5, 95, "%RH")),
    ],
)
def test_a_range_is_read_however_it_is_written(text: str, wanted: tuple[object, ...]) -> None:
    assert ranges.named_in(text) == (wanted,)


@pytest.mark.parametrize(
    "text", ["", "见附表", "900×1200×800 mm", "GB/T 6952-2015", "0-10", "10 kg – 3 mm", "9" * 5000]
)
def test_what_is_no_range_with_one_unit_names_none(text: str) -> None:
    assert ranges.named_in(text) == ()


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
