"""Which column is which: by its header in either language."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal import words
from portal.imports.kinds import Data, RowForm
from portal.tables.reading import Line

LANGUAGES = ("zh-hans", "en")
TRIMMINGS = re.compile(r"[\s*＊:：]")
REMARK = re.compile(r"[(（].*?[)）]")
EXAMPLE = ("（示例）", "(example)")
"""What begins so in its first cell is the example row of the template."""


class NotOurColumns(Exception):
    """The file cannot be read as this kind; the sentence says why."""

    def __init__(self, sentence: str | Promise) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Columns:
    """Names of fields by the place of their columns; ``ignored`` are headers that mean nothing here."""

    places: dict[int, str]
    ignored: list[str]

    def data(self, line: Line) -> Data:
        cells = dict(enumerate(line.cells))
        return {name: cells.get(place, "") for place, name in self.places.items()}


def read(line: Line, form: type[RowForm]) -> Columns:
    """:raises NotOurColumns: a column is missing that is needed, or one is there twice."""
    names = _names(form)
    meant = {
        place: names.get(_key(text)) or names.get(_key(REMARK.sub("", text))) for place, text in enumerate(line.cells)
    }
    found = {place: name for place, name in meant.items() if name}
    taken = list(found.values())
    if twice := sorted({name for name in taken if taken.count(name) > 1}):
        raise NotOurColumns(_("This column is there twice: %(names)s.") % {"names": _said(form, twice)})
    lacking = [name for name, field in form.base_fields.items() if field.required and name not in taken]
    if lacking:
        words_ = ngettext_lazy("This column is missing: %(names)s.", "These columns are missing: %(names)s.", "count")
        raise NotOurColumns(words_ % {"names": _said(form, lacking), "count": len(lacking)})
    return Columns(found, [text for place, text in enumerate(line.cells) if text and place not in found])


def is_example(line: Line) -> bool:
    return bool(line.cells) and line.cells[0].startswith(EXAMPLE)


def label(form: type[RowForm], name: str) -> str:
    field = form.base_fields.get(name)
    return str(field.label) if field else ""


def of(form: type[RowForm]) -> list[str]:
    """The headers of the template in the language of the reader; * where a cell must not be empty."""
    return [f"{field.label}{' *' if field.required else ''}" for field in form.base_fields.values()]


def _names(form: type[RowForm]) -> dict[str, str]:
    names = {name: name for name in form.base_fields}
    for language in LANGUAGES:
        with translation.override(language):
            names |= {_key(str(field.label)): name for name, field in form.base_fields.items()}
    return names


def _said(form: type[RowForm], names: Sequence[str]) -> str:
    return ", ".join(label(form, name) for name in names)


def _key(text: str) -> str:
    return TRIMMINGS.sub("", unicodedata.normalize("NFKC", words.clean(text)).lower())
