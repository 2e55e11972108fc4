"""From times to figures: percentiles, throughput, ratios. Pure functions; times come in seconds, go out in ms."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Taken:
    """What several clients did within some time: how long each operation took, its bytes, what was refused, and the
    processor time of web and database together.
    """

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    web_ms: float = 0.0
    database_ms: float = 0.0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            self.seconds + other.seconds,
            self.times + other.times,
            self.bytes + other.bytes,
            self.refused + other.refused,
            self.web_ms + other.web_ms,
            self.database_ms + other.database_ms,
        )


@dataclass(frozen=True)
class Figures:
    operations: int
    refused: int
    per_second: float
    p50: float
    p95: float
    p99: float
    bytes: int
    web_ms: float | None
    database_ms: float | None
    refusal: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def figures(taken: Taken) -> Figures:
    """Bytes are the median of an operation's bodies; the first refusal is kept as a sample."""
    ms = sorted(1000 * each for each in taken.times)
    return Figures(
        operations=len(ms),
        refused=len(taken.refused),
        per_second=round(len(ms) / taken.seconds, 1) if taken.seconds else 0.0,
        p50=round(percentile(ms, 0.50), 2),
        p95=round(percentile(ms, 0.95), 2),
        p99=round(percentile(ms, 0.99), 2),
        bytes=int(percentile(sorted(taken.bytes), 0.5)),
        web_ms=_each(taken.web_ms, ms),
        database_ms=_each(taken.database_ms, ms),
        refusal=taken.refused[0] if taken.refused else "",
    )


def _each(spent: float, ms: Sequence[float]) -> float | None:
    """Of one operation; None where nobody looked."""
    return round(spent / len(ms), 2) if ms and spent else None


def percentile(ordered: Sequence[float], share: float) -> float:
    """Between the two nearest of the ordered values; 0 where there are none."""
    if not ordered:
        return 0.0
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def ratio(ours: float | None, theirs: float | None) -> float | None:
    """None where one of them was not measured."""
    return ours / theirs if ours is not None and theirs else None


def worst(ratios: Iterable[float | None], *, low: bool) -> float | None:
    """The lowest or highest of those that are known."""
    known = [each for each in ratios if each is not None]
    if not known:
        return None
    return min(known) if low else max(known)
