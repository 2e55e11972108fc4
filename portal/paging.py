"""Keyset pages: newest first by id, no offsets and no totals, so page 1,000 costs what page 1 costs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, QuerySet, Subquery
from django.http import HttpRequest

from portal import words

Row = TypeVar("Row", bound=Model)
Dressed = Callable[[Any], QuerySet[Any]]
SIZE = 25
NEAR, FAR = 2_000, 10_000
"""So many rows of a table are looked at one by one, at 1 µs each, and so many where the first let expect a page."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page; ``newer`` and ``older`` are ids for the pager's links, None where there is no such page."""

    rows: list[Row]
    newer: int | None
    older: int | None


def newest_first(
    queryset: QuerySet[Row],
    request: HttpRequest,
    *,
    size: int = SIZE,
    near: QuerySet[Row] | None = None,
    dressed: Dressed | None = None,
) -> Page[Row]:
    """One page of ``queryset`` by ``?before=<id>`` or ``?after=<id>``; anything that is no number is the first page.

    :param near: the same rows by a condition for which each has to be looked at, as in :func:`by_turns`.
    :param dressed: as in :func:`first`.
    """
    before, after = words.whole(request.GET.get("before")), words.whole(request.GET.get("after"))
    if after is not None:
        rows = list(first(queryset.filter(pk__gt=after), ("pk",), size + 1, dressed))
        more_newer, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, rows[0].pk if rows and more_newer else None, rows[-1].pk if rows else None)
    older = queryset if before is None else queryset.filter(pk__lt=before)
    if near is None:
        rows = list(first(older, ("-pk",), size + 1, dressed))
    else:
        rows = by_turns(
            partial(nearest, near, before, size=size, dressed=dressed),
            partial(rarest, older, size=size, dressed=dressed),
            size=size,
        )
    return shown(rows, size=size, later=before is not None)


def by_turns(
    near: Callable[[int], Iterable[Row]], everywhere: Callable[[], Iterable[Row]], *, size: int = SIZE
) -> list[Row]:
    """The rows of a page, and one more: among the next rows of the table where these fill it or let expect it, by the
    index of the condition where it is rare. The index fetches every row, a look ends with the page.

    :param near: those among so many rows (:func:`nearest`).
    :param everywhere: those of the whole table (:func:`rarest`).
    """
    rows = list(near(NEAR))
    if len(rows) <= size <= len(rows) * FAR // NEAR // 2:  # twice the page is expected, so that it hardly ever fails
        rows = list(near(FAR))
    return rows if len(rows) > size else list(everywhere())


def nearest(
    near: QuerySet[Row],
    before: int | None,
    reach: int,
    *,
    size: int = SIZE,
    dressed: Dressed | None = None,
) -> QuerySet[Row]:
    """Those of a page, and one more, among the next ``reach`` rows of the table, whoever may see them."""
    newest = near.model._default_manager.order_by("-pk").values("pk")[:1]
    last = Subquery(newest) + 1 if before is None else before
    return first(near.filter(pk__lt=last, pk__gte=last - reach), ("-pk",), size + 1, dressed)


def rarest(rows: QuerySet[Row], *, size: int = SIZE, dressed: Dressed | None = None) -> QuerySet[Row]:
    """Those of a page, and one more, by the index of their condition, because they are rare."""
    return first(rows, ((F("pk") + 0).desc(),), size + 1, dressed)


def shown(rows: list[Row], *, size: int = SIZE, later: bool = False) -> Page[Row]:
    """The page of what was found.

    :param later: there is a page before it.
    """
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, rows[0].pk if rows and later else None, rows[-1].pk if rows and more else None)


def first(queryset: QuerySet[Row], order: tuple[Any, ...], most: int, dressed: Dressed | None = None) -> QuerySet[Row]:
    """The first rows in an order.

    :param dressed: what the page joins and annotates: done to its own rows, not to all that are sorted.
    """
    rows = queryset.order_by(*order)[:most]
    if dressed is None:
        return rows
    taken = queryset.model._default_manager.filter(pk__in=rows.values("pk"))
    return dressed(taken).order_by(*order)
