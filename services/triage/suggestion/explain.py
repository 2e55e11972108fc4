"""Why a code was suggested: the words in the text and the past decisions that spoke for it, strongest first."""

from dataclasses import dataclass, field

from services.triage.suggestion.bayes import Weights
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
    model: dict[str, float] = field(default_factory=dict)
    fired: dict[str, list[tuple[float, Fired]]] = field(default_factory=dict)
    keywords: dict[str, list[tuple[Span, float]]] = field(default_factory=dict)
    similar: list[tuple[float, Past]] = field(default_factory=list)


def evidence_for(reading: Reading, code: str, weights: Weights) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    taken: list[Span] = []
    for weight, fired in reading.fired.get(code, ()):
        found += [quote(reading, "cue", span, weight, taken) for span in fired.spans if free(span, taken)]
    for span, weight in sorted(reading.keywords.get(code, ()), key=lambda pair: (-pair[1], pair[0])):
        if free(span, taken):
            found.append(quote(reading, "keyword", span, weight, taken))
    spoken = [
        (value * weights.get(name, {}).get(code, 0.0), reading.spans[name]) for name, value in reading.features.items()
    ]
    for weight, span in sorted(spoken, key=lambda pair: (-pair[0], pair[1])):
        if len(found) >= MOST_EVIDENCE or weight <= 0:
            break
        if free(span, taken):
            found.append(quote(reading, "word", span, weight, taken))
    found = found[:MOST_EVIDENCE]
    for likeness, past in reading.similar:
        if code in past.labels:
            found.append(Evidence("decision", past.decision, None, None, round(likeness, 3)))
    return tuple(found)


def free(span: Span, taken: list[Span]) -> bool:
    return all(span[1] < first or last < span[0] for first, last in taken)


def quote(reading: Reading, kind: str, span: Span, weight: float, taken: list[Span]) -> Evidence:
    taken.append(span)
    start, end, words = reading.text.words(*span)
    return Evidence(kind, words, start, end, round(weight, 3))
