"""The list of criteria of an award, and who coaches and judges."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from services.boards.consulting.forms.plans import NameForm
from services.boards.consulting.models import AwardPart, Criterion, CriterionAnswer

LONGEST = CriterionAnswer._meta.get_field("evidence").max_length or 300


class ChecklistForm(forms.Form):
    """One tick and one line for each criterion."""

    def __init__(
        self, *args: Any, criteria: Sequence[Criterion], answers: dict[int, CriterionAnswer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for one in criteria:
            said = answers.get(one.pk)
            self.fields[f"met_{one.pk}"] = forms.BooleanField(
                label=one.text, required=False, initial=bool(said and said.met)
            )
            self.fields[f"evidence_{one.pk}"] = forms.CharField(
                label=_("Where it is shown"), required=False, max_length=LONGEST, initial=said.evidence if said else ""
            )

    def lines(self) -> list[tuple[Criterion, forms.BoundField, forms.BoundField]]:
        return [(one, self[f"met_{one.pk}"], self[f"evidence_{one.pk}"]) for one in self.criteria]

    @property
    def said(self) -> dict[Criterion, tuple[bool, str]]:
        data = self.cleaned_data
        return {one: (data[f"met_{one.pk}"], data[f"evidence_{one.pk}"]) for one in self.criteria}


class PartForm(NameForm):
    part = forms.ChoiceField(label=_("Part"), choices=AwardPart.Part.choices)
