"""The list of criteria of an award, and who coaches and judges."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from services.boards.consulting.forms.plans import NameForm
from services.boards.consulting.models import AwardPart, Criterion, CriterionAnswer

LONGEST = CriterionAnswer._meta.get_field("evidence").max_length or 300


class ChecklistForm(forms.Form):
    """One tick and one line for each criterion. The page keeps what it showed, so that only what was changed on it is
    written: others may answer at the same time.
    """

    def __init__(
        self, *args: Any, criteria: Sequence[Criterion], answers: dict[int, CriterionAnswer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for one in criteria:
            said = answers.get(one.pk)
            self.fields[f"met_{one.pk}"] = forms.BooleanField(
                label=one.text, required=False, initial=bool(said and said.met), show_hidden_initial=True
            )
            self.fields[f"evidence_{one.pk}"] = forms.CharField(
                label=_("Where it is shown"),
                required=False,
                max_length=LONGEST,
                initial=said.evidence if said else "",
                show_hidden_initial=True,
            )

    def lines(self) -> list[tuple[Criterion, forms.BoundField, forms.BoundField]]:
        return [(one, self[f"met_{one.pk}"], self[f"evidence_{one.pk}"]) for one in self.criteria]

    @property
    def said(self) -> dict[Criterion, tuple[bool, str]]:
        """Of each criterion of which something was changed: that, beside what is kept now."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        now = {name: field.initial for name, field in self.fields.items()} | changed
        names = {one: (f"met_{one.pk}", f"evidence_{one.pk}") for one in self.criteria}
        return {one: (now[met], now[shown]) for one, (met, shown) in names.items() if {met, shown} & changed.keys()}


class PartForm(NameForm):
    part = forms.ChoiceField(label=_("Part"), choices=AwardPart.Part.choices)
