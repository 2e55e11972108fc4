"""Text as the suggestion engine sees it: units (one Chinese character, one English stem, one number) with offsets.

Everything is matched on units, so “ISO9001”, “ISO 9001” and “iso-9001” are one phrase, and every match can point back
at
the characters the person typed.
"""

import unicodedata
from dataclasses import dataclass

BREAKS = frozenset("。！？；，、：!?;,:\n\r\t…|()（）[]【】")
SUFFIXES = (
    ("ifications", "ifi"), ("ification", "ifi"), ("ifying", "ifi"), ("ified", "ifi"), ("ifies", "ifi"), ("ify", "ifi"),
    ("ations", ""), ("ation", ""), ("ating", ""), ("ated", ""), ("ates", ""), ("ate", ""),
    ("ings", ""), ("ing", ""), ("ied", "y"), ("ies", "y"), ("ed", ""), ("sses", "ss"), ("es", ""), ("s", ""), ("e", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """`starts[i]:ends[i]` is unit i in `raw`; `after_break[i]` says that punctuation stands before it."""

    raw: str
    units: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    after_break: tuple[bool, ...]

    def words(self, first: int, last: int) -> tuple[int, int, str]:
        """Start, end and wording of the units first … last (inclusive) as they were typed."""
        start, end = self.starts[first], self.ends[last]
        return start, end, self.raw[start:end]


def is_cjk(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"


def stem(word: str) -> str:
    """Light and symmetrical: the same function reads the lexicon and the text, so only consistency matters."""
    if len(word) <= 3 or not word.isascii():
        return word
    for suffix, instead in SUFFIXES:
        rest = len(word) - len(suffix)
        if word.endswith(suffix) and rest >= 3 and not (suffix == "s" and word[rest - 1] in "sui"):
            word = word[:rest] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word


def fold(raw: str, replace: dict[str, str], typos: dict[str, str]) -> tuple[str, list[int]]:
    """NFKC, lower case, simplified characters, frequent typing errors; with the index in `raw` of every character."""
    chars: list[str] = []
    index: list[int] = []
    for position, char in enumerate(raw):
        if is_cjk(char):
            chars.append(replace.get(char, char))
            index.append(position)
            continue
        for piece in unicodedata.normalize("NFKC", char).lower():
            chars.append(piece)
            index.append(position)
    folded = "".join(chars)
    for wrong, right in typos.items():
        if wrong in folded:
            folded = folded.replace(wrong, right)
    return folded, index


class Reader:
    """Turns raw text into a Text; `replace` maps single characters, `typos` equally long strings."""

    def __init__(self, replace: dict[str, str] | None = None, typos: dict[str, str] | None = None) -> None:
        self.replace = replace or {}
        self.typos = {wrong: right for wrong, right in (typos or {}).items() if len(wrong) == len(right)}

    def read(self, raw: str) -> Text:
        folded, index = fold(raw, self.replace, self.typos)
        units: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        breaks: list[bool] = []
        pending, position, size = False, 0, len(folded)
        while position < size:
            char = folded[position]
            last = position + 1
            if is_cjk(char):
                unit = char
            elif char.isalnum():
                while last < size and folded[last].isalnum() and same_kind(char, folded[last]):
                    last += 1
                unit = stem(folded[position:last]) if char.isalpha() else folded[position:last]
            else:
                pending = pending or char in BREAKS or is_full_stop(folded, position)
                position = last
                continue
            units.append(unit)
            starts.append(index[position])
            ends.append(index[last - 1] + 1)
            breaks.append(pending)
            pending, position = False, last
        return Text(raw, tuple(units), tuple(starts), tuple(ends), tuple(breaks))

    def phrase(self, words: str) -> tuple[str, ...]:
        return self.read(words).units


def same_kind(first: str, other: str) -> bool:
    return not is_cjk(other) and first.isdigit() == other.isdigit()


def is_full_stop(folded: str, position: int) -> bool:
    """A dot between two digits (1.5, 2.0) or inside an abbreviation ends nothing."""
    return folded[position] == "." and not folded[position + 1 : position + 2].isalnum()
