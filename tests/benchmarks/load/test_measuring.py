"""Whatever the machine does besides meets all scales and sides alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from benchmarks.load import measuring
from benchmarks.load.figures import Taken
from benchmarks.load.measuring import ROUNDS
from benchmarks.load.scenarios import SCENARIOS


class Watched:
    """Stands for a scale: notes when it is asked, and on which database."""

    def __init__(self, database: str, seen: list[tuple[str, ...]]) -> None:
        self.database, self.seen = database, seen

    def sides(self, *_asked: Any) -> dict[str, list[Any]]:
        self.seen.append(("ready", self.database))
        return {side: [Operation(self, side)] for side in ("portal", "bare")}

    def watched(self, side: str, operations: list[Any]) -> Taken:
        self.seen.append((side, self.database))
        return Taken(times=[0.5], bytes=[10], seconds=0.5)


class Operation:
    def __init__(self, scale: Watched, side: str) -> None:
        self.scale, self.side = scale, side

    def close(self) -> None:
        self.scale.seen.append(("closed", self.scale.database, self.side))


def test_scales_and_sides_take_turns_each_on_its_own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, ...]] = []

    @contextmanager
    def pointed_to(name: str) -> Iterator[None]:
        seen.append(("to", name))
        yield

    monkeypatch.setattr(measuring, "pointed_to", pointed_to)
    scales: Any = {"0.01": Watched("small", seen), "1.0": Watched("large", seen)}
    worlds: Any = dict.fromkeys(scales)
    found = measuring.in_turns(scales, SCENARIOS["queue"], 1, worlds)
    turn = [(what, name) for name in ("small", "large") for what in ("to", "portal", "bare")]
    ready = [(what, name) for name in ("small", "large") for what in ("to", "ready")]
    closed = [("closed", name, side) for name in ("small", "large") for side in ("portal", "bare")]
    assert seen == [*ready, *(turn * ROUNDS), *closed]
    assert {(name, side, one["operations"]) for name, sides in found.items() for side, one in sides.items()} == {
        (name, side, ROUNDS) for name in scales for side in ("portal", "bare")
    }
