"""How opinions went by quarters, and what was written, for the institution's own eyes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, QuerySet
from django.db.models.functions import ExtractQuarter, ExtractYear

from experts.models import Asking, Rating
from experts.scores import PUBLIC_FROM

QUARTERS = 8
Key = tuple[int, int]


@dataclass(frozen=True)
class Quarter:
    """One quarter of a year. ``asked`` and those of them that ``answered``; ``n`` answers came in it and count, with
    their plain ``mean``.
    """

    year: int
    number: int
    asked: int = 0
    answered: int = 0
    n: int = 0
    mean: float | None = None

    @property
    def shown(self) -> float | None:
        """The mean, unless so few answered that it says who said what."""
        return self.mean if self.n >= PUBLIC_FROM else None

    @property
    def percent(self) -> float:
        """The length of its bar: nothing for the lowest grade, everything for the best."""
        return 0.0 if self.shown is None else 25 * (self.shown - 1)


def quarters(institution: int, *, today: date) -> list[Quarter]:
    """The last two years, the newest first, quiet quarters included. Two queries."""
    asked = Asking.objects.filter(institution=institution).annotate(
        year=ExtractYear("asked_at"), number=ExtractQuarter("asked_at")
    )
    found: dict[Key, dict[str, Any]] = {key: {} for key in _last(today)}
    figures = {"asked": Count("pk"), "answered": Count("answered_at")}
    for row in asked.values("year", "number").annotate(**figures):
        found.get(_key(row), {}).update(row)
    for row in _counted(institution).values("year", "number").annotate(n=Count("pk"), mean=Avg("grade")):
        found.get(_key(row), {}).update(row)
    return [Quarter(**{"year": year, "number": number} | row) for (year, number), row in found.items()]


def comments(institution: int, shown: Iterable[Quarter]) -> dict[Key, list[Rating]]:
    """What was written in quarters with enough answers, in no order that says who wrote it when."""
    enough = {(each.year, each.number): list[Rating]() for each in shown if each.n >= PUBLIC_FROM}
    for row in _counted(institution).exclude(comment="").order_by("comment"):
        enough.get((row.year, row.number), []).append(row)
    return {key: rows for key, rows in enough.items() if rows}


def _counted(institution: int) -> QuerySet[Any]:
    rows = Rating.objects.filter(institution=institution, state=Rating.State.COUNTED)
    return rows.annotate(year=ExtractYear("rated_at"), number=ExtractQuarter("rated_at"))


def _key(row: Mapping[str, Any]) -> Key:
    return row["year"], row["number"]


def _last(today: date) -> list[Key]:
    this = 4 * today.year + (today.month - 1) // 3
    return [(each // 4, 1 + each % 4) for each in range(this, this - QUARTERS, -1)]
