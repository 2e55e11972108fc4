"""Why a code was suggested: the words in the text and the past decisions that spoke for it, strongest first."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.triage.suggestion.bayes import Odds
from services.triage.suggestion.features import Features, Spans
from services.triage.suggestion.lexicon import Fired, Hits, Span
from services.triage.suggestion.memory import Past
from services.triage.suggestion.results import Evidence
from services.triage.suggestion.text import Text

MOST_EVIDENCE = 5


@dataclass(slots=True)
class Reading:
    """One text as read, with everything that spoke while it was scored."""

    text: Text
    hits: Hits
    features: Features
    spans: Spans
    odds: Odds = field(default_factory=dict)
    fired: dict[str, list[tuple[float, Fired]]] = field(default_factory=dict)
    keywords: dict[str, list[tuple[Span, float]]] = field(default_factory=dict)
    similar: list[tuple[float, Past]] = field(default_factory=list)


def evidence_for(reading: Reading, code: str) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    taken: list[Span] = []
    for kind, weight, span in (*rules(reading, code), *words(reading, code)):
        if len(found) < MOST_EVIDENCE and free(span, taken):
            found.append(quote(reading, kind, span, weight, taken))
    decisions = [
        Evidence("decision", past.decision, None, None, round(likeness, 3))
        for likeness, past in reading.similar
        if code in past.labels
    ]
    return (*found, *decisions)


def rules(reading: Reading, code: str) -> Iterator[tuple[str, float, Span]]:
    for weight, fired in reading.fired.get(code, ()):
        for span in fired.spans:
            yield "cue", weight, span
    for span, weight in sorted(reading.keywords.get(code, ()), key=lambda pair: (-pair[1], pair[0])):
        yield "keyword", weight, span


def words(reading: Reading, code: str) -> list[tuple[str, float, Span]]:
    spoken = [
        ("word", value * odds, reading.spans[name])
        for name, value in reading.features.items()
        for speaking_for, odds in reading.odds[name]
        if speaking_for == code
    ]
    return sorted(spoken, key=lambda one: (-one[1], one[2]))


def free(span: Span, taken: list[Span]) -> bool:
    return all(span[1] < first or last < span[0] for first, last in taken)


def quote(reading: Reading, kind: str, span: Span, weight: float, taken: list[Span]) -> Evidence:
    taken.append(span)
    start, end, words = reading.text.words(*span)
    return Evidence(kind, words, start, end, round(weight, 3))
