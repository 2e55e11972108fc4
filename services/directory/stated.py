"""What an enterprise states in its answers to the questions of an item: standards, parameters, measuring ranges."""

import re
from collections.abc import Mapping
from typing import Any

from services.directory import standards
from services.directory.ranges import Stated
from services.directory.standards import Standard

TEST_ITEMS = "test_items_text"
STANDARD_QUESTIONS = ("test_basis", "product_standard", "efficiency_standard", "calibration_basis")
"""The questions by which an enterprise states the parameters, and the standards it is tested or calibrated by."""
MOST_RANGES = 20
BETWEEN_PARAMETERS = re.compile(r"[、，,;；\n]+")


def text_in(answers: Mapping[str, Any], key: str) -> str:
    value = answers.get(key)
    return value.strip() if isinstance(value, str) else ""


def standards_in(answers: Mapping[str, Any]) -> tuple[Standard, ...]:
    return standards.named_in(" ".join(text_in(answers, key) for key in STANDARD_QUESTIONS))


def parameters_in(answers: Mapping[str, Any]) -> tuple[str, ...]:
    parts = BETWEEN_PARAMETERS.split(text_in(answers, TEST_ITEMS))
    return tuple(part.strip() for part in parts if part.strip())


def ranges_in(answers: Mapping[str, Any]) -> tuple[Stated, ...]:
    """Those of the instruments in tables whose columns are called ``name`` and ``range``."""
    rows = [row for table in answers.values() if isinstance(table, list) for row in table if isinstance(row, Mapping)]
    stated = [Stated.of(text_in(row, "name"), text_in(row, "range")) for row in rows[:MOST_RANGES]]
    return tuple(dict.fromkeys(each for each in stated if each and each.thing))


def to_cover(answers: Mapping[str, Any]) -> list[Standard | Stated]:
    """What a scope has to cover. Parameters are not of it: words differ, so they can only be asked about."""
    return [*standards_in(answers), *ranges_in(answers)]
