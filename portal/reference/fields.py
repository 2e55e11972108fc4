"""A form field for one of thousands of codes: type a few letters, pick from what was found. Works as a plain list
without scripts.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.widgets import Widget
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.reference.models import Industry, Region

Coded = Region | Industry
LONGEST_CODE = 12


class SearchSelect(Widget):
    """A search box above a select that htmx fills with what was found."""

    template_name = "reference/search_select.html"

    def __init__(self, address: str | Promise, model: type[Coded], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.address, self.model = address, model

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        code = getattr(value, "pk", value)
        chosen = self.model._default_manager.filter(pk=code).first() if code else None
        top = self.model._default_manager.filter(level=1).order_by("code")
        context["widget"] |= {"address": self.address, "chosen": chosen, "top": top, "optgroups": [(None, [{}], 0)]}
        return context


def options_anew(request: HttpRequest, rows: QuerySet[Any], hits: list[dict[str, str]]) -> HttpResponse:
    """The list below a search box once more, for htmx: what was found of `rows`, after the one that is chosen. The box
    says of which field it is, and the field comes along.
    """
    code = request.GET.get(request.GET.get("of", ""))
    chosen = rows.filter(pk=code[:LONGEST_CODE]).first() if code else None
    return render(request, "reference/_options.html", {"hits": hits, "chosen": chosen})


class CodeField(forms.Field):
    """The row with that code."""

    default_error_messages = {"unknown": _("Please choose one from the list.")}

    def __init__(self, model: type[Coded], address: str | Promise, **options: Any) -> None:
        self.model = model
        super().__init__(widget=SearchSelect(address, model), **options)

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "pk", value)

    def to_python(self, value: Any) -> Coded | None:
        if value in self.empty_values:
            return None
        row = self.model._default_manager.filter(pk=str(value)[:LONGEST_CODE]).first()
        if row is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return row


def region_field(**options: Any) -> CodeField:
    return CodeField(Region, reverse_lazy("reference:regions"), **options)


def industry_field(**options: Any) -> CodeField:
    return CodeField(Industry, reverse_lazy("reference:industries"), **options)
