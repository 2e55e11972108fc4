"""A one-pass linear model: log odds of a feature in a class against all other classes, only where they speak for it.

Counting once over fifteen thousand short texts takes about a second, every weight can be shown, and a confirmed
decision is just one more text. Only positive odds are kept: a word that a class has not met is no argument against
it, because the examples are few and the language is wide.
"""

import math
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Self

from services.triage.suggestion.features import Features
from services.triage.suggestion.postings import Postings, key_of

PRIOR = 0.5
PRIOR_OF_REST = 0.6
PRIOR_FEATURES = 100

Odds = Mapping[str, list[tuple[str, float]]]


def unit_length(features: Features) -> Features:
    length = math.sqrt(sum(weight * weight for weight in features.values())) or 1.0
    return {name: weight / length for name, weight in features.items()}


class Tally:
    """Weights of features in the order they were first met; a feature is its key, as in `postings`."""

    __slots__ = ("features", "weights")

    def __init__(self, weights: Mapping[int, float]) -> None:
        self.features, self.weights = array("q", weights), array("d", weights.values())

    @classmethod
    def of(cls, features: Features) -> Self:
        return cls({key_of(name): weight for name, weight in features.items()})

    def __iter__(self) -> Iterator[tuple[int, float]]:
        return zip(self.features, self.weights, strict=True)


class Counts:
    """How much of each feature each class has shown."""

    def __init__(self, of_class: Mapping[str, Tally] | None = None) -> None:
        self.of_class = {**(of_class or {})}

    def add(self, code: str, shown: Iterable[Tally]) -> None:
        """All that a class has shown at once: the sum is only a dictionary while it is made."""
        mine = dict(self.of_class.get(code, ()))
        for tally in shown:
            for key, weight in tally:
                mine[key] = mine.get(key, 0.0) + weight
        self.of_class[code] = Tally(mine)

    def only(self, classes: Collection[str]) -> Self:
        """Another that can be added to, without the classes that are not offered any more."""
        return type(self)({code: mine for code, mine in self.of_class.items() if code in classes})

    def grouped(self, group: Callable[[str], str]) -> Self:
        whole = type(self)()
        members: dict[str, list[Tally]] = {}
        for code, mine in self.of_class.items():
            members.setdefault(group(code), []).append(mine)
        for name, tallies in members.items():
            whole.add(name, tallies)
        return whole

    def weights(self) -> "Weights":
        return Weights(tuple(self.of_class), Postings(self.speaking()))

    def speaking(self) -> Iterator[tuple[int, int, float]]:
        """The feature, the place of the class, and its odds where they are positive."""
        of_feature: dict[int, float] = {}
        for mine in self.of_class.values():
            for key, weight in mine:
                of_feature[key] = of_feature.get(key, 0.0) + weight
        mass = [sum(mine.weights) for mine in self.of_class.values()]
        total = sum(mass)
        for place, mine in enumerate(self.of_class.values()):
            inside = math.log(mass[place] + PRIOR * PRIOR_FEATURES)
            outside = math.log(total - mass[place] + PRIOR_OF_REST * PRIOR_FEATURES)
            for key, weight in mine:
                rest = max(of_feature[key] - weight, 0.0)
                odds = math.log((weight + PRIOR) / (rest + PRIOR_OF_REST)) - inside + outside
                if odds > 0:
                    yield key, place, odds


class Weights:
    """The log odds of all features for all classes."""

    def __init__(self, classes: tuple[str, ...], postings: Postings) -> None:
        self.classes = classes
        self.postings = postings

    def of(self, features: Features) -> Odds:
        """For each feature the classes it speaks for, with the odds."""
        return {name: [(self.classes[place], odds) for place, odds in self.postings.of(name)] for name in features}


def score(odds: Odds, features: Features) -> dict[str, float]:
    scores: dict[str, float] = {}
    for name, weight in features.items():
        for code, value in odds[name]:
            scores[code] = scores.get(code, 0.0) + value * weight
    return scores
