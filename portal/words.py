"""Text as people type it, made comparable: cleaning, width, Chinese words, search terms, pinyin. Pure functions.

Search rests on two sides that must agree. What is indexed (:func:`segment`) holds every word and every pair of
neighbouring Chinese characters; what is asked (:func:`query`) is cut into words, and a word longer than two
characters is asked by its pairs. So a part of a word is found however the sentence around it was cut: 光刻 finds
光刻胶, 卫浴 finds 的卫浴企业.
"""

import re
import unicodedata
from functools import cache
from importlib import import_module
from typing import Any

import rjieba

INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
HALF_WIDTH: dict[int, int | str] = {
    code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()
}
HALF_WIDTH |= str.maketrans("　－／．＠＿＋＆＃％", " -/.@_+&#%")

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
HAN_CHARACTER = re.compile(f"[{HAN}]")
RUN = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+")
CODE_SLASH_LETTERS = re.compile(r"(?<![a-z0-9])([a-z]{1,5}\d{0,4})/([a-z]{1,3}\d*)(?![a-z0-9])")
LETTERS_THEN_DIGITS = re.compile(r"([a-z]{2,})(\d+)")

PREFIX_FROM = 3
"""A Latin word or a number of so many characters is also found by its beginning: ``calibrat`` finds calibration."""

TERM_CHARACTERS = 64
TERMS_ASKED = 40
"""Beyond these a question is cut off: PostgreSQL refuses words of 2 KB, and nobody searches by a page of text."""

FILLERS = """
    的 了 吗 呢 吧 啊 和 与 及 或 我 我们 你 你们 要 想 想要 需要 怎么 怎样 如何 请问 什么 是 在 有 个 们 就 都 也 把 被
    给 到 去 来 能 可以 做 办 a an and are can do does for how i in is it me my need of on or our please the to want
    we what with you
"""
SAID_BUT_NOT_SOUGHT = frozenset(FILLERS.split())


def clean(text: str) -> str:
    """Composed (NFC), without zero-width characters and direction controls, trimmed."""
    return unicodedata.normalize("NFC", INVISIBLE.sub("", text)).strip()


def whole(typed: object) -> int | None:
    """A number as keys of rows are, up to 18 digits and nothing else; None for whatever else stands in an address."""
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def fold(text: str) -> str:
    """Full-width letters, digits and joining signs made half-width; Chinese punctuation stays as it is."""
    return text.translate(HALF_WIDTH)


def tokens(text: str) -> list[str]:
    """Words in reading order, lower case: Chinese cut for search, Latin words and numbers whole."""
    found: list[str] = []
    for run in _runs(text):
        if HAN_CHARACTER.match(run):
            found += rjieba.cut_for_search(run)
        else:
            found.append(run)
    return found


def segment(text: str) -> str:
    """What is indexed for `text`: its words, all pairs of Chinese characters, and how else its codes are written.

    ``GB/T 19001`` and ``GBT19001`` both leave gbt and 19001. Feed it to ``to_tsvector('simple', …)``.
    """
    found: list[str] = []
    for run in _runs(text):
        found += _chinese_terms(run) if HAN_CHARACTER.match(run) else _latin_terms(run)
    return " ".join(found)


def query(text: str) -> list[str]:
    """Terms that must all be in a document which `text` finds; letters and digits only, so safe inside a tsquery."""
    return list(dict.fromkeys(term for group in _asked(text) for term in group))


def tsquery(text: str, *, any_word: bool = False) -> str:
    """:func:`query` in PostgreSQL's notation, long Latin words and single characters by prefix; "" if nothing is asked.

    :param any_word: one of the words is enough; for "similar to this text", ranked, not for a search box.
    """
    words = [" & ".join(_lexeme(term) for term in group) for group in _asked(text)]
    return " | ".join(f"({word})" for word in words) if any_word else " & ".join(words)


def pinyin_key(text: str) -> str:
    """For sorting and finding by pinyin: all syllables, a space, their initials (成都市 → ``chengdushi cds``)."""
    runs = RUN.findall(fold(clean(text)).lower())
    pinyin = _pinyin()
    syllables = [part for run in runs for part in pinyin.lazy_pinyin(run, style=pinyin.Style.NORMAL)]
    whole, initials = "".join(syllables), "".join(part[0] for part in syllables)
    return f"{whole} {initials}".strip()


@cache
def _pinyin() -> Any:
    """The package, when it is first needed: its dictionary takes 55 MB, and most processes never write a name."""
    return import_module("pypinyin")


def _runs(text: str, *, asked: bool = False) -> list[str]:
    """Unbroken runs of Chinese or of letters and digits; ``gb/t`` is one word in a question and three in an index."""
    ready = fold(clean(text)).lower()
    joined = r"\1\2" if asked else r"\1\2 \1 \2"
    return RUN.findall(CODE_SLASH_LETTERS.sub(joined, ready))


def _chinese_terms(run: str) -> list[str]:
    words = rjieba.cut_for_search(run)
    return words + [pair for pair in [*_pairs(run), run[-1]] if pair not in words]


def _latin_terms(run: str) -> list[str]:
    parts = LETTERS_THEN_DIGITS.fullmatch(run)
    return [run, *parts.groups()] if parts else [run]


def _asked(text: str) -> list[list[str]]:
    """The words of a question, each as the terms by which it is looked up."""
    words: list[str] = []
    for run in _runs(text, asked=True):
        words += rjieba.cut(run) if HAN_CHARACTER.match(run) else [run]
    sought = [word for word in words if word not in SAID_BUT_NOT_SOUGHT] or words
    return [_asked_terms(word[:TERM_CHARACTERS]) for word in dict.fromkeys(sought[:TERMS_ASKED])]


def _asked_terms(word: str) -> list[str]:
    if HAN_CHARACTER.match(word):
        return _pairs(word) or [word]
    parts = LETTERS_THEN_DIGITS.fullmatch(word)
    return list(parts.groups()) if parts else [word]


def _pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)]


def _lexeme(term: str) -> str:
    by_prefix = len(term) == 1 if HAN_CHARACTER.match(term) else len(term) >= PREFIX_FROM
    return f"'{term}':*" if by_prefix else f"'{term}'"
