"""The form of one entry, and what narrows a list."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Enterprise
from portal.files.forms import AttachmentsField
from portal.imports.fields import DAYS

if TYPE_CHECKING:
    from services.boards.register import Register

Screen = Callable[[str], str]
"""Gives a text back, or raises a ValidationError."""
SOON = (30, 60, 90, 365)
KEPT = [("", pgettext_lazy("entries", "In use")), ("away", _("Put away")), ("all", pgettext_lazy("entries", "All"))]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None, format: str = "%Y-%m-%d") -> None:
        super().__init__(attrs, format)


def formfield(column: "models.Field[Any, Any]", **options: Any) -> forms.Field | None:
    """How columns are asked for: days as people write them, texts in a few lines."""
    if type(column) is models.DateField:
        options |= {"widget": DayInput, "input_formats": DAYS}
    elif isinstance(column, models.TextField):
        options |= {"widget": forms.Textarea(attrs={"rows": 3})}
    return column.formfield(**options)


class ColumnsForm(forms.ModelForm):
    """Cleans the columns of a row; an action writes them."""

    @property
    def columns(self) -> dict[str, Any]:
        """What to keep."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class EntryForm(ColumnsForm):
    """Cleans one entry of an enterprise. Subclasses name ``Meta.model``, ``Meta.fields`` and
    ``Meta.formfield_callback = formfield``.

    :param enterprise: whose entry it is; taken from ``instance`` where there is one.
    """

    screens: ClassVar[Mapping[str, Callable[[int], Screen]]] = {}
    """By the column, what its ``clean_<column>`` asks the database: made for an enterprise, by its key, with few
    statements, and good for every row of a file.
    """

    def __init__(self, *args: Any, enterprise: Enterprise | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if enterprise is not None:
            self.instance.enterprise = enterprise

    def _get_validation_exclusions(self) -> set[str]:
        """A rule over the enterprise and other columns is checked here, before the database refuses."""
        return super()._get_validation_exclusions() - {"enterprise", "retired_at"}  # type: ignore[misc]


class PaperForm(forms.Form):
    """The scan of a certificate or report beside an entry."""

    paper = AttachmentsField(label=_("Paper"), help_text=_("A scan or file of the certificate or report; at most one."))

    def clean_paper(self) -> Any:
        sent: list[Any] = self.cleaned_data["paper"]
        if len(sent) > 1:
            raise forms.ValidationError(_("One file only, please."))
        return sent[0] if sent else None


class RetireForm(forms.Form):
    why = forms.CharField(label=_("Why it is put away"), max_length=200, required=True)


class NarrowForm(forms.Form):
    """What narrows a list: words, choices of its own columns, how soon something is due."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False)
    kept = forms.ChoiceField(label=_("Show"), required=False, choices=KEPT)

    def __init__(self, *args: Any, register: "Register[Any]", today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register, self.today = register, today
        for name in register.choices:
            column: Any = register.model._meta.get_field(name)
            label, choices = capfirst(str(column.verbose_name)), [("", _("any")), *column.choices]
            self.fields[name] = forms.ChoiceField(label=label, required=False, choices=choices)
        if register.due:
            choices = [("", _("any time")), ("over", _("Overdue"))]
            choices += [(str(days), _("within %(days)d days") % {"days": days}) for days in SOON]
            self.fields["due"] = forms.ChoiceField(label=str(register.due.title), required=False, choices=choices)

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Fields that cannot be read narrow nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("kept") != "all":
            rows = rows.filter(retired_at__isnull=wanted.get("kept") != "away")
        rows = rows.filter(_said(self.register.search, wanted.get("q", "")))
        rows = rows.filter(**{name: wanted[name] for name in self.register.choices if wanted.get(name)})
        return rows.filter(self._due(wanted.get("due", "")))

    def _due(self, wanted: str) -> Q:
        if not wanted or not self.register.due:
            return Q()
        on = self.register.due.on
        if wanted == "over":
            return Q(**{f"{on}__lt": self.today})
        return Q(**{f"{on}__range": (self.today, self.today + timedelta(days=int(wanted)))})

    @property
    def narrows(self) -> bool:
        return any(self.cleaned_data.values())


def _said(columns: Sequence[str], text: str) -> Q:
    """Every word in some column."""
    found = Q()
    for word in text.split()[:5]:
        found &= Q(*((f"{column}__icontains", word) for column in columns), _connector=Q.OR)
    return found


def problems(form: forms.BaseForm) -> dict[str, list[str]]:
    """The errors of a form for the API; what concerns no field stands under ``non_field_errors``."""
    return {
        "non_field_errors" if name == NON_FIELD_ERRORS else name: [str(one) for one in errors]
        for name, errors in form.errors.items()
    }
