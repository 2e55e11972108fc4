"""What is typed about orders of tests, their samples, hand-overs and results."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.boards.forms import ColumnsForm, EntryForm, formfield
from services.boards.testing.models import HandOver, Item, Judgement, Order, Sample


class OrderForm(EntryForm):
    class Meta:
        model = Order
        fields = ("reference", "product", "purpose", "laboratory", "urgency", "subcontract", "wanted_on", "note")
        formfield_callback = formfield


class BeneathForm(ColumnsForm):
    """A row beneath an order."""

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = self.instance.order = order

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"order"}  # type: ignore[misc]


class SampleForm(BeneathForm):
    class Meta:
        model = Sample
        fields = ("label", "identity", "quantity", "batch", "storage", "retained_until")
        formfield_callback = formfield

    def clean_label(self) -> str:
        label: str = self.cleaned_data["label"]
        if self.order.samples.filter(label=label).exists():
            raise ValidationError(_("The order has a sample with this number already."))
        return label


class ItemForm(BeneathForm):
    class Meta:
        model = Item
        fields = ("sample", "parameter", "method", "basis")
        formfield_callback = formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sample"].queryset = self.order.samples.order_by("pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        same = {name: said.get(name) for name in ("sample", "parameter", "method")}
        if all(same.values()) and Item.objects.filter(**same).exists():
            raise ValidationError(_("This item is on the list for this sample and method already."))
        return said


def _moments(column: "models.Field[Any, Any]", **options: Any) -> forms.Field | None:
    if isinstance(column, models.DateTimeField):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        options |= {"widget": widget, "input_formats": ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]}
        return forms.DateTimeField(label=column.verbose_name, widget=widget, input_formats=options["input_formats"])
    return column.formfield(**options)


class HandOverForm(ColumnsForm):
    class Meta:
        model = HandOver
        fields = ("given_by", "taken_by", "at", "place", "condition")
        formfield_callback = _moments

    def __init__(self, *args: Any, sample: Sample, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sample, self.now = sample, now

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at > self.now:
            raise ValidationError(_("This time is still to come. Note the hand-over when it has happened."))
        last = self.sample.hand_overs.order_by("-at", "-pk").first()
        if last and at < last.at:
            raise ValidationError(_("The sample was handed over later than this already; lines are only added."))
        if at.year < 1900:
            raise ValidationError(_("Enter a valid date/time."))
        return at


class ResultForm(forms.Form):
    """What was measured, and the judgement by the basis that was agreed."""

    value = forms.CharField(label=_("Measured"), max_length=120)
    judgement = forms.ChoiceField(
        label=_("Judgement"), choices=[(one.value, one.label) for one in Judgement if one != Judgement.OPEN]
    )
    subcontracted_to = forms.CharField(label=_("Subcontracted to"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**6)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item

    def clean_judgement(self) -> str:
        judgement: str = self.cleaned_data["judgement"]
        if judgement in (Judgement.PASS, Judgement.FAIL) and not self.item.basis:
            raise ValidationError(_("Without a judgement basis a result is not judged."))
        return judgement

    def clean_subcontracted_to(self) -> str:
        name: str = self.cleaned_data["subcontracted_to"]
        if name and not self.item.order.subcontract:
            raise ValidationError(_("The enterprise has not agreed to subcontracting."))
        return name
