"""Fields of their own: one of the service items by searching, a scope annex as it is pasted, texts without promises."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Widget
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from experts import promises
from experts.credentials import ScopeRow
from experts.models import Institution
from portal import words
from portal.reference.contacts import normalise_phone
from services.catalogue.models import ServiceItem
from services.pool.imports.fields import known

MOST_ROWS = 1000
LONGEST_PART = 200
COLUMNS = ("object", "parameter", "method", "range")
DIVIDERS = re.compile(r"\s*[\t|｜]\s*")


class ItemSelect(Widget):
    """A search box above the list of all services; without scripts it is the list alone."""

    template_name = "reference/search_select.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        code = getattr(value, "pk", value)
        items = list(ServiceItem.objects.offered().in_order().only("code", "name_zh", "name_en"))
        chosen = next((item for item in items if item.pk == code), None)
        context["widget"] |= {
            "address": reverse_lazy("pool:item_options"),
            "chosen": chosen,
            "top": items,
            "optgroups": [(None, [{}], 0)],
        }
        return context


class ItemField(forms.Field):
    """The service item with that code."""

    widget = ItemSelect

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "pk", value)

    def to_python(self, value: Any) -> ServiceItem | None:
        if value in self.empty_values:
            return None
        item = ServiceItem.objects.offered().filter(pk=str(value)[:10]).first()
        if item is None:
            raise ValidationError(_("Please choose one from the list."), code="unknown")
        return item


class ScopeField(forms.CharField):
    """A scope annex, a row a line: object, parameter, method, range, divided by | or by the tab of a spreadsheet."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Scope, one row a line"),
            help_text=_(
                "Object or product | parameter | method or standard | range. Rows copied from a spreadsheet fit as "
                "they are."
            ),
            widget=forms.Textarea(attrs={"rows": 5, "wrap": "off"}),
            required=False,
            max_length=200_000,
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str | None) else "\n".join(" | ".join(row).rstrip(" |") for row in value)

    def clean(self, value: Any) -> tuple[ScopeRow, ...]:
        typed = words.clean(super().clean(value) or "")
        lines = [line for line in typed.splitlines() if line.strip()]
        if len(lines) > MOST_ROWS:
            raise ValidationError(_("Up to 1,000 rows can be kept at once."), code="too_many")
        return tuple(dict.fromkeys(_row(number, line) for number, line in enumerate(lines, start=1)))


def _row(number: int, line: str) -> ScopeRow:
    parts = [part.strip() for part in DIVIDERS.split(line.strip(" "))]
    if len(parts) > len(COLUMNS):
        raise ValidationError(_("Row %(number)d has more than four parts."), code="parts", params={"number": number})
    if not parts[0]:
        raise ValidationError(_("Row %(number)d names no object."), code="object", params={"number": number})
    if any(len(part) > LONGEST_PART for part in parts):
        raise ValidationError(
            _("Row %(number)d: a part is longer than 200 characters."), code="long", params={"number": number}
        )
    return ScopeRow(*parts)


class HonestField(forms.CharField):
    """Text that the public reads: it must not promise what nobody can."""

    def clean(self, value: Any) -> str:
        return promises.screen(super().clean(value))


class LongField(HonestField):
    """Several lines for the public."""

    def __init__(self, *, rows: int = 4, max_length: int = 2000, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), max_length=max_length, strip=True, **options)


class DayField(forms.DateField):
    """A day by the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class NamedField(forms.CharField):
    """An institution of the pool, by its whole name or its credit code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, help_text=_("Its full name or unified social credit code."), **options)

    def prepare_value(self, value: Any) -> Any:
        return value.name_zh if isinstance(value, Institution) else value

    def clean(self, value: Any) -> Institution | None:
        typed = super().clean(value)
        found = known([{"name": typed}], institutions=["name"]).institution(typed)
        if typed and found is None:
            raise ValidationError(
                _("No institution of this name or credit code is in the pool. Please import it first."), code="unknown"
            )
        return found


class PhoneField(forms.CharField):
    """Kept as E.164; may be left out."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        super().__init__(label=_("Phone"), max_length=40, required=False, widget=widget, **options)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        return normalise_phone(typed) if typed.strip() else ""
