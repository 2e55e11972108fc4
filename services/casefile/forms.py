"""What an enterprise says to its own case."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal import words
from portal.accounts.forms import ContactForm
from portal.files.forms import AttachmentsField

NUMBER = re.compile(r"QS-?(\d{8})-?(\d{5,})")


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000, strip=True
    )
    attachments = AttachmentsField(label=_("Files"), required=False)


class WithdrawForm(forms.Form):
    note = forms.CharField(
        label=_("Why do you withdraw it?"),
        help_text=_("A few words help us to do better."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
        strip=True,
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("What is still open?"),
        help_text=_("The centre reads it and looks for help again."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        strip=True,
    )


class OpenForm(ContactForm):
    """How somebody without an account comes back to a case: its number, and where a code can be sent."""

    number = forms.CharField(
        label=_("Number of the case"),
        help_text=_("It begins with QS and is in the message we sent."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    field_order = ("number", "contact")

    def clean_number(self) -> str:
        typed = words.fold(words.clean(self.cleaned_data["number"])).upper().replace(" ", "")
        found = NUMBER.fullmatch(typed)
        if not found:
            raise ValidationError(_("A number looks like QS-20261121-00042."), code="number_form")
        return f"QS-{found[1]}-{found[2]}"


class SharingForm(forms.Form):
    """Whether the accepting institution may see the contact."""

    agree = forms.BooleanField(required=False)
