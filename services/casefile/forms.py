"""What an enterprise says to its own case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.files.forms import AttachmentsField


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000, strip=True
    )
    files = AttachmentsField(label=_("Files"), required=False)


class WithdrawForm(forms.Form):
    note = forms.CharField(
        label=_("Why do you withdraw it?"),
        help_text=_("A few words help us to do better."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
        strip=True,
    )
