"""Past decisions: the confirmed cases most like a new text, found over an inverted index of their features."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.triage.suggestion.bayes import Tally
from services.triage.suggestion.features import Features
from services.triage.suggestion.postings import Postings

LIKE_ENOUGH = 0.3
MOST = 3
COMMON = 400


@dataclass(frozen=True, slots=True)
class Past:
    decision: str
    labels: tuple[str, ...]


class Memory:
    def __init__(self, decided: Iterable[tuple[Past, Tally]] = ()) -> None:
        """:param decided: decisions, each with what its text has shown."""
        known = list(decided)
        self.past = [past for past, _ in known]
        self.index = Postings((key, place, weight) for place, (_, shown) in enumerate(known) for key, weight in shown)

    def similar(self, features: Features) -> list[tuple[float, Past]]:
        """The most similar decisions with their likeness (cosine, 0–1), best first."""
        likeness: dict[int, float] = {}
        for name, weight in features.items():
            found = self.index.of(name)
            if len(found) > COMMON:
                continue
            for place, other in found:
                likeness[place] = likeness.get(place, 0.0) + weight * other
        best = sorted((-value, place) for place, value in likeness.items() if value >= LIKE_ENOUGH)[:MOST]
        return [(-against, self.past[place]) for against, place in best]
