"""What can be imported. A room writes a :class:`Kind` and names it in ``IMPORT_KINDS``; the rest is done here."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from portal import words
from portal.accounts.models import User
from portal.refusals import Missing

Data = dict[str, str]
Cleaned = dict[str, Any]


class NotTheirs(Missing):
    """There is no such kind or scope for this user."""


class RowForm(forms.Form):
    """One row. The labels of its fields, in each language, are the headers of the columns.

    ``known`` is what :meth:`Kind.lookups` found for this row and its neighbours: no query per row.
    """

    def __init__(self, data: Data, *, known: Any) -> None:
        super().__init__({name: words.clean(text) for name, text in data.items()})
        self.known = known


class Kind:
    """One kind of rows: how they are read, by what they are told apart, how they are kept."""

    slug: str
    title: str | Promise
    about: str | Promise
    permission: ClassVar[str]
    form: type[RowForm]
    tabs: ClassVar[str]
    """The template with the way around of its room."""
    example: Data
    scoped: ClassVar[bool] = False
    """Whether a file is for somebody, whom :meth:`within` knows by a short text."""

    def within(self, scope: str, user: User) -> "Kind":
        """The kind for that scope, for files of that user.

        :raises NotTheirs: there is none such, or it is not for them.
        """
        if scope:
            raise NotTheirs
        return self

    def lookups(self, rows: Sequence[Data]) -> Any:
        """What the forms of these rows need from the database, by few statements."""
        raise NotImplementedError

    def keys(self, row: Cleaned) -> tuple[Hashable, ...]:
        """The natural keys: two rows that share one are one thing."""
        raise NotImplementedError

    def on_record(self, rows: Sequence[Cleaned]) -> set[Hashable]:
        """Those keys that need no row any more."""
        raise NotImplementedError

    def add(self, rows: Sequence[Cleaned], *, by: User, now: datetime) -> None:
        """Keep them all, in the caller's transaction; none is on record."""
        raise NotImplementedError


@cache
def registered() -> dict[str, Kind]:
    """By their slugs, in the order of the setting, whose names are of kinds or of functions that make several."""
    made = (import_string(name)() for name in settings.IMPORT_KINDS)
    every: Iterable[Kind] = (kind for one in made for kind in (one if isinstance(one, list) else [one]))
    return {kind.slug: kind for kind in every}


def of(user: User) -> list[Kind]:
    """What somebody may bring in for the whole house."""
    return [kind for kind in registered().values() if not kind.scoped and user.has_perm(kind.permission)]
