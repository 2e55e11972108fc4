"""Keyset pages in the order in which things fall due; rows without a date come last. No offsets, no totals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

from portal import words
from portal.paging import Dressed, first

Row = TypeVar("Row", bound=Model)
Cursor = tuple[datetime | None, int]
DIVIDER = "~"
SIZE = 25


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page; ``back`` and ``more`` are cursors, "" where there is no such page."""

    rows: list[Row]
    back: str
    more: str


def page(
    queryset: QuerySet[Row],
    *,
    after: str = "",
    before: str = "",
    size: int = SIZE,
    field: str = "due_at",
    dressed: Dressed | None = None,
) -> Page[Row]:
    """One page after or before a cursor of rows with a moment; a cursor that cannot be read is the first page.

    :param dressed: as in :func:`portal.paging.first`.
    """
    back, on = _read(before), _read(after)
    if back:
        latest_first = F(field).desc(nulls_first=True), "-pk"
        rows = list(first(queryset.filter(_sooner(back, field)), latest_first, size + 1, dressed))
        more_before, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, _cursor(rows[0], field) if more_before else "", _cursor(rows[-1], field) if rows else "")
    queryset = queryset.filter(_later(on, field)) if on else queryset
    rows = list(soonest(queryset, size=size, field=field, dressed=dressed))
    return shown(rows, size=size, field=field, later=on is not None)


def soonest(
    queryset: QuerySet[Row], *, size: int = SIZE, field: str = "due_at", dressed: Dressed | None = None
) -> QuerySet[Row]:
    """The rows of the first page, and one more that tells whether there is a second."""
    return first(queryset, (F(field).asc(nulls_last=True), "pk"), size + 1, dressed)


def shown(rows: list[Row], *, size: int = SIZE, field: str = "due_at", later: bool = False) -> Page[Row]:
    """The page of what :func:`soonest` found.

    :param later: there is a page before it.
    """
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, _cursor(rows[0], field) if rows and later else "", _cursor(rows[-1], field) if more else "")


def _later(cursor: Cursor, field: str) -> Q:
    moment, pk = cursor
    if moment is None:
        return Q(**{field: None}, pk__gt=pk)
    return Q(**{f"{field}__gt": moment}) | Q(**{field: moment}, pk__gt=pk) | Q(**{field: None})


def _sooner(cursor: Cursor, field: str) -> Q:
    moment, pk = cursor
    if moment is None:
        return Q(**{f"{field}__isnull": False}) | Q(**{field: None}, pk__lt=pk)
    return Q(**{f"{field}__lt": moment}) | Q(**{field: moment}, pk__lt=pk)


def _cursor(row: Any, field: str) -> str:
    moment = getattr(row, field)
    return f"{moment.isoformat() if moment else ''}{DIVIDER}{row.pk}"


def _read(text: Any) -> Cursor | None:
    due, divider, pk = str(text or "").partition(DIVIDER)
    if not divider or not words.whole(pk):
        return None
    try:
        moment = parse_datetime(due) if due else None
    except ValueError:
        return None
    if due and (moment is None or moment.tzinfo is None):
        return None
    return moment, int(pk)
