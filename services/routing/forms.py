"""What the desk types when it offers a need or takes an offer back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from experts.models import Institution


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
