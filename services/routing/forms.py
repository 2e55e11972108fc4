"""What the desk types when it offers a need or takes an offer back."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from experts.models import Institution
from services.routing.models import MatchRules
from services.routing.rules import HEAVIEST, WEIGHTS
from services.routing.sentences import FACTOR_NAMES


class OfferForm(forms.Form):
    institution = forms.ModelChoiceField(Institution.objects.all(), widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why this one and not the first?"),
        help_text=_("Kept with the record. Only staff read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        required=False,
        strip=True,
    )


class RecallForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why is the offer taken back?"),
        help_text=_("The institution reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        strip=True,
    )


class SignatureForm(forms.Form):
    """Asks a second person to sign."""

    institution = forms.ModelChoiceField(Institution.objects.all(), widget=forms.HiddenInput)
    reason = forms.CharField(max_length=500, strip=True)


class SignForm(forms.Form):
    """Signs, or refuses and says why."""

    decision = forms.ChoiceField(choices=[("sign", ""), ("refuse", "")])
    note = forms.CharField(max_length=500, strip=True, required=False)


class HoldForm(forms.Form):
    """Switches automatic offers off, or on again."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the case. Only staff read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        strip=True,
    )


class RulesForm(forms.ModelForm):
    """A draft of the numbers: one field for each weight, and the rest."""

    near_tie = forms.FloatField(
        label=_("Points within which two count as equally good"),
        help_text=_("Of 100. They take turns, drawn by lot for the day."),
        min_value=0,
        max_value=20,
        step_size=0.5,
    )
    rating_from = forms.IntegerField(
        label=_("Answers from which the rating counts in full"),
        help_text=_("From fewer answers it never weighs most."),
        min_value=0,
        max_value=1000,
    )
    stale_after = forms.IntegerField(
        label=_("Days after which an unconfirmed entry is stale"), min_value=1, max_value=3650
    )

    class Meta:
        model = MatchRules
        fields = ("near_tie", "rating_from", "stale_after", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, usual in WEIGHTS.items():
            self.fields[f"weight_{code}"] = forms.IntegerField(
                label=str(FACTOR_NAMES[code]),
                min_value=0,
                max_value=HEAVIEST,
                initial=self.instance.weights.get(code, 0) if self.instance.weights else usual,
            )

    def numbers(self) -> dict[str, Any]:
        """What was entered, by column."""
        columns = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return {**columns, "weights": self.instance.weights}

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        weights = {code: found.get(f"weight_{code}", 0) for code in WEIGHTS}
        if not self.errors and not any(weights.values()):
            raise forms.ValidationError(_("Something has to count: at least one weight above zero."))
        self.instance.weights = weights
        return found


class PublishForm(forms.Form):
    """Publishes the draft that was read, and no later one."""

    read = forms.CharField(widget=forms.HiddenInput)
    begins_on = forms.DateField(
        label=_("In force from"),
        help_text=_("Today or later. What was ranked before keeps its numbers."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("Why it was changed"),
        help_text=_("Everybody who reads the rules reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        strip=True,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["begins_on"].widget.attrs["min"] = today.isoformat()

    def clean_begins_on(self) -> date:
        day: date = self.cleaned_data["begins_on"]
        if day < self.today:
            raise forms.ValidationError(_("This day is over. Rules begin today or later."))
        return day
