"""Measuring ranges read from words."""

from decimal import Decimal

import pytest

from services.directory import ranges

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
