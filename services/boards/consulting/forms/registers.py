"""The forms of the three registers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.reference.bilingual import listed
from services.boards.consulting.models import AwardApplication, Diagnosis, SupplyProject
from services.boards.consulting.states import AWARD_STEPS, PROJECT_STEPS, DiagnosisState
from services.boards.forms import EntryForm, formfield


def check_step(steps: Mapping[Any, frozenset[Any]], before: Any, after: Any) -> None:
    """:raises ValidationError: the table has no such step, with the ones it has."""
    if before and before != after and after not in steps[before]:
        names = listed(one.label for one in sorted(steps[before])) or "–"
        raise forms.ValidationError(_("From here it can only become: %(names)s."), params={"names": names})


class DiagnosisForm(EntryForm):
    class Meta:
        model = Diagnosis
        fields = ("title", "visited_on", "place", "diagnosed_by", "summary", "recheck_on", "note")
        formfield_callback = formfield

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.instance.pk and self.instance.state == DiagnosisState.CLOSED:
            raise forms.ValidationError(_("The plan is closed; the desk can open it again."))
        return data


class SteppingForm(EntryForm):
    """Of entries whose state is chosen in the form, by a table of steps."""

    steps: Mapping[Any, frozenset[Any]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = self.instance.state if self.instance.pk else None

    def clean_state(self) -> str:
        state: str = self.cleaned_data["state"]
        check_step(self.steps, self.before, state)
        return state


class ProjectForm(SteppingForm):
    steps = PROJECT_STEPS

    class Meta:
        model = SupplyProject
        fields = (
            *("chain", "anchor", "suppliers", "issue", "title", "owner", "state", "begins_on", "due_on"),
            *("spent_cny", "expected_cny", "note"),
        )
        formfield_callback = formfield


class AwardForm(SteppingForm):
    steps = AWARD_STEPS

    class Meta:
        model = AwardApplication
        fields = ("award", "scheme", "organiser", "deadline_on", "deadline_source", "state", "note")
        formfield_callback = formfield
