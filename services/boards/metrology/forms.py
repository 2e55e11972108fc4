"""The forms of the registers, the due list and an order."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import words
from portal.accounts.models import User
from portal.imports.fields import DAYS
from services.boards.asking import AskForm
from services.boards.forms import DayInput, EntryForm
from services.boards.forms import formfield as plain
from services.boards.metrology import numbers
from services.boards.metrology.models import Batch, Declaration, Forerunner, Instrument, Standard
from services.boards.metrology.ordering import Plan, orderable
from services.catalogue.models import ServiceItem
from services.triage.answers import in_reach

FOLDED = {"serial", "certificate", "model"}
PAST = {"last_on", "declared_on", "applied_on"}
ANSWERED = {"last_on", "due_set_on"}
"""What an order answers to the question until when a certificate is valid."""
NUMBERS = {"number"}
SOON, PERIODS = 60, (15, 30, 60, 90, 365)
"""Days ahead: what is shown first, and what may be chosen."""
MOST = 200
"""Instruments of one order: as many lines as a table of the catalogue takes."""


class FoldedField(forms.CharField):
    """Full-width letters and digits are the same as half-width ones."""

    def clean(self, value: Any) -> str:
        return words.fold(words.clean(super().clean(value)))


class NumberField(forms.CharField):
    """The number of a standard in the form in which it is kept."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        return numbers.canonical(typed) if typed else ""


class OwnNumberField(NumberField):
    """The number of an enterprise standard."""

    def clean(self, value: Any) -> str:
        number = super().clean(value)
        if number and not numbers.is_enterprise_standard(number):
            raise ValidationError(_("Enterprise standards begin with Q/, as in Q/ABC 001-2025."))
        return number


def not_ahead(day: Any) -> None:
    """:raises ValidationError: the day is still to come."""
    if day > timezone.localdate():
        raise ValidationError(_("This day is still to come."))


def formfield(column: "models.Field[Any, Any]", **options: Any) -> forms.Field | None:
    """Serial numbers and numbers of standards in one form; days of the past are not ahead, and what becomes an answer
    is a day that can be one.
    """
    if column.name in FOLDED:
        options["form_class"] = FoldedField
    elif column.name in NUMBERS:
        options["form_class"] = NumberField if column.model is Standard else OwnNumberField
    made = plain(column, **options)
    if made and column.name in PAST:
        made.validators.append(not_ahead)
    if made and column.name in ANSWERED:
        made.validators.append(in_reach)
    return made


class InstrumentForm(EntryForm):
    class Meta:
        model = Instrument
        fields = (
            "name",
            "model",
            "serial",
            "measuring_range",
            "accuracy",
            "location",
            "use",
            "compulsory",
            "confirmation",
            "certificate",
            "last_on",
            "interval_months",
            "due_set_on",
            "note",
        )
        formfield_callback = formfield


class StandardForm(EntryForm):
    class Meta:
        model = Standard
        fields = ("number", "title", "product", "status", "replaced_by", "withdrawn_on", "note")
        formfield_callback = formfield


class DeclarationForm(EntryForm):
    class Meta:
        model = Declaration
        fields = ("number", "title", "products", "state", "declared_on", "review_on", "note")
        formfield_callback = formfield


class ForerunnerForm(EntryForm):
    class Meta:
        model = Forerunner
        fields = ("number", "product", "year", "body", "state", "applied_on", "listed_until", "note")
        formfield_callback = formfield


def _how_soon() -> list[tuple[str, Any]]:
    """Made for each form: what is put into a sentence is said in the language of that moment."""
    within = [("" if days == SOON else str(days), _("within %(days)d days") % {"days": days}) for days in PERIODS]
    return [("0", _("Overdue")), *within]


class DueForm(forms.Form):
    """Which instruments the due list shows; a field that cannot be read narrows nothing."""

    within = forms.TypedChoiceField(
        label=pgettext_lazy("instrument", "Due"),
        required=False,
        coerce=int,
        empty_value=SOON,  # type: ignore[arg-type]
        choices=_how_soon,
    )
    confirmation = forms.ChoiceField(
        label=_("Kept by"),
        required=False,
        choices=[("", _("any")), *Instrument.Confirmation.choices],
    )
    location = forms.CharField(label=_("Where it is used"), required=False, max_length=120)
    day = forms.DateField(label=_("On one day"), required=False, widget=DayInput, input_formats=DAYS)


class OrderForm(AskForm):
    """Where and when the instruments can be had, and whom to call; which service of the catalogue is ordered."""

    field_order = ("item", "place", "address", "from_on", "until_on", "access")

    item = forms.ChoiceField(label=_("Which service?"), widget=forms.RadioSelect)
    place = forms.ChoiceField(label=_("Sent in or on site?"), choices=Batch.Place, widget=forms.RadioSelect)
    address = forms.CharField(
        label=_("Where the instruments are"), help_text=_("Needed for work on site."), max_length=200, required=False
    )
    from_on = forms.DateField(label=_("Can be had from"), required=False, widget=DayInput, input_formats=DAYS)
    until_on = forms.DateField(label=_("Can be had until"), required=False, widget=DayInput, input_formats=DAYS)
    access = forms.CharField(
        label=_("Safety and access on site"),
        help_text=_("What people need who come to your works: registration, shoes, an escort."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, user: User, instruments: list[Instrument], **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.items = {item.pk: item for item in orderable(instruments)}
        self.fields["item"].choices = [(pk, item.name) for pk, item in self.items.items()]  # type: ignore[attr-defined]
        self.initial = {"item": next(iter(self.items), ""), "place": Batch.Place.ON_SITE, **self.initial}

    def clean_item(self) -> ServiceItem:
        return self.items[self.cleaned_data["item"]]

    def plan(self) -> Plan:
        return Plan(**{name: self.cleaned_data[name] for name in self.field_order})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("from_on"), cleaned.get("until_on")
        if cleaned.get("place") == Batch.Place.ON_SITE and not cleaned.get("address"):
            self.add_error("address", _("Where should the institution come to?"))
        if ends and ends < timezone.localdate():
            self.add_error("until_on", _("This day is over."))
        elif begins and ends and ends < begins:
            self.add_error("until_on", _("This is before the first day."))
        return cleaned
