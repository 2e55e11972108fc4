"""What is known of many names, in arrays: a hundred thousand pairs of Python objects would take fifty times as much.

A name is kept as a key of 64 bits that is the same throughout one process. Beside fifty thousand known names a strange
one would be taken for one of them once in 10¹⁴ times.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable


def key_of(name: str) -> int:
    """Of its bytes: the hash of the string itself is the same for “ce” and “散”, which look alike in memory."""
    return hash(name.encode())


class Postings:
    """For each name pairs of a number and a value, in the order they came."""

    def __init__(self, entries: Iterable[tuple[int, int, float]]) -> None:
        """:param entries: key of the name, number, value."""
        keys, numbers, values = array("q"), array("I"), array("d")
        for key, number, value in entries:
            keys.append(key)
            numbers.append(number)
            values.append(value)
        order = sorted(range(len(keys)), key=keys.__getitem__)
        self.numbers = array("I", (numbers[place] for place in order))
        self.values = array("d", (values[place] for place in order))
        self.keys, self.starts = array("q"), array("I")
        for start, place in enumerate(order):
            if not self.keys or self.keys[-1] != keys[place]:
                self.keys.append(keys[place])
                self.starts.append(start)
        self.starts.append(len(order))

    def of(self, name: str) -> list[tuple[int, float]]:
        key = key_of(name)
        place = bisect_left(self.keys, key)
        if place == len(self.keys) or self.keys[place] != key:
            return []
        here = slice(self.starts[place], self.starts[place + 1])
        return list(zip(self.numbers[here], self.values[here], strict=True))
