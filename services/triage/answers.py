"""The questions of an item as form fields, and their answers as they are kept with the need."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.reference.bilingual import in_language
from services.catalogue.models import ServiceItem

Question = dict[str, Any]
LONGEST_ANSWER, MOST_LINES = 2000, 200
FIRST_YEAR, LAST_YEAR = 1950, 2149
"""Far enough inside the years of the clock that any promise can be counted back from an answer."""
YES_NO = [("", "—"), ("true", _("Yes")), ("false", _("No"))]


class TableField(forms.CharField):
    """A table as lines: one row per line, the cells in the order of the columns, divided by ``|`` or a tab."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, *, columns: list[Question], **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(max_length=20_000, **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._known(row) for row in value]
        lines = [line for line in str(super().to_python(value) or "").splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_("At most %(number)d lines."), params={"number": MOST_LINES})
        return [self._row(number, line) for number, line in enumerate(lines, start=1)]

    def validate(self, value: Any) -> None:
        return

    def run_validators(self, value: Any) -> None:
        return

    def _row(self, number: int, line: str) -> dict[str, str]:
        cells = [cell.strip() for cell in line.replace("\t", "|").replace("｜", "|").split("|")]
        if len(cells) > len(self.columns):
            raise ValidationError(
                _("Line %(number)d has more than %(columns)d cells."),
                params={"number": number, "columns": len(self.columns)},
            )
        keys = [column["key"] for column in self.columns]
        return {key: cell for key, cell in zip(keys, cells, strict=False) if cell}

    def _known(self, row: Any) -> dict[str, str]:
        keys = {column["key"] for column in self.columns}
        if not isinstance(row, Mapping) or not set(row) <= keys:
            raise ValidationError(_("Each row names only the columns of the table."))
        return {key: str(cell)[:LONGEST_ANSWER] for key, cell in row.items()}

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(" | ".join(str(row.get(column["key"], "")) for column in self.columns) for row in value)


def questions(item: ServiceItem) -> list[Question]:
    """What can be asked at the desk; files come later, from the enterprise."""
    return [question for question in item.intake_questions if question["type"] != "file"]


def field(question: Question) -> forms.Field:
    """Never required here: what is missing holds up an offer, not the triage."""
    common: dict[str, Any] = {"label": said(question, "label"), "required": False}
    kind = question["type"]
    if kind == "number":
        unit = said(question, "unit")
        return forms.DecimalField(**common, max_digits=20, decimal_places=6, step_size=None, help_text=unit)
    if kind == "date":
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(**common, widget=widget, validators=[in_reach])
    if kind == "choice":
        return _choice(question, common)
    if kind == "bool":
        return forms.TypedChoiceField(**common, choices=YES_NO, coerce=_yes, empty_value=None)
    if kind == "table":
        columns = " | ".join(said(column, "label") for column in question["columns"])
        help_text = _("One line each: %(columns)s") % {"columns": columns}
        return TableField(**common, columns=question["columns"], help_text=help_text)
    return forms.CharField(**common, max_length=LONGEST_ANSWER, strip=True)


def in_reach(day: date) -> None:
    """:raises ValidationError: the clock cannot count from this day or to it."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise ValidationError(_("Please give a day between %(first)s and %(last)s."), params=years)


def _choice(question: Question, common: dict[str, Any]) -> forms.Field:
    choices = [(choice["key"], said(choice, "label")) for choice in question["choices"]]
    if question.get("multiple"):
        return forms.MultipleChoiceField(**common, choices=choices, widget=forms.CheckboxSelectMultiple)
    return forms.ChoiceField(**common, choices=[("", "—"), *choices])


def said(row: Question, name: str) -> str:
    return in_language(row.get(f"{name}_zh", ""), row.get(f"{name}_en", ""))


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned values as JSON; what was not answered is left out."""
    return {key: _json(value) for key, value in values.items() if value not in (None, "", [])}


def cleaned(item: ServiceItem, given: Mapping[str, Any]) -> dict[str, Any]:
    """Answers that came as JSON.

    :raises ValidationError: by question.
    """
    asked = {question["key"]: question for question in questions(item)}
    errors: dict[str, Any] = {key: [_("This item has no such question.")] for key in given if key not in asked}
    values: dict[str, Any] = {}
    for key in given.keys() & asked.keys():
        try:
            values[key] = field(asked[key]).clean(_typed(given[key]))
        except ValidationError as error:
            errors[key] = error
    if errors:
        raise ValidationError(errors)
    return kept(values)


def missing(item: ServiceItem, given: Mapping[str, Any]) -> list[str]:
    """The questions that have to be answered before an offer and are not, in words."""
    return [
        said(question, "label")
        for question in questions(item)
        if question.get("required") and given.get(question["key"]) in (None, "", [])
    ]


def _typed(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _yes(value: Any) -> bool:
    return value in (True, "true")


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
