"""The suggestion engine: cues, catalogue words and a model trained on examples, added up and explained.

Nothing here writes or decides. The same text, rows and examples always give the same suggestion.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import date

from services.triage.suggestion import bayes, features, missing, sources
from services.triage.suggestion.explain import Reading, evidence_for
from services.triage.suggestion.keywords import Keywords
from services.triage.suggestion.lexicon import Lexicon, parse
from services.triage.suggestion.memory import Memory
from services.triage.suggestion.results import Evidence, Example, ItemRow, Scored, Suggestion
from services.triage.suggestion.text import Reader
from services.triage.suggestion.urgency import UrgencyRules

CUES, KEYWORDS, BOARD_MODEL, MEMORY = 0.6, 0.5, 0.9, 2.0
OUT_BIAS = 0.4
FURTHER_CUES = (1.0, 0.4, 0.2, 0.1)
SHARPNESS = 1.4
MOST_ITEMS = 8
LONGEST_TEXT = 4000
OUT = sources.OUT
OUT_PREFIX = f"{OUT}:"
EMPTY_DOOR = f"{OUT_PREFIX}spam"


class Suggester:
    def __init__(self, items: Mapping[str, ItemRow], boards: tuple[str, ...], words: sources.Sources) -> None:
        self.items = items
        self.boards = boards
        self.reader = Reader(words.characters, words.typos)
        self.products = words.products
        known = [cue for cue in words.cues if cue["code"] in items]
        out = [{**cue, "code": f"{OUT_PREFIX}{cue['code']}"} for cue in words.out_cues]
        rules = [parse(cue["code"], cue["weight"], text) for cue in (*known, *out) for text in cue["any"]]
        urgent = [parse(cue["code"], cue["weight"], text) for cue in words.urgency for text in cue["any"]]
        self.lexicon = Lexicon(self.reader, words.concepts, rules)
        self.urgency = UrgencyRules(self.reader, words.concepts, urgent)
        self.keywords = Keywords(self.reader, items.values())
        self.item_weights: bayes.Weights = {}
        self.board_weights: bayes.Weights = {}
        self.memory = Memory()

    @classmethod
    def build(
        cls,
        items: Iterable[ItemRow],
        boards: Iterable[str],
        examples: Iterable[Example],
        words: sources.Sources | None = None,
    ) -> "Suggester":
        """:raises ValueError: without a service item there is nothing to suggest."""
        words = words or sources.read()
        rows = {item.code: item for item in items}
        if not rows:
            raise ValueError("The catalogue holds no service item.")
        suggester = cls(rows, tuple(boards), words)
        suggester.train(words, examples)
        return suggester

    def train(self, words: sources.Sources, examples: Iterable[Example]) -> None:
        texts: list[tuple[str, tuple[str, ...], str]] = []
        for item in self.items.values():
            parts = (item.name_zh, item.name_en, item.summary_zh, item.summary_en, *item.keywords_zh, *item.keywords_en)
            texts += [(part, (item.code,), "") for part in parts if part]
        for code, phrases in words.sayings.items():
            texts += [(phrase, (code,), "") for phrase in phrases if code in self.items]
        for door, phrases in words.out_sayings.items():
            texts += [(phrase, (f"{OUT_PREFIX}{door}",), "") for phrase in phrases]
        for example in examples:
            labels = self.labels(example)
            if labels:
                texts.append((example.text, labels, example.decision))
        documents = []
        for text, labels, decision in texts:
            found = self.read(text).features
            documents.append((found, labels))
            if decision:
                self.memory.add(decision, found, labels)
        self.item_weights = bayes.train(documents)
        self.board_weights = bayes.train((found, tuple({*map(self.board_of, labels)})) for found, labels in documents)

    def labels(self, example: Example) -> tuple[str, ...]:
        if OUT in example.boards:
            return (f"{OUT_PREFIX}{example.door or 'personal'}",)
        return tuple(code for code in example.items if code in self.items)

    def board_of(self, code: str) -> str:
        return OUT if code.startswith(OUT_PREFIX) else self.items[code].board

    def read(self, raw: str) -> Reading:
        text = self.reader.read(raw[:LONGEST_TEXT])
        hits = self.lexicon.trie.find(text)
        weights, spans = features.extract(text, hits, self.products)
        return Reading(text, hits, bayes.unit_length(weights), spans)

    def score(self, reading: Reading) -> dict[str, float]:
        """Additive scores of all items and doors that anything spoke for."""
        reading.model = bayes.score(self.item_weights, reading.features)
        scores = dict(reading.model)
        for fired in self.lexicon.fire(reading.hits):
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
        board = bayes.score(self.board_weights, reading.features)
        return {
            code: value + BOARD_MODEL * board.get(self.board_of(code), 0.0) + OUT_BIAS * code.startswith(OUT_PREFIX)
            for code, value in scores.items()
        }

    def suggest(self, text: str, *, industry: str = "", today: date | None = None) -> Suggestion:
        reading = self.read(text)
        scores = self.score(reading) or {EMPTY_DOOR: 1.0}
        ranked = sorted(scores, key=lambda code: (-scores[code], code))
        shares = softmax(scores)
        items = [code for code in ranked if not code.startswith(OUT_PREFIX)][:MOST_ITEMS]
        scored = tuple(self.scored(reading, code, shares[code]) for code in items)
        urgency = self.urgency.judge(reading.text, today=today)
        return Suggestion(
            boards=self.rank_boards(scores, shares, scored),
            items=scored,
            out_of_scope=self.out_of_scope(reading, ranked, shares),
            urgency=urgency,
            missing=missing.facts(reading, self.items[items[0]] if items else None, industry, urgency, self.products),
        )

    def match_items(self, text: str, limit: int = 5) -> tuple[Scored, ...]:
        """Service items for the live intake page; nothing while what is typed sounds like another door."""
        reading = self.read(text)
        scores = self.score(reading)
        ranked = sorted(scores, key=lambda code: (-scores[code], code))
        if not ranked or ranked[0].startswith(OUT_PREFIX):
            return ()
        shares = softmax(scores)
        items = [code for code in ranked if not code.startswith(OUT_PREFIX)]
        return tuple(self.scored(reading, code, shares[code]) for code in items[:limit])

    def scored(self, reading: Reading, code: str, share: float) -> Scored:
        return Scored(code, round(share, 4), evidence_for(reading, code, self.item_weights))

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
        order = sorted(best, key=lambda board: (-best[board], board))
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


def softmax(scores: Mapping[str, float]) -> dict[str, float]:
    top = max(scores.values(), default=0.0)
    powers = {code: math.exp(SHARPNESS * (value - top)) for code, value in scores.items()}
    whole = sum(powers.values()) or 1.0
    return {code: power / whole for code, power in powers.items()}
