"""What hangs on the rows of a register, or on the enterprise itself. Declared once; the dossier, its PDF and its zip
carry it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.text import capfirst

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards import cells
from services.boards.cells import Words


@dataclass(frozen=True)
class Child:
    """One table; its QuerySet has ``visible_to``.

    :param slug: the name of its files, unique among registers and children of its board.
    :param title: of the table ("Samples").
    :param columns: names of fields or attributes that go out.
    :param entry: the path to the row of the register (``sample__order``); rows of what was put away are not in use.
    :param owner: the path to the enterprise, where there is no such row.
    :param keys: foreign keys whose numbers go out beside the words. The first is the row above, named on paper.
    :param brief: the columns that paper has room for; none, all of them.
    :param file: the foreign key of an attachment that goes along.
    :param names: what attributes are called that are no fields.
    :param related: foreign keys that ``columns`` and the words of the row above read.
    """

    slug: str
    title: Words
    model: type[Model]
    columns: Sequence[str]
    entry: str = ""
    owner: str = "enterprise"
    keys: Sequence[str] = ()
    brief: Sequence[str] = ()
    file: str = ""
    names: Mapping[str, Words] = field(default_factory=dict)
    related: Sequence[str] = ()

    def of(self, enterprise: Enterprise, user: User) -> "QuerySet[Any]":
        """Everything, rows of what was put away too."""
        path = f"{self.entry}__enterprise" if self.entry else self.owner
        rows: QuerySet[Any] = self.model._default_manager.visible_to(user).filter(**{path: enterprise})  # type: ignore[attr-defined]
        return rows

    def in_use(self, enterprise: Enterprise, user: User) -> "QuerySet[Any]":
        rows = self.of(enterprise, user)
        return rows.filter(**{f"{self.entry}__retired_at": None}) if self.entry else rows

    def joined(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        return rows.select_related(*self.related) if self.related else rows

    def label(self, name: str) -> str:
        return capfirst(str(self.names[name])) if name in self.names else cells.label(self.model, name)

    @property
    def on_paper(self) -> list[str]:
        """The row above, and what there is room for."""
        return [*self.keys[:1], *(self.brief or self.columns)]

    def header(self) -> list[str]:
        """Of the file: numbers under the names that programs know, words under those that people read."""
        return ["id", *(f"{key}_id" for key in self.keys), *(self.label(name) for name in self.columns)]

    def line(self, row: Model) -> list[Any]:
        return [*self._numbers(row).values(), *(cells.shown(row, name, plain=True) for name in self.columns)]

    def record(self, row: Model) -> dict[str, Any]:
        """The same for programs."""
        return {**self._numbers(row), **{name: cells.value_of(row, name) for name in self.columns}}

    def _numbers(self, row: Model) -> dict[str, Any]:
        return {"id": row.pk, **{f"{key}_id": getattr(row, f"{key}_id") for key in self.keys}}
