"""What stays the same whatever a curator edits: the word lists, compiled once per process."""

from dataclasses import dataclass
from functools import lru_cache

from services.triage.suggestion import bayes, features, sources
from services.triage.suggestion.explain import Reading
from services.triage.suggestion.lexicon import Cue, Lexicon, parse
from services.triage.suggestion.text import Reader
from services.triage.suggestion.urgency import UrgencyRules

LONGEST_TEXT = 4000
OUT = sources.OUT
OUT_PREFIX = f"{OUT}:"


@dataclass(frozen=True, slots=True)
class Ground:
    """`counts` holds what the sayings taught, for every item they name and for every other door (`OUT:…`)."""

    reader: Reader
    lexicon: Lexicon
    urgency: UrgencyRules
    products: frozenset[str]
    counts: bayes.Counts

    def read(self, raw: str) -> Reading:
        text = self.reader.read(raw[:LONGEST_TEXT])
        hits = self.lexicon.trie.find(text)
        weights, spans = features.extract(text, hits, self.products)
        return Reading(text, hits, bayes.unit_length(weights), spans)


@lru_cache(maxsize=1)
def ground() -> Ground:
    words = sources.read()
    reader = Reader(words.characters, words.typos)
    cues = [*compiled(words.cues), *compiled(words.out_cues, OUT_PREFIX)]
    found = Ground(
        reader=reader,
        lexicon=Lexicon(reader, words.concepts, cues),
        urgency=UrgencyRules(reader, words.concepts, compiled(words.urgency)),
        products=words.products,
        counts=bayes.Counts(),
    )
    sayings = {**words.sayings, **{f"{OUT_PREFIX}{door}": texts for door, texts in words.out_sayings.items()}}
    for code, texts in sayings.items():
        found.counts.add(code, (bayes.Tally.of(found.read(text).features) for text in texts))
    return found


def compiled(cues: list[dict], prefix: str = "") -> list[Cue]:
    return [parse(f"{prefix}{cue['code']}", cue["weight"], text) for cue in cues for text in cue["any"]]
