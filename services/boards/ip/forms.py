"""What is typed about rights, deadlines and orders."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal import words
from portal.imports.fields import DAYS
from services.boards.forms import DayInput, EntryForm, formfield
from services.boards.ip import numbers
from services.boards.ip.models import CLASSES, Right


class NumberField(forms.CharField):
    """As the office gave it, tidied; whether it fits its kind is the model's rule."""

    def clean(self, value: Any) -> str:
        return numbers.tidy(super().clean(value))


class ClassesField(forms.CharField):
    """Numbers of classes: "9、11", "9, 11" or a list."""

    def clean(self, value: Any) -> Any:
        typed = words.fold(super().clean(self.prepare_value(value)))
        parts = [part for part in re.split(r"[\s,、;；，/]+", typed) if part]
        if any(not part.isascii() or not part.isdigit() or len(part) > 2 or int(part) not in CLASSES for part in parts):
            raise ValidationError(_("Classes are numbers from 1 to 45, divided by commas."))
        return sorted({int(part) for part in parts})

    def prepare_value(self, value: Any) -> Any:
        return "、".join(str(one) for one in value) if isinstance(value, list | tuple) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class RightForm(EntryForm):
    number = NumberField(
        label=_("Number"),
        max_length=60,
        help_text=_("As the office gave it: 201310699744.2 for a patent, 12345678 for a trademark."),
    )
    classes = ClassesField(
        label=_("Classes"), max_length=200, required=False, help_text=_("Of a trademark: numbers from 1 to 45.")
    )

    class Meta:
        model = Right
        fields = (
            "kind",
            "number",
            "title",
            "owners",
            "classes",
            "state",
            "filed_on",
            "priority_on",
            "published_on",
            "granted_on",
            "notified_on",
            "note",
        )
        formfield_callback = formfield


class DoneForm(forms.Form):
    """What was done about a deadline."""

    done_on = forms.DateField(label=_("Done on"), widget=DayInput, input_formats=DAYS)
    done_note = forms.CharField(
        label=_("Receipt or other proof"),
        help_text=_("The number of the receipt, or how it was done."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if day > self.today:
            raise ValidationError(_("This day is still to come. Note it when it is done."))
        if day.year < 1900:
            raise ValidationError(_("Please give a day between 1900 and 2149."))
        return day
