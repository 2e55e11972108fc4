"""Chance that comes out the same each time: a number for each thing, and skewed choices among many."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

MASK = (1 << 64) - 1

T = TypeVar("T")


def mixed(seed: int, what: int, number: int) -> int:
    """64 bits that look like chance and follow from the three (splitmix64)."""
    value = (seed * 0x9E3779B97F4A7C15 + what * 0xD1B54A32D192ED03 + number * 0x8CB92BA72F3D8DD7) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def random_of(seed: int, kind: str, chunk: int) -> Random:
    """The chance of one chunk of rows, whichever process makes it and when."""
    return Random(f"{seed}/{kind}/{chunk}")  # noqa: S311 - rows to measure with


def skewed(rng: Random, many: int, steepness: float = 2.0) -> int:
    """A number below ``many``; the small ones come often, as towns and customers do (about Zipf for 2 and more)."""
    return int(many * rng.random() ** steepness)


def weighed(rng: Random, table: Sequence[tuple[T, float]]) -> T:
    """One of the things, by its share; the shares make up one."""
    left = rng.random()
    for one, share in table:
        left -= share
        if left < 0:
            return one
    return table[-1][0]


def one_of(rng: Random, rows: Sequence[T], steepness: float = 1.0) -> T:
    """One of the rows, the first ones more often the steeper it is."""
    return rows[int(len(rows) * rng.random() ** steepness)]
