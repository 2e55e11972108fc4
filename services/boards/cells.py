"""What a column of a row is called and how its value reads: on a page, on paper and in a file."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Field, Model
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.reference.bilingual import listed

Words = str | Promise


@dataclass(frozen=True)
class Cell:
    """One value of a row, ready to be shown."""

    label: str
    text: str
    is_day: bool = False


def column(model: type[Model], name: str) -> "Field[Any, Any] | None":
    return next((one for one in model._meta.fields if one.name == name), None)


def label(model: type[Model], name: str) -> str:
    """Of a column; of an attribute its ``short_description``, as on the admin site."""
    found = column(model, name)
    return capfirst(str(_of_column(found) if found else _of_attribute(model, name)))


def shown(row: Model, name: str, *, plain: bool = False) -> str:
    """The value of a column in words.

    :param plain: days as ``2026-11-21`` and times as ``2026-11-21T14:30:00+08:00``, for a file.
    """
    word = getattr(row, f"get_{name}_display", None)
    value = word() if word else getattr(row, name)
    if callable(value):
        value = value()
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return _day(value, plain=plain)
    if isinstance(value, Decimal) and not plain:
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return listed(value)
    return str(value)


def _day(value: date, *, plain: bool) -> str:
    """Of a time, its hour and minute too."""
    if isinstance(value, datetime):
        local = localtime(value)
        return local.isoformat() if plain else date_format(local, _("j M Y, H:i"))
    return value.isoformat() if plain else date_format(value, _("j M Y"))


def value_of(row: Model, name: str) -> Any:
    """The value itself, for programs: the key of a choice, a time in its own zone; of another row its words."""
    value = getattr(row, name)
    if callable(value):
        value = value()
    return str(value) if isinstance(value, Model) else value


def _of_column(found: "Field[Any, Any]") -> Words:
    """A foreign key that nobody gave a name is called like the rows it leads to."""
    unnamed = found.is_relation and not isinstance(found.verbose_name, Promise)
    words: Words = found.related_model._meta.verbose_name if unnamed else found.verbose_name  # type: ignore[union-attr,assignment]
    return words


def _of_attribute(model: type[Model], name: str) -> Words:
    found = getattr(model, name)
    words: Words = getattr(getattr(found, "fget", found), "short_description", name.replace("_", " "))
    return words
