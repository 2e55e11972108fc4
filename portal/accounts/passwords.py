"""What a password must be made of."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.models import User

CLASSES_WANTED = 3


class CharacterClassesValidator:
    """At least three of: small letters, capital letters, digits, other characters; GB/T 22239 asks for it."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len({_kind(character) for character in password}) < CLASSES_WANTED:
            raise ValidationError(self.get_help_text(), code="password_too_uniform")

    def get_help_text(self) -> str:
        return _("Use at least three of these four: small letters, capital letters, digits, other characters.")


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.islower():
        return "small"
    return "capital" if character.isupper() else "other"
