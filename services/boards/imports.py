"""A register filled from a file, for one enterprise: the row form and the kind are made from the declaration."""

import copy
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.imports.fields import DAYS, WordField, YesField
from portal.imports.kinds import Cleaned, Data, Kind, NotTheirs, RowForm
from portal.reference.bilingual import listed
from services.boards.board import BoardApp, registered
from services.boards.forms import Screen
from services.boards.register import Register


class RegisterKind(Kind):
    """The rows of one register; :meth:`within` says whose."""

    permission = "boards.keep"
    tabs = ""
    scoped = True

    def __init__(self, app: BoardApp, register: Register[Any], enterprise: int | None = None) -> None:
        self.app, self.register, self.enterprise = app, register, enterprise
        self.slug = slug_of(app, register)
        self.title = register.title
        self.about = lazy(self._told_apart, str)()
        self.form = _row_form(register)
        self.example = dict(register.example)

    def _told_apart(self) -> str:
        """In the language of whoever reads it: kinds are made once for everybody."""
        columns = listed(map(self.register.label, self.register.key))
        return str(_("Told apart by: %(columns)s.")) % {"columns": columns}

    def within(self, scope: str, user: User) -> "RegisterKind":
        own = Enterprise.objects.visible_to(user).filter(pk=int(scope)).first() if scope.isdecimal() else None
        if own is None:
            raise NotTheirs
        return RegisterKind(self.app, self.register, own.pk)

    def lookups(self, rows: Sequence[Data]) -> dict[str, Screen]:
        """The screens of the register's form, for whoever the rows are."""
        assert self.enterprise is not None  # a file is for somebody
        return {name: screen(self.enterprise) for name, screen in self.register.form.screens.items()}

    def keys(self, row: Cleaned) -> tuple[Hashable, ...]:
        return (tuple(row[name] for name in self.register.key),)

    def on_record(self, rows: Sequence[Cleaned]) -> set[Hashable]:
        first = self.register.key[0]
        there = self.register.model._default_manager.filter(
            enterprise=self.enterprise, **{f"{first}__in": {row[first] for row in rows}}
        )
        return set(there.kept().values_list(*self.register.key))

    def add(self, rows: Sequence[Cleaned], *, by: User, now: datetime) -> None:
        model = self.register.model
        made = model._default_manager.bulk_create(
            model(enterprise_id=self.enterprise, created_at=now, changed_at=now, **row) for row in rows
        )
        model.derive([row.pk for row in made], now=now)


def slug_of(app: BoardApp, register: Register[Any]) -> str:
    return f"{app.slug}-{register.slug}"


def kinds() -> Iterable[Kind]:
    """Of every register that says by an example how a row looks."""
    return [RegisterKind(app, one) for app in registered().values() for one in app.registers if one.example]


def _row_form(register: Register[Any]) -> type[RowForm]:
    """The fields of the register's own form, reading cells as people write them; its screens, and the rules of its
    model over several fields, too.
    """
    fields: dict[str, Any] = {name: _cell(field) for name, field in register.form.base_fields.items()}
    screens = {f"clean_{name}": _screened(name) for name in register.form.screens}

    def clean(self: RowForm) -> dict[str, Any]:
        row = {name: self.cleaned_data[name] for name in fields if name in self.cleaned_data}
        if not self.errors:
            try:
                register.model(**row).clean()
            except ValidationError as error:
                self.add_error(None, error)
        return row

    made = type(f"{register.model.__name__}Row", (RowForm,), {**fields, **screens, "clean": clean})
    return cast("type[RowForm]", made)


def _screened(name: str) -> Callable[[RowForm], str]:
    def clean(self: RowForm) -> str:
        screen: Screen = self.known[name]
        return screen(self.cleaned_data[name])

    return clean


def _cell(field: forms.Field) -> forms.Field:
    if isinstance(field, forms.TypedChoiceField | forms.ChoiceField):
        choices = [(value, word) for value, word in field.choices if value not in ("", None)]  # type: ignore[union-attr,misc]
        made: forms.Field = WordField(field.label, choices, default=field.initial or "")
        made.required = field.required and not field.initial
        return made
    if isinstance(field, forms.BooleanField):
        return YesField(field.label, default=False)
    copied = copy.deepcopy(field)
    if isinstance(copied, forms.DateField):
        copied.input_formats = DAYS
    return copied
