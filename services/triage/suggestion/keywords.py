"""Names and keywords of the catalogue rows: what a curator writes there counts at the next build."""

import math
from collections import Counter
from collections.abc import Iterable

from services.triage.suggestion.lexicon import Span, Trie
from services.triage.suggestion.results import ItemRow
from services.triage.suggestion.text import Reader, Text

LONGEST = 4


class Keywords:
    """Rare and long phrases weigh more; a phrase many items share says little."""

    def __init__(self, reader: Reader, items: Iterable[ItemRow]) -> None:
        self.trie = Trie(reader)
        self.shared: Counter[tuple[str, ...]] = Counter()
        count = 0
        for item in items:
            count += 1
            phrases = {reader.phrase(words) for words in phrases_of(item)}
            for words in {*phrases_of(item)}:
                self.trie.add(words, item.code)
            self.shared.update(phrases)
        self.count = max(count, 1)

    def find(self, text: Text) -> dict[str, list[tuple[Span, float]]]:
        found: dict[str, list[tuple[Span, float]]] = {}
        for code, spans in self.trie.find(text).items():
            for first, last in spans:
                shared = self.shared.get(text.units[first : last + 1], 1)
                rarity = math.log(self.count / shared + 1) / 5
                found.setdefault(code, []).append(((first, last), rarity * min(last - first + 1, LONGEST) / 2))
        return found


def phrases_of(item: ItemRow) -> tuple[str, ...]:
    return tuple(
        words for words in (item.name_zh, item.name_en, *item.keywords_zh, *item.keywords_en) if words and words.strip()
    )
