"""Controls drawn without templates say what Django's templates say."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.utils import override_settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal import controls
from portal.forms import Renderer

GROUPED = [("", "---"), ("Group <1>", [("a", "A & B"), (2, _("Chinese"))]), ('b"', SafeString("<b>x</b>"))]
ATTRS = {"class": 'x"y', "required": True, "disabled": False, "data-n": 3, "title": _("Chinese")}
BLANK = re.compile(r"\n\s*")
DRAWN: list[tuple[forms.Widget, Any]] = [
    (forms.TextInput(ATTRS), '<it\'s> & "more"'),
    (forms.TextInput(), None),
    (forms.TextInput(), ""),
    (forms.NumberInput(), 1234567),
    (forms.HiddenInput(), "x"),
    (forms.PasswordInput(), "never shown"),
    (forms.DateInput(format="%Y-%m-%d"), "2026-11-21"),
    (forms.CheckboxInput(ATTRS), True),
    (forms.CheckboxInput(), False),
    (forms.Textarea(ATTRS), "a\n</textarea><b>"),
    (forms.Textarea(), None),
    (forms.Select(ATTRS, choices=GROUPED), 2),
    (forms.Select(choices=GROUPED), "a"),
    (forms.Select(), None),
    (forms.SelectMultiple(choices=GROUPED), ["a", "2"]),
    (forms.NullBooleanSelect(), True),
]


@pytest.mark.parametrize(("widget", "value"), DRAWN, ids=lambda part: type(part).__name__)
@override_settings(USE_THOUSAND_SEPARATOR=False)
def test_a_control_is_what_the_template_says(widget: forms.Widget, value: Any) -> None:
    context = widget.get_context("a<b", value, {"id": "id_a"})
    drawn = controls.DRAWN[widget.template_name](context["widget"])
    of_template = DjangoTemplates().render(widget.template_name, context).rstrip("\n")
    assert BLANK.sub("\n", drawn) == BLANK.sub("\n", of_template)


def test_a_field_that_keeps_what_it_showed_has_it_beside_the_control() -> None:
    class Kept(forms.Form):
        tick = forms.BooleanField(initial=True, show_hidden_initial=True)
        line = forms.CharField(initial="<x>", show_hidden_initial=True)

    drawn = Kept(renderer=Renderer())
    assert all(
        f'<input type="hidden" name="initial-{field.name}" value="{value}"' in field.as_field_group()
        for field, value in zip(drawn, ["True", "&lt;x&gt;"], strict=True)
    )
