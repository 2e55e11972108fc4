"""A blank form is drawn once, and says what the form itself would say."""

from typing import Any

import pytest
from django import forms
from django.utils import translation
from django.utils.safestring import SafeData
from django.utils.translation import gettext_lazy as _

from portal.forms import Blank


class ColourForm(forms.Form):
    """Something to type, something to choose, and the version."""

    text = forms.CharField(label=_("Note"), help_text=_("Only staff read it."), widget=forms.Textarea)
    to = forms.ChoiceField(label=_("To whom"), choices=[("", "—"), ("a", _("Copied")), ("b", "<b>")])
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, spoken: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not spoken:
            del self.fields["to"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_says_what_the_form_says(language: str) -> None:
    with translation.override(language):
        form = ColourForm(initial={"version": 7, "to": "b"}, auto_id="note_%s", spoken=True)
        assert str(Blank(ColourForm, "note_", 7, begins_with={"to": "b"}, spoken=True)) == str(form)


def test_each_has_its_own_ids_version_and_shape() -> None:
    first, second, third = (
        Blank(ColourForm, "a_", 1),
        Blank(ColourForm, "b_", 1000),
        Blank(ColourForm, "a_", spoken=True),
    )
    assert str(first) == str(ColourForm(initial={"version": 1}, auto_id="a_%s"))
    assert str(second) == str(ColourForm(initial={"version": 1000}, auto_id="b_%s"))
    assert str(third) == str(ColourForm(auto_id="a_%s", spoken=True))


def test_each_reader_has_their_own_language() -> None:
    drawn = []
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            drawn.append(str(Blank(ColourForm, spoken=True)))
    assert drawn[0] == drawn[2] != drawn[1]


def test_it_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    str(Blank(ColourForm, "a_", 1))
    monkeypatch.setattr(ColourForm, "__init__", None)
    assert isinstance(str(Blank(ColourForm, "b_", 2)), SafeData)
