"""Rows that carry their texts in both languages: ``name_zh`` and ``name_en`` columns, read as ``name``."""

from collections.abc import Iterable

from django.utils.translation import get_language


def in_language(zh: str, en: str) -> str:
    """The text of the active language; the other one rather than nothing."""
    if (get_language() or "").startswith("en"):
        return en or zh
    return zh or en


def listed(words: Iterable[object]) -> str:
    """One after the other, divided as the active language divides them."""
    return in_language("、", ", ").join(map(str, words))


class Bilingual:
    """For models with ``name_zh`` and ``name_en``."""

    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)

    def __str__(self) -> str:
        return self.name
