"""What a suggestion is. It never acts: a person reads it, with the words and past decisions that spoke for it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Evidence:
    """`kind`: cue · keyword · word · decision · date. `start:end` points into the text; None for past decisions."""

    kind: str
    text: str
    start: int | None
    end: int | None
    weight: float


@dataclass(frozen=True, slots=True)
class Scored:
    """`score` is a probability-like figure between 0 and 1."""

    code: str
    score: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`out_of_scope` is set only if another door than ours is more likely; boards and items are given all the same."""

    boards: tuple[Scored, ...]
    items: tuple[Scored, ...]
    out_of_scope: Scored | None
    urgency: Scored
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A service item as the catalogue holds it, so that a curator's edit counts at the next build."""

    code: str
    board: str
    name_zh: str = ""
    name_en: str = ""
    summary_zh: str = ""
    summary_en: str = ""
    keywords_zh: tuple[str, ...] = ()
    keywords_en: tuple[str, ...] = ()
    questions: tuple[dict[str, Any], ...] = ()
    deadline_question: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text: from the development set or a decision a person confirmed (`decision` is then its case
    number).
    """

    text: str
    boards: tuple[str, ...]
    items: tuple[str, ...] = ()
    urgency: str = "normal"
    door: str = ""
    decision: str = ""


@dataclass(slots=True)
class Votes:
    """Scores per code while a text is read, with the evidence for them."""

    scores: dict[str, float] = field(default_factory=dict)
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)

    def add(self, code: str, score: float, evidence: Evidence | None = None) -> None:
        self.scores[code] = self.scores.get(code, 0.0) + score
        if evidence is not None:
            self.evidence.setdefault(code, []).append(evidence)
