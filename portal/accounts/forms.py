"""What people type about themselves. Forms clean and check; actions write."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal import words
from portal.accounts.models import User
from portal.accounts.names import normalise_contact
from portal.reference.contacts import normalise_email, normalise_phone

LONGEST_LOGIN = 254
LONGEST_PASSWORD = 256
CODE_DIGITS = 6


class ContactFields(forms.BaseForm):
    """For model forms of User: phone and mail address in their one stored form, nothing instead of an empty text."""

    def clean_phone(self) -> str | None:
        typed = self.cleaned_data.get("phone")
        return normalise_phone(typed) if typed else None

    def clean_email(self) -> str | None:
        typed = self.cleaned_data.get("email")
        return normalise_email(typed) if typed else None


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("User name, phone or e-mail"),
        max_length=LONGEST_LOGIN,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class ContactForm(forms.Form):
    """Where a one-time code should go."""

    contact = forms.CharField(
        label=_("Phone or e-mail"),
        max_length=LONGEST_LOGIN,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_contact(self) -> str:
        return normalise_contact(self.cleaned_data["contact"])


class CodeForm(forms.Form):
    """The six digits that came."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "pattern": "[0-9 ０-９]*"}
        ),
    )

    def clean_code(self) -> str:
        digits = words.fold(words.clean(self.cleaned_data["code"])).replace(" ", "").replace("-", "")
        if not (digits.isascii() and digits.isdecimal() and len(digits) == CODE_DIGITS):
            raise ValidationError(_("The code is six digits; look at the message we sent."), code="code_form")
        return digits


class NewPasswordForm(forms.Form):
    """A password, twice; checked against the rules with the person in mind."""

    password = forms.CharField(
        label=_("New password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text=_("At least 10 characters; three of: small letters, capital letters, digits, other characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password_validation.validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned and "again" in cleaned and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    """The same for somebody who has a password already and did not just prove who they are by a code."""

    current = forms.CharField(
        label=_("Present password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("current", "password", "again")


class ClaimForm(NewPasswordForm):
    """Somebody who came by a code makes the account their own."""

    name = forms.CharField(label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    agreed = forms.BooleanField(label=_("I have read the privacy notice and agree to it."))
    field_order = ("name", "password", "again", "agreed")

    def clean_name(self) -> str:
        return _name(self.cleaned_data["name"])


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language of mails and pages"), choices=settings.LANGUAGES)

    def clean_name(self) -> str:
        return _name(self.cleaned_data["name"])


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        help_text=_("For example: our own order system"),
    )

    def clean_name(self) -> str:
        return _name(self.cleaned_data["name"])


def _name(typed: str) -> str:
    name = words.clean(typed)
    if not name:
        raise ValidationError(_("Enter a name."), code="name_empty")
    return name
