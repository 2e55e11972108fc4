"""Measuring ranges as scopes and needs write them: ``0–1.6 MPa``, ``(0~200)mm``, ``−70～150 ℃``, ``10 kg 至 3 t``."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple, Self

from portal import words

NUMBER = r"[-+]?\d{1,15}(?:\.\d{1,15})?(?![\d.])"
UNIT = r"[^\W\d_]*[°%Ω·/²³]?[^\W\d_至到]*"
RANGE = re.compile(rf"(?<![\d.])\(?({NUMBER})\s*({UNIT}?)\s*(?:~|至|到|to\b|…|-)\s*({NUMBER})\s*\)?\s*({UNIT})")
DASHES = str.maketrans({"–": "-", "—": "-", "―": "-", "－": "-", "−": "-", "〜": "~", "∼": "~", "µ": "μ", "Ω": "Ω"})
BASES = {
    "m": {"nm": "1e-9", "μm": "1e-6", "um": "1e-6", "mm": "1e-3", "cm": "0.01", "dm": "0.1", "km": "1000"},
    "g": {"μg": "1e-6", "mg": "1e-3", "kg": "1000", "t": "1e6"},
    "Pa": {"hPa": "100", "kPa": "1000", "MPa": "1e6", "GPa": "1e9", "mbar": "100", "bar": "1e5"},
    "N": {"mN": "1e-3", "kN": "1000", "MN": "1e6"},
    "V": {"μV": "1e-6", "mV": "1e-3", "kV": "1000"},
    "A": {"μA": "1e-6", "mA": "1e-3", "kA": "1000"},
    "W": {"mW": "1e-3", "kW": "1000", "MW": "1e6"},
    "Hz": {"kHz": "1000", "MHz": "1e6", "GHz": "1e9"},
    "Ω": {"mΩ": "1e-3", "kΩ": "1000", "MΩ": "1e6", "GΩ": "1e9"},
    "L": {"μL": "1e-6", "mL": "1e-3", "ml": "1e-3", "l": "1"},
    "s": {"ms": "1e-3", "min": "60", "h": "3600"},
}
FACTORS = {unit: (base, Decimal(factor)) for base, units in BASES.items() for unit, factor in units.items()}


class Range(NamedTuple):
    """From ``low`` to ``high`` in the base unit; an unknown unit is only comparable to itself."""

    low: Decimal
    high: Decimal
    unit: str


class Stated(NamedTuple):
    """What a need wants measured: the instrument or quantity as it calls it, the range, and the range in its words."""

    thing: str
    range: Range
    said: str

    def __str__(self) -> str:
        return f"{self.thing} {self.said}"

    def about(self, *names: str) -> bool:
        """Whether one of these names the same thing, more or less fully."""
        return any(name and (name in self.thing or self.thing in name) for name in names)

    def within(self, ranges: Iterable[Range]) -> bool | None:
        """Whether these, taken together, reach from end to end; None where none of them is in such a unit."""
        alike = sorted(each for each in ranges if each.unit == self.range.unit)
        reached = self.range.low
        for each in alike:
            if each.low <= reached:
                reached = max(reached, each.high)
        covered = any(each.low <= self.range.low <= each.high for each in alike)
        return covered and reached >= self.range.high if alike else None

    @classmethod
    def of(cls, thing: str, said: str) -> Self | None:
        """The first range that the words name, None where they name none."""
        found = named_in(said)
        return cls(words.clean(thing), found[0], words.clean(said)) if found else None


def named_in(text: str) -> tuple[Range, ...]:
    """Every range with a unit that a text names, in its order; one written from high to low is turned round."""
    plain = unicodedata.normalize("NFKC", words.clean(text).translate(DASHES)).translate(DASHES)
    found = [_range(*parts) for parts in RANGE.findall(plain)]
    return tuple(dict.fromkeys(each for each in found if each))


def _range(low: str, low_unit: str, high: str, high_unit: str) -> Range | None:
    (first, unit), (last, other) = _base(low, low_unit or high_unit), _base(high, high_unit or low_unit)
    return Range(min(first, last), max(first, last), unit) if unit and unit == other else None


def _base(number: str, unit: str) -> tuple[Decimal, str]:
    base, factor = FACTORS.get(unit, (unit, Decimal(1)))
    return Decimal(number) * factor, base
