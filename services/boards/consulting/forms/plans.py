"""What is asked for on the pages of a plan."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from experts.models import Expert
from portal.files.forms import AttachmentsField
from portal.imports.fields import DAYS
from services.boards.consulting.models import Diagnosis, Finding, PlanAction
from services.boards.consulting.models.plans import FIRST_YEAR
from services.boards.forms import ColumnsForm, DayInput, formfield


class FindingForm(ColumnsForm):
    photos = AttachmentsField(label=_("Photos"))

    class Meta:
        model = Finding
        fields = ("stage", "severity", "text")
        formfield_callback = formfield


class ActionForm(ColumnsForm):
    """:param diagnosis: whose findings may be chosen."""

    class Meta:
        model = PlanAction
        fields = ("finding", "text", "owner", "due_on", "cost_cny", "expected_cny")
        formfield_callback = formfield

    def __init__(self, *args: Any, diagnosis: Diagnosis, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.diagnosis = diagnosis
        self.fields["finding"].queryset = diagnosis.findings.order_by("pk")  # type: ignore[attr-defined]
        self.fields["finding"].empty_label = _("None in particular")  # type: ignore[attr-defined]

    def clean_due_on(self) -> date:
        due: date = self.cleaned_data["due_on"]
        if due < self.diagnosis.visited_on:
            raise forms.ValidationError(_("This is before the day of the visit."))
        return due


class DoneForm(forms.Form):
    note = forms.CharField(label=_("How it was done, in a few words"), max_length=300, required=False)


class DropForm(forms.Form):
    why = forms.CharField(label=_("Why it is dropped"), max_length=300)


class ReopenForm(forms.Form):
    why = forms.CharField(label=_("Why the plan is opened again"), max_length=300)


class BenefitForm(forms.Form):
    """What an action brought in; one document at most."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR)
    amount_cny = forms.DecimalField(label=_("Realised benefit, CNY"), max_digits=14, decimal_places=2, min_value=0)
    basis = forms.CharField(label=_("How it was reckoned"), max_length=500)
    paper = AttachmentsField(
        label=_("Document that supports it"),
        help_text=_("With a document the benefit counts as supported, without one as self-reported."),
    )

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise forms.ValidationError(_("This year has not come yet. What is expected stands in the action itself."))
        return year

    def clean_paper(self) -> Any:
        sent: list[Any] = self.cleaned_data["paper"]
        if len(sent) > 1:
            raise forms.ValidationError(_("One file only, please."))
        return sent[0] if sent else None


class RecheckForm(forms.Form):
    """What a visit found of the actions that are said to be done."""

    visited_on = forms.DateField(label=_("Day of the re-check"), widget=DayInput(), input_formats=DAYS)
    summary = forms.CharField(
        label=_("What the re-check found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, diagnosis: Diagnosis, waiting: Sequence[PlanAction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.diagnosis, self.waiting = diagnosis, waiting
        for action in waiting:
            self.fields[f"action_{action.pk}"] = forms.ChoiceField(
                label=str(action.text),
                choices=[("", _("not looked at")), ("done", _("found done")), ("open", _("not found done"))],
                required=False,
            )

    def clean_visited_on(self) -> date:
        day: date = self.cleaned_data["visited_on"]
        if day < self.diagnosis.visited_on:
            raise forms.ValidationError(_("The re-check comes after the visit."))
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    @property
    def found(self) -> dict[PlanAction, bool]:
        """Whether each action that was looked at was found done."""
        said = {action: self.cleaned_data.get(f"action_{action.pk}") for action in self.waiting}
        return {action: word == "done" for action, word in said.items() if word}


class NameForm(forms.Form):
    expert = forms.ModelChoiceField(
        label=_("Expert"), queryset=Expert.objects.filter(available=True).order_by("name", "pk")
    )


class DeclareForm(forms.Form):
    """What ties an expert to the enterprise."""

    conflict = forms.TypedChoiceField(
        label=_("Have you, your employer or your family any tie to this enterprise?"),
        choices=[("no", _("No tie that could sway me")), ("yes", _("Yes, there is one"))],
        widget=forms.RadioSelect,
        coerce=lambda word: word == "yes",
    )
    interests = forms.CharField(
        label=_("Which"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    honest = forms.BooleanField(label=_("I keep what I see here to myself and use it for this diagnosis only."))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("conflict") and not data.get("interests"):
            self.add_error("interests", _("Please say which."))
        return data
