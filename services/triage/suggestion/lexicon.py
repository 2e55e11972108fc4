"""Phrases, concepts and cues: a word list that is data, matched in one pass over the units of a text.

A cue is an expression such as ``实验室|化验室 & 认证 & !体系文件`` or ``@gauge & @expired``: every group must be met,
by words that do not overlap, and none of the negated groups may be met at all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from services.triage.suggestion.text import Reader, Text

Span = tuple[int, int]
Hits = dict[str, list[Span]]


class Node:
    __slots__ = ("further", "terms")

    def __init__(self) -> None:
        self.further: dict[str, Node] = {}
        self.terms: tuple[str, ...] = ()


class Trie:
    """Longest-first is not wanted here: every phrase that occurs is reported, nested ones too."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.root = Node()

    def add(self, phrase: str, term: str) -> None:
        units = self.reader.phrase(phrase)
        if not units:
            return
        node = self.root
        for unit in units:
            node = node.further.setdefault(unit, Node())
        if term not in node.terms:
            node.terms += (term,)

    def find(self, text: Text) -> Hits:
        hits: Hits = {}
        units, breaks = text.units, text.after_break
        size = len(units)
        for first in range(size):
            node = self.root.further.get(units[first])
            last = first
            while node is not None:
                for term in node.terms:
                    hits.setdefault(term, []).append((first, last))
                last += 1
                if last >= size or breaks[last]:
                    break
                node = node.further.get(units[last])
        return hits


@dataclass(frozen=True, slots=True)
class Cue:
    code: str
    weight: float
    groups: tuple[tuple[str, ...], ...]
    none: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fired:
    code: str
    weight: float
    spans: tuple[Span, ...]


def parse(code: str, weight: float, expression: str) -> Cue:
    """:raises ValueError: for an expression without a positive group."""
    groups: list[tuple[str, ...]] = []
    none: list[str] = []
    for part in expression.split("&"):
        terms = tuple(term.strip() for term in part.strip().lstrip("!").split("|") if term.strip())
        if part.strip().startswith("!"):
            none.extend(terms)
        elif terms:
            groups.append(terms)
    if not groups:
        raise ValueError(f"{code}: “{expression}” asks for nothing")
    return Cue(code, weight, tuple(groups), tuple(none))


def terms_of(cue: Cue) -> Iterator[str]:
    """All words and concepts that it asks for or forbids."""
    yield from chain(*cue.groups, cue.none)


class Lexicon:
    def __init__(self, reader: Reader, concepts: dict[str, list[str]], cues: Iterable[Cue]) -> None:
        self.trie = Trie(reader)
        for name, phrases in concepts.items():
            for phrase in phrases:
                self.trie.add(phrase, f"@{name}")
        self.by_term: dict[str, list[Cue]] = {}
        for cue in cues:
            for term in terms_of(cue):
                if not term.startswith("@"):
                    self.trie.add(term, term)
            for term in cue.groups[0]:
                self.by_term.setdefault(term, []).append(cue)

    def fire(self, hits: Hits) -> Iterator[Fired]:
        seen: set[int] = set()
        for term in hits:
            for cue in self.by_term.get(term, ()):
                if id(cue) in seen or any(term in hits for term in cue.none):
                    continue
                spans = meet(cue.groups, hits)
                if spans:
                    seen.add(id(cue))
                    yield Fired(cue.code, cue.weight, spans)


def meet(groups: tuple[tuple[str, ...], ...], hits: Hits) -> tuple[Span, ...]:
    """Spans meeting every group without overlap, the scarcest group served first; empty if there are none."""
    options = [[span for term in group for span in hits.get(term, ())] for group in groups]
    if not all(options):
        return ()
    chosen: list[Span] = []
    for spans in sorted(options, key=len):
        free = [span for span in spans if all(span[1] < other[0] or other[1] < span[0] for other in chosen)]
        if not free:
            return ()
        chosen.append(max(free, key=lambda span: (span[1] - span[0], -span[0])))
    return tuple(sorted(chosen))
