"""Standards by their numbers, however they are written: ``GB/T 6952-2015``, ``gbt6952—2015``, ``ＧＢ／Ｔ　6952``."""

import re
from typing import NamedTuple, Self

from portal import words

DASHES = str.maketrans({"—": "-", "–": "-", "－": "-", "―": "-", ":": "-", "：": "-", "　": " "})
PREFIX = r"DB\d{2,4}|ISO/IEC|ISO|IEC|EN|ASTM|JJG|JJF|[TQ]/[A-Z0-9]{2,12}?|[A-Z]{2}"
NUMBER = re.compile(rf"(?<![A-Z0-9/])({PREFIX})(?:/?[TZ])?[ -]?([A-Z]?\d{{1,6}}(?:\.\d+)*)(?:-(\d{{4}}))?(?!\d)")
"""National, local, sector, association and enterprise standards, metrology rules, and the usual international ones."""


class Standard(NamedTuple):
    """``GB/T`` and ``GB`` share their numbers, so whether it is mandatory is left out. ``year`` is "" where unsaid."""

    prefix: str
    number: str
    year: str

    def covers(self, asked: Self) -> bool:
        """A scope for one edition does not reach another; where one side names none, they are taken as the same."""
        same = (self.prefix, self.number) == (asked.prefix, asked.number)
        return same and (self.year == asked.year or not self.year or not asked.year)

    def __str__(self) -> str:
        return f"{self.prefix} {self.number}" + (f"-{self.year}" if self.year else "")


def named_in(text: str) -> tuple[Standard, ...]:
    """Every standard that a text names, once each, in its order."""
    plain = words.fold(words.clean(text)).translate(DASHES).upper()
    return tuple(dict.fromkeys(Standard(*(part or "" for part in found)) for found in NUMBER.findall(plain)))
