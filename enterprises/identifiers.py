"""The unified social credit code (GB 32100-2015): tidied, checked, and explained where it is wrong."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc as standard

from portal import words

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LOOKALIKES = {"I": "1", "O": "0", "Z": "2", "S": "5"}
SEPARATORS = re.compile(r"[\s\-–—·.]+")
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class Problem(models.TextChoices):
    """What is wrong, as an error code for forms and the API."""

    EMPTY = "uscc_empty", _("empty")
    LENGTH = "uscc_length", _("wrong length")
    CHARACTER = "uscc_character", _("character that cannot occur")
    REGION = "uscc_region", _("registration area is not digits")
    CHECK = "uscc_check", _("check character does not fit")


@dataclass(frozen=True)
class Checked:
    """The tidied code and what is to be said about it. A warning is told, an error refused."""

    value: str
    problem: Problem | None = None
    message: str | Promise = ""
    warning: str | Promise = ""

    @property
    def ok(self) -> bool:
        return self.problem is None


def normalise_uscc(text: str) -> str:
    """Half-width, upper case, without spaces and dashes. Says nothing about validity."""
    return SEPARATORS.sub("", words.fold(words.clean(text))).upper()


def check_uscc(text: str) -> Checked:
    """All of the code: length, characters, registration area, check character; 92… and 93… are as welcome as 91….

    The organisation code inside (positions 9 to 17, GB 11714) has a check character of its own; some genuine codes
    break it, so that failure is only a warning.
    """
    value = normalise_uscc(text)
    for check in (_length, _characters, _region, _check_character):
        refused = check(value)
        if refused is not None:
            return Checked(value, *refused)
    return Checked(value, warning=_organisation_warning(value))


def validate_uscc(text: str) -> str:
    """:func:`check_uscc` for forms and serializers: the tidied code.

    :raises ValidationError: with a :class:`Problem` as its code and the explanation as its message.
    """
    checked = check_uscc(text)
    if checked.problem is not None:
        raise ValidationError(str(checked.message), code=checked.problem.value)
    return checked.value


Refusal = tuple[Problem, str | Promise] | None


def _length(value: str) -> Refusal:
    if not value:
        return Problem.EMPTY, _("Enter the 18 characters of the unified social credit code.")
    if len(value) != LENGTH:
        message = _("A unified social credit code has 18 characters; this one has {count}.")
        return Problem.LENGTH, format_lazy(message, count=len(value))
    return None


def _characters(value: str) -> Refusal:
    for position, character in enumerate(value, start=1):
        if character in ALPHABET:
            continue
        if character in LOOKALIKES:
            message = _("“{character}” at position {position} cannot occur in this code; is it a {likely}?")
            likely = LOOKALIKES[character]
            return Problem.CHARACTER, format_lazy(message, character=character, position=position, likely=likely)
        message = _("“{character}” at position {position} cannot occur in this code.")
        return Problem.CHARACTER, format_lazy(message, character=character, position=position)
    return None


def _region(value: str) -> Refusal:
    if not value[2:8].isdecimal():
        return Problem.REGION, _("Positions 3 to 8 are the registration area and must be digits.")
    return None


def _check_character(value: str) -> Refusal:
    expected = standard.calc_check_digit(value)
    if value[-1] == expected:
        return None
    message = _(
        "The last character does not fit the others: it would have to be “{expected}”, not “{found}”. "
        "Please compare with the business licence."
    )
    return Problem.CHECK, format_lazy(message, expected=expected, found=value[-1])


def _organisation_warning(value: str) -> str | Promise:
    if value[16] == organisation_check(value[8:16]):
        return ""
    return _("The organisation code inside (positions 9 to 17) is unusual. Please compare with the business licence.")


def organisation_check(body: str) -> str:
    """Check character of an organisation code of eight characters (GB 11714): letters count from A = 10."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
