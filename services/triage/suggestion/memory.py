"""Past decisions: the confirmed cases most like a new text, found over an inverted index of their features."""

from dataclasses import dataclass

from services.triage.suggestion.features import Features

LIKE_ENOUGH = 0.3
MOST = 3
COMMON = 400


@dataclass(frozen=True, slots=True)
class Past:
    decision: str
    labels: tuple[str, ...]


class Memory:
    def __init__(self) -> None:
        self.past: list[Past] = []
        self.index: dict[str, list[tuple[int, float]]] = {}

    def add(self, decision: str, features: Features, labels: tuple[str, ...]) -> None:
        place = len(self.past)
        self.past.append(Past(decision, labels))
        for name, weight in features.items():
            self.index.setdefault(name, []).append((place, weight))

    def similar(self, features: Features) -> list[tuple[float, Past]]:
        """The most similar decisions with their likeness (cosine, 0–1), best first."""
        likeness: dict[int, float] = {}
        for name, weight in features.items():
            found = self.index.get(name, ())
            if len(found) > COMMON:
                continue
            for place, other in found:
                likeness[place] = likeness.get(place, 0.0) + weight * other
        best = sorted(likeness.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
        return [(value, self.past[place]) for place, value in best if value >= LIKE_ENOUGH]
