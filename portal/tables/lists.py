"""Lists to take along: column by column, read a thousand rows at a time.

A room writes an :class:`Export` and names it, or a tuple of them, in ``EXPORT_LISTS``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

AT_ONCE = 1000
Column = tuple[str | Promise, Callable[[Any], Any]]


@dataclass(frozen=True)
class Export:
    """One list: its rows, and each column with how it is read from a row."""

    slug: str
    title: str | Promise
    rows: Callable[[], QuerySet[Any]]
    columns: tuple[Column, ...]

    def header(self) -> list[str]:
        return [str(label) for label, _read in self.columns]

    def lines(self) -> Iterator[list[Any]]:
        """By primary key, so that the last part costs what the first did."""
        return ([_said(read(row)) for _label, read in self.columns] for row in _all(self.rows()))


@cache
def registered() -> dict[str, Export]:
    """By their slugs, in the order of the setting."""
    return {export.slug: export for name in settings.EXPORT_LISTS for export in import_string(name)}


def named(*columns: str) -> Callable[[Any], Any]:
    """The value at the end of a path of attributes; nothing where the path ends early."""

    def read(row: Any) -> Any:
        for name in columns:
            row = getattr(row, name) if row is not None else None
        return row

    return read


def word(*columns: str) -> Callable[[Any], Any]:
    """What the choice at the end of a path of attributes is called."""
    owner, name = named(*columns[:-1]), columns[-1]
    return lambda row: getattr(owner(row), f"get_{name}_display")()


def _all(rows: QuerySet[Any]) -> Iterator[Model]:
    after = 0
    while part := list(rows.filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        yield from part
        after = part[-1].pk


def _said(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return localtime(value).strftime("%Y-%m-%d %H:%M") if hasattr(value, "hour") else value
