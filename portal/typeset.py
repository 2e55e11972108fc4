"""Where lines are broken: between Chinese characters, at spaces and after hyphens. No line begins with a closing mark
or ends with an opening one, and words and numbers stay whole where they fit on a line.
"""

import re
from collections.abc import Callable, Iterator, Sequence

CLOSING = frozenset("，。、；：？！）》〉」』】〕…—～％‰℃’”,.;:?!)]}%·")
OPENING = frozenset("（《〈「『【〔“‘([{￥¥#")
PIECE = re.compile(r"\s|[!-~\u00a1-\u024f\u0370-\u052f]+?(?:[-/](?=[A-Za-z])|(?![!-~\u00a1-\u024f\u0370-\u052f]))|.")
"""A space, a word up to its end or a hyphen within it, or one character."""

Measure = Callable[[str], float]


def lines(text: str, width: float, measure: Measure) -> list[str]:
    """:param width: of a line, in the unit of ``measure``."""
    return [line for part in text.split("\n") for line in _filled(part, width, measure)]


def shares(natural: Sequence[float], width: float) -> list[float]:
    """Of columns that would like to be so wide: narrow ones get what they want, the others divide the rest."""
    if sum(natural) <= width:
        left = width - sum(natural)
        return [one + left * one / sum(natural) for one in natural]
    given = [0.0] * len(natural)
    wanting, left = sorted(range(len(natural)), key=natural.__getitem__), width
    while wanting and natural[wanting[0]] <= left / len(wanting):
        first = wanting.pop(0)
        given[first] = natural[first]
        left -= natural[first]
    roots = {one: natural[one] ** 0.5 for one in wanting}
    for one in wanting:
        given[one] = left * roots[one] / sum(roots.values())
    return given


def _filled(text: str, width: float, measure: Measure) -> Iterator[str]:
    line = ""
    for piece in _pieces(text):
        if line and measure(line + piece.rstrip()) > width:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
        while measure(line.rstrip()) > width and len(line) > 1:
            most = _fitting(line, width, measure)
            yield line[:most]
            line = line[most:]
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """What is never broken: a closing mark stays with what it closes, an opening one with what it opens."""
    held = ""
    for piece in PIECE.findall(text):
        if held and piece not in CLOSING and held[-1] not in OPENING:
            yield held
            held = ""
        held += piece
    if held:
        yield held


def _fitting(piece: str, width: float, measure: Measure) -> int:
    """How many characters of a piece that is too long; one at least."""
    most = 1
    while most < len(piece) and measure(piece[: most + 1]) <= width:
        most += 1
    return most
