"""Keyset pages in the order in which things fall due; rows without a date come last. No offsets, no totals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_datetime

from services.cases.models import Case

Cursor = tuple[datetime | None, int]
DIVIDER = "~"


@dataclass(frozen=True)
class Page:
    """The rows of one page; ``back`` and ``more`` are cursors, "" where there is no such page."""

    rows: list[Case]
    back: str
    more: str


def page(queryset: QuerySet[Case], *, after: str = "", before: str = "", size: int = 25) -> Page:
    """One page after or before a cursor; a cursor that cannot be read is the first page."""
    back, on = _read(before), _read(after)
    if back:
        rows = list(queryset.filter(_sooner(back)).order_by(F("due_at").desc(nulls_first=True), "-pk")[: size + 1])
        more_before, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, _cursor(rows[0]) if more_before else "", _cursor(rows[-1]) if rows else "")
    queryset = queryset.filter(_later(on)) if on else queryset
    rows = list(queryset.order_by(F("due_at").asc(nulls_last=True), "pk")[: size + 1])
    more_after, rows = len(rows) > size, rows[:size]
    return Page(rows, _cursor(rows[0]) if rows and on else "", _cursor(rows[-1]) if more_after else "")


def _later(cursor: Cursor) -> Q:
    due, pk = cursor
    if due is None:
        return Q(due_at=None, pk__gt=pk)
    return Q(due_at__gt=due) | Q(due_at=due, pk__gt=pk) | Q(due_at=None)


def _sooner(cursor: Cursor) -> Q:
    due, pk = cursor
    if due is None:
        return Q(due_at__isnull=False) | Q(due_at=None, pk__lt=pk)
    return Q(due_at__lt=due) | Q(due_at=due, pk__lt=pk)


def _cursor(row: Case) -> str:
    return f"{row.due_at.isoformat() if row.due_at else ''}{DIVIDER}{row.pk}"


def _read(text: Any) -> Cursor | None:
    due, divider, pk = str(text or "").partition(DIVIDER)
    if not divider or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    try:
        moment = parse_datetime(due) if due else None
    except ValueError:
        return None
    if due and (moment is None or moment.tzinfo is None):
        return None
    return moment, int(pk)
