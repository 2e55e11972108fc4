"""Which needs ask for an expert or an instrument beside an institution, and in which words.

The questions of the item tell: who asks when experts may visit the plant wants experts, who asks for hours wants an
instrument. So curators decide it by the questions they put to an item.
"""

import unicodedata
from collections.abc import Iterable
from typing import Any

from portal import words
from services.cases.models import Need
from services.catalogue.models import ServiceItem

EXPERT, EQUIPMENT = "expert", "equipment"
ASKED_BY = {
    EXPERT: frozenset({"plant_visit_dates", "common_problems", "data_question"}),
    EQUIPMENT: frozenset({"time_slots", "instrument_parameters"}),
}
INSTRUMENT_QUESTIONS = ("equipment_name", "facility_name", "instrument_parameters", "test_items_text")
MOST_CHARACTERS = 400
LONGEST_FIELD, MOST_WORDS = 8, 3
"""A field is looked for as two to eight neighbouring Chinese characters, or as one to three other words."""


def kinds(item: ServiceItem) -> tuple[str, ...]:
    """What the item asks for beside an institution."""
    asked = {question["key"] for question in item.intake_questions}
    return tuple(kind for kind, questions in ASKED_BY.items() if asked & questions)


def subjects(need: Need) -> list[str]:
    """Everything in the words of the need and of its item that may be the name of a field."""
    item, case = need.item, need.case
    answers = [value for value in need.answers.values() if isinstance(value, str)]
    said = [case.product, need.description, *answers, item.name_zh, item.name_en, need.board.name_zh, case.text]
    known = [word for listed in item.keywords.values() for word in listed]
    found = [part for text in (plain(" ".join(said)), *map(plain, known)) for part in _parts(text)]
    return list(dict.fromkeys(found))


def instrument(need: Need) -> str:
    """The instrument or facility as the need names it, "" where it names none."""
    return plain(" ".join(_texts(need.answers.get(key) for key in INSTRUMENT_QUESTIONS)))


def terms(said: str) -> list[str]:
    """By what an instrument is looked for: neighbouring characters and words, without what is said but not sought."""
    return words.query(said)


def shown(said: str, label: str) -> tuple[str, ...]:
    """The words of what is said that a label names, the longest only, for people to read."""
    found = [word for word in dict.fromkeys(words.tokens(said)) if len(word) > 1 and word in label]
    return tuple(word for word in found if not any(word != other and word in other for other in found))


def plain(text: str) -> str:
    """Composed, of one width, in lower case, and not too long."""
    return unicodedata.normalize("NFKC", words.clean(text)[:MOST_CHARACTERS]).lower().replace("\0", "")


def _texts(values: Iterable[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _parts(text: str) -> list[str]:
    runs = words.RUN.findall(text)
    found = [
        run[at : at + length]
        for run in runs
        if words.HAN_CHARACTER.match(run)
        for length in range(2, LONGEST_FIELD + 1)
        for at in range(len(run) - length + 1)
    ]
    others = ["" if words.HAN_CHARACTER.match(run) else run for run in runs]
    for length in range(1, MOST_WORDS + 1):
        phrases = (others[at : at + length] for at in range(len(others) - length + 1))
        found += [" ".join(phrase) for phrase in phrases if all(phrase)]
    return found
