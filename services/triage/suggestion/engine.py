"""The suggestion engine: cues, catalogue words and a model trained on examples, added up and explained.

Nothing here writes or decides. The same text, rows and examples always give the same suggestion.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from services.triage.suggestion import bayes, missing
from services.triage.suggestion.explain import Reading, evidence_for
from services.triage.suggestion.ground import OUT, OUT_PREFIX, ground
from services.triage.suggestion.keywords import Keywords
from services.triage.suggestion.memory import Memory, Past
from services.triage.suggestion.results import Evidence, Example, ItemRow, Scored, Suggestion
from services.triage.suggestion.text import Text

CUES, KEYWORDS, BOARD_MODEL, MEMORY = 0.5, 0.4, 1.1, 2.0
OUT_BIAS = 0.4
FURTHER_CUES = (1.0, 0.4, 0.2, 0.1)
SHARPNESS = 1.2
MOST_ITEMS = 8
EMPTY_DOOR = f"{OUT_PREFIX}spam"
DOOR_IF_UNNAMED = "personal"


class Suggester:
    """Built by `build`; safe to share between threads, for nothing changes it afterwards."""

    def __init__(self, items: Mapping[str, ItemRow], boards: tuple[str, ...], examples: Iterable[Example]) -> None:
        self.items = items
        self.place = {board: place for place, board in enumerate(boards)}
        self.ground = ground()
        self.keywords = Keywords(self.ground.reader, items.values())
        self.train(examples)

    @classmethod
    def build(cls, items: Iterable[ItemRow], boards: Iterable[str], examples: Iterable[Example]) -> "Suggester":
        """:raises ValueError: without a service item there is nothing to suggest."""
        rows = {item.code: item for item in items}
        if not rows:
            raise ValueError("The catalogue holds no service item.")
        return cls(rows, tuple(boards), examples)

    def train(self, examples: Iterable[Example]) -> None:
        shown = {item.code: [self.shown(part) for part in parts_of(item)] for item in self.items.values()}
        decided: list[tuple[Past, bayes.Tally]] = []
        for example in examples:
            labels = self.labels(example)
            if labels:
                found = self.shown(example.text)
                for code in labels:
                    shown.setdefault(code, []).append(found)
                if example.decision:
                    decided.append((Past(example.decision, labels), found))
        counts = self.ground.counts.only({code for code in self.ground.counts.of_class if self.offered(code)})
        for code, tallies in shown.items():
            counts.add(code, tallies)
        self.memory = Memory(decided)
        self.item_weights = counts.weights()
        self.board_weights = counts.grouped(self.board_of).weights()

    def shown(self, text: str) -> bayes.Tally:
        return bayes.Tally.of(self.ground.read(text).features)

    def labels(self, example: Example) -> tuple[str, ...]:
        if OUT in example.boards:
            return (f"{OUT_PREFIX}{example.door or DOOR_IF_UNNAMED}",)
        return tuple(code for code in example.items if code in self.items)

    def board_of(self, code: str) -> str:
        return OUT if code.startswith(OUT_PREFIX) else self.items[code].board

    def offered(self, code: str) -> bool:
        return code in self.items or code.startswith(OUT_PREFIX)

    def score(self, reading: Reading) -> dict[str, float]:
        """Additive scores of all items and doors that anything spoke for."""
        reading.odds = self.item_weights.of(reading.features)
        scores = bayes.score(reading.odds, reading.features)
        for fired in self.ground.lexicon.fire(reading.hits):
            if not self.offered(fired.code):
                continue
            size = sum(last - first + 1 for first, last in fired.spans)
            reading.fired.setdefault(fired.code, []).append((fired.weight * (0.7 + 0.1 * min(size, 6)), fired))
        for code, found in reading.fired.items():
            found.sort(key=lambda pair: -pair[0])
            strength = sum(weight * share for (weight, _), share in zip(found, FURTHER_CUES, strict=False))
            scores[code] = scores.get(code, 0.0) + CUES * strength
        reading.keywords = self.keywords.find(reading.text)
        for code, words in reading.keywords.items():
            scores[code] = scores.get(code, 0.0) + KEYWORDS * sum(weight for _, weight in words)
        reading.similar = self.memory.similar(reading.features)
        for likeness, memory in reading.similar:
            for code in memory.labels:
                scores[code] = scores.get(code, 0.0) + MEMORY * likeness
        board = bayes.score(self.board_weights.of(reading.features), reading.features)
        return {
            code: value + BOARD_MODEL * board.get(self.board_of(code), 0.0) + OUT_BIAS * code.startswith(OUT_PREFIX)
            for code, value in scores.items()
        }

    def suggest(self, text: str, *, industry: str = "", today: date | None = None) -> Suggestion:
        reading = self.ground.read(text)
        scores = self.score(reading)
        if not scores or is_babble(reading.text):
            scores = {EMPTY_DOOR: 1.0}
        ranked = sorted(scores, key=lambda code: (-scores[code], code))
        shares = softmax(scores)
        items = [code for code in ranked if not code.startswith(OUT_PREFIX)][:MOST_ITEMS]
        scored = tuple(self.scored(reading, code, shares[code]) for code in items)
        urgency = self.ground.urgency.judge(reading.text, today=today)
        return Suggestion(
            boards=self.rank_boards(scores, shares, scored),
            items=scored,
            out_of_scope=self.out_of_scope(reading, ranked, shares),
            urgency=urgency,
            missing=missing.facts(
                reading, self.items[items[0]] if items else None, industry, urgency, self.ground.products
            ),
        )

    def match_items(self, text: str, limit: int = 5) -> tuple[Scored, ...]:
        """Service items for the live intake page; nothing while what is typed sounds like another door."""
        reading = self.ground.read(text)
        scores = self.score(reading)
        ranked = sorted(scores, key=lambda code: (-scores[code], code))
        if not ranked or ranked[0].startswith(OUT_PREFIX):
            return ()
        shares = softmax(scores)
        items = [code for code in ranked if not code.startswith(OUT_PREFIX)]
        return tuple(self.scored(reading, code, shares[code]) for code in items[:limit])

    def scored(self, reading: Reading, code: str, share: float) -> Scored:
        return Scored(code, round(share, 4), evidence_for(reading, code))

    def rank_boards(
        self, scores: Mapping[str, float], shares: Mapping[str, float], items: tuple[Scored, ...]
    ) -> tuple[Scored, ...]:
        """A board is as likely as its best item; its share is the sum over its items, its evidence that of the best."""
        best: dict[str, float] = {}
        total: dict[str, float] = {}
        for code, value in scores.items():
            board = self.board_of(code)
            if board != OUT:
                best[board] = max(best.get(board, value), value)
                total[board] = total.get(board, 0.0) + shares[code]
        order = sorted(best, key=lambda board: (-best[board], self.place.get(board, len(self.place)), board))
        evidence: dict[str, tuple[Evidence, ...]] = {}
        for item in items:
            evidence.setdefault(self.items[item.code].board, item.evidence)
        return tuple(Scored(board, round(min(total[board], 1.0), 4), evidence.get(board, ())) for board in order)

    def out_of_scope(self, reading: Reading, ranked: list[str], shares: Mapping[str, float]) -> Scored | None:
        if not ranked[0].startswith(OUT_PREFIX):
            return None
        share = sum(value for code, value in shares.items() if code.startswith(OUT_PREFIX))
        found = self.scored(reading, ranked[0], min(share, 1.0))
        return Scored(found.code.removeprefix(OUT_PREFIX), found.score, found.evidence)


def parts_of(item: ItemRow) -> Iterator[str]:
    """What the catalogue says of an item."""
    parts = (item.name_zh, item.name_en, item.summary_zh, item.summary_en, *item.keywords_zh, *item.keywords_en)
    return filter(None, parts)


def is_babble(text: Text) -> bool:
    """Several units and at most one word among them: “喂喂喂”, “11 22 33”."""
    words = [unit for unit in text.units if not unit.isdigit()]
    return len(text.units) > 2 and len({*words}) < 2 and not any(unit.isascii() for unit in words)


def softmax(scores: Mapping[str, float]) -> dict[str, float]:
    top = max(scores.values(), default=0.0)
    powers = {code: math.exp(SHARPNESS * (value - top)) for code, value in scores.items()}
    whole = sum(powers.values()) or 1.0
    return {code: power / whole for code, power in powers.items()}
