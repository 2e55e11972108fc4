"""The words everything is said in: the project's own lists, the catalogue, and what people have asked for."""

import json
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from portal import words
from services.nation.chance import one_of, skewed
from services.triage.suggestion import sources

WORDS: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "words.json").read_text(encoding="utf-8"))
PINYIN: dict[str, tuple[str, str]] = {}


@lru_cache(maxsize=1)
def sayings() -> dict[str, list[str]]:
    """What enterprises have said when they meant an item, by its code."""
    found: dict[str, list[str]] = {}
    for example in sources.examples():
        if len(example.items) == 1:
            found.setdefault(example.items[0], []).append(words.clean(example.text).rstrip("。？！.?! "))
    return found


def need_text(rng: Random, item: str, name: str, product: str) -> str:
    """What an enterprise writes: an opening, its wish, the product, how many, and a close. In half of all texts they
    ask to be contacted; one in two thousand has a word that hardly anybody writes.
    """
    said = one_of(rng, sayings().get(item) or [WORDS["want"] + name], 2)
    parts = [one_of(rng, WORDS["openings"], 2), said]
    if rng.random() < 0.5:
        parts.append(WORDS["product"] + product + model(rng))
    if rng.random() < 0.0005:
        parts.append(one_of(rng, WORDS["rare"]))
    if rng.random() < 0.4:
        parts.append(f"{WORDS['amount']} {1 + skewed(rng, 60)} {one_of(rng, WORDS['counts'])}")
    parts.append(one_of(rng, WORDS["closings"], 2.4))
    return "，".join(parts) + "。"


def model(rng: Random) -> str:
    if rng.random() < 0.5:
        return ""
    return f"，{WORDS['model']} {chr(65 + rng.randrange(26))}{chr(65 + rng.randrange(26))}-{skewed(rng, 3000)}"


@lru_cache(maxsize=50_000)
def _terms(clause: str) -> tuple[str, ...]:
    return tuple(words.segment(clause).split())


def terms(text: str) -> list[str]:
    """``portal.words.segment`` of the text, clause by clause: signs between them end its runs as well."""
    found: list[str] = []
    for clause in text.split("，"):
        found += _terms(clause)
    return found


def vector(*parts: tuple[list[str], str]) -> str:
    """What ``portal.search.vector`` stores for texts that are cut into terms already, in the notation of PostgreSQL.

    :param parts: terms with their weight, A to D.
    """
    places: dict[str, list[str]] = {}
    at = 0
    for found, weight in parts:
        mark = "" if weight == "D" else weight
        for term in found:
            at += 1
            places.setdefault(term, []).append(f"{at}{mark}")
    return " ".join([f"'{term}':{','.join(held)}" for term, held in places.items()])


def pinyin_key(*parts: str) -> str:
    """``portal.words.pinyin_key`` of the parts written together."""
    for part in parts:
        if part not in PINYIN:
            whole, _gap, initials = words.pinyin_key(part).partition(" ")
            PINYIN[part] = whole, initials
    return "".join([PINYIN[part][0] for part in parts]) + " " + "".join([PINYIN[part][1] for part in parts])
