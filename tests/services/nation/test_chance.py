"""Chance that can be repeated, and choices that are skewed."""

from collections import Counter
from random import Random

from services.nation.chance import mixed, one_of, random_of, skewed


def test_the_same_thing_gets_the_same_number_and_another_one_another() -> None:
    assert mixed(1, 2, 3) == mixed(1, 2, 3)
    assert len({mixed(seed, what, number) for seed in (1, 2) for what in (1, 2) for number in range(500)}) == 2000
    assert random_of(1, "cases", 7).random() == random_of(1, "cases", 7).random()


def test_numbers_are_spread_evenly() -> None:
    shares = Counter(mixed(1, 1, number) % 10 for number in range(10_000))
    assert max(shares.values()) - min(shares.values()) < 250


def test_the_first_come_often_and_the_last_seldom() -> None:
    rng = Random(1)
    drawn = Counter(skewed(rng, 100) for _each in range(20_000))
    assert sum(drawn[place] for place in range(10)) > 5_000
    assert 0 < drawn[99] < 300
    assert {one_of(rng, "ab", 3) for _each in range(100)} == {"a", "b"}
