"""What falls due: rows of a board with a day, and the words for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from enterprises.models import Enterprise


@dataclass(frozen=True)
class Dated:
    """One day of one kind of rows.

    :param slug: unique among all boards and kept in marks and rules: it never changes (``instrument-due``).
    :param title: what happens on that day ("Verification due").
    :param rows: those that still matter; retired and settled ones are not among them.
    :param on: the name of the column with the day.
    :param owner: the path from a row to its enterprise.
    :param words: what a row is called in a list and in a notice; it may use nothing that costs a statement.
    :param path: where it is looked at, beginning with ``/``.
    :param days: how long before the day the owner is reminded, unless curators say otherwise.
    :param related: what ``words`` and ``path`` need of other tables.
    """

    slug: str
    title: str | Promise
    rows: Callable[[], QuerySet[Any]]
    on: str
    words: Callable[[Any], str]
    path: Callable[[Any], str]
    owner: str = "enterprise"
    days: Sequence[int] = (30,)
    related: Sequence[str] = field(default_factory=tuple)

    def due(self, until: date, *, since: date | None = None) -> QuerySet[Any]:
        """Rows whose day is no later than ``until``; with ``since`` no earlier than that."""
        within = Q(**{f"{self.on}__lte": until})
        if since:
            within &= Q(**{f"{self.on}__gte": since})
        return self.rows().filter(within)

    def of(self, enterprise: Enterprise, until: date) -> QuerySet[Any]:
        rows = self.due(until).filter(**{self.owner: enterprise}).order_by(self.on, "pk")
        return rows.select_related(*self.related) if self.related else rows

    def day(self, row: Model) -> date:
        found: date = getattr(row, self.on)
        return found

    def owner_id(self, row: Model) -> int:
        """Of the enterprise; a path over other tables needs them in ``related``."""
        *way, last = self.owner.split("__")
        for name in way:
            row = getattr(row, name)
        pk: int = getattr(row, f"{last}_id")
        return pk


@dataclass(frozen=True)
class Due:
    """One row with its day, as a page shows it."""

    on: date
    title: str | Promise
    words: str
    path: str


def coming(kinds: Sequence[Dated], enterprise: Enterprise, until: date, *, most: int = 50) -> list[Due]:
    """What is due or overdue, the soonest first; one statement for each kind."""
    found = [
        Due(kind.day(row), kind.title, kind.words(row), kind.path(row))
        for kind in kinds
        for row in kind.of(enterprise, until)[:most]
    ]
    return sorted(found, key=lambda due: due.on)[:most]
