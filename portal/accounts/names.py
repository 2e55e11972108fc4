"""What people call themselves when they sign in: one stored form for each way of typing it."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal import words
from portal.reference.contacts import mask_email, mask_phone, normalise_email, normalise_phone

AT = ("@", "＠")


def normalise_contact(typed: str) -> str:
    """A mail address in lower case or a phone number in E.164.

    :raises ValidationError: when it is neither.
    """
    if any(sign in typed for sign in AT):
        return normalise_email(typed)
    if not any(character.isdecimal() for character in typed):
        raise ValidationError(_("Enter a phone number or an e-mail address."), code="contact_form")
    return normalise_phone(typed)


def possible_logins(typed: str) -> tuple[str, str]:
    """(user name, contact) that `typed` may stand for; the contact is "" when it cannot be one."""
    name = unicodedata.normalize("NFKC", words.clean(typed))
    try:
        return name, normalise_contact(typed)
    except ValidationError:
        return name, ""


def is_email(contact: str) -> bool:
    return "@" in contact


def mask(contact: str) -> str:
    return mask_email(contact) if is_email(contact) else mask_phone(contact)
