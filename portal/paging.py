"""Keyset pages: newest first by id, no offsets and no totals, so page 1,000 costs what page 1 costs."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page; ``newer`` and ``older`` are ids for the pager's links, None where there is no such page."""

    rows: list[Row]
    newer: int | None
    older: int | None


def newest_first(queryset: QuerySet[Row], request: HttpRequest, *, size: int = 25) -> Page[Row]:
    """One page of ``queryset`` by ``?before=<id>`` or ``?after=<id>``; anything that is no number is the first page."""
    before, after = _number(request.GET.get("before")), _number(request.GET.get("after"))
    if after is not None:
        rows = list(queryset.filter(pk__gt=after).order_by("pk")[: size + 1])
        more_newer, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, rows[0].pk if rows and more_newer else None, rows[-1].pk if rows else None)
    if before is not None:
        queryset = queryset.filter(pk__lt=before)
    rows = list(queryset.order_by("-pk")[: size + 1])
    more_older, rows = len(rows) > size, rows[:size]
    return Page(rows, rows[0].pk if rows and before is not None else None, rows[-1].pk if rows and more_older else None)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
