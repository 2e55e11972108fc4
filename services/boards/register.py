"""A register: one list that a board keeps for each enterprise. Declared once; list, page, form, history, import,
export, API, dossier and reminders come from the declaration.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import DateField

from services.boards import cells
from services.boards.cells import Cell, Words, shown
from services.boards.child import Child
from services.boards.dated import Dated
from services.boards.forms import EntryForm
from services.boards.models import Entry

M = TypeVar("M", bound=Entry)


@dataclass(frozen=True)
class Register(Generic[M]):
    """
    :param slug: in addresses, unique on its board.
    :param title: of the list ("Measuring instruments"); ``add`` is the button ("Add an instrument").
    :param empty: what to do where the list is empty, in one or two sentences.
    :param form: of one row; its fields, in their order, are also the columns of import and export and the members of
        the API.
    :param columns: of the list; names of fields or attributes. The first leads to the row.
    :param key: what tells rows of one enterprise apart; a UniqueConstraint holds it.
    :param search: text columns in which the list is searched.
    :param choices: columns with choices by which the list is narrowed.
    :param due: the day by which the list is sorted and narrowed.
    :param example: a row for the template of the import, by names of the form; none, no import.
    :param more: a template beneath the facts of a row, with ``row`` in its context.
    :param related: foreign keys that ``columns`` read.
    :param children: the tables that hang on its rows.
    """

    slug: str
    model: type[M]
    title: Words
    add: Words
    empty: Words
    form: type[EntryForm]
    columns: Sequence[str]
    key: Sequence[str]
    search: Sequence[str]
    icon: str = "list-check"
    choices: Sequence[str] = ()
    due: Dated | None = None
    example: Mapping[str, str] = field(default_factory=dict)
    more: str = ""
    related: Sequence[str] = ()
    children: Sequence[Child] = ()

    def labels(self) -> list[str]:
        return [self.label(name) for name in self.columns]

    def label(self, name: str) -> str:
        return cells.label(self.model, name)

    def cells(self, row: M) -> list[Cell]:
        """Of the list, in the order of the columns."""
        return [self._cell(row, name) for name in self.columns]

    def facts(self, row: M) -> list[Cell]:
        """Everything its form asks for, of which something is said."""
        return [cell for name in self.form.base_fields if (cell := self._cell(row, name)).text]

    def values(self, row: M) -> list[Any]:
        """For the export: what the import reads back."""
        return [shown(row, name, plain=True) for name in self.form.base_fields]

    def _cell(self, row: M, name: str) -> Cell:
        return Cell(self.label(name), shown(row, name), isinstance(cells.column(self.model, name), DateField))
