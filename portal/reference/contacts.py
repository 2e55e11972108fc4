"""Phone numbers and mail addresses: one form for storing, a masked one for showing."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from portal import words

CHINA = "+86"
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}")
SERVICE_NUMBER = re.compile(r"[48]00\d{7}")
FOREIGN = re.compile(r"\+[1-9]\d{6,14}")
SEPARATORS = re.compile(r"[\s\-–—·.()/（）]+")
EXTENSION = re.compile(r"(转|分机|#|ext\.?|x)\s*\d+$", re.IGNORECASE)
AREA_CODE = re.compile(r"10|2\d|[3-9]\d{2}")
SHOWN = 4


def normalise_phone(text: str) -> str:
    """E.164: a Chinese mobile, a landline with its area code, 400 and 800 numbers, or a foreign number with its +.

    :raises ValidationError: codes ``phone_empty``, ``phone_extension``, ``phone_area_code``, ``phone_form``.
    """
    typed = words.fold(words.clean(text))
    if not typed:
        raise ValidationError(_("Enter a phone number."), code="phone_empty")
    if EXTENSION.search(typed):
        raise ValidationError(_("Leave out the extension; say it in the text instead."), code="phone_extension")
    number = SEPARATORS.sub("", typed.replace("+86(0)", CHINA))
    number = re.sub(r"^00(?=[1-9])", "+", number)
    national = number.removeprefix(CHINA) if number.startswith(CHINA) else _without_country(number)
    if national is None:
        return _foreign(number)
    return CHINA + _chinese(national)


def normalise_email(text: str) -> str:
    """Trimmed, half-width, lower case.

    :raises ValidationError: codes ``email_empty``, ``email_form``.
    """
    address = words.fold(words.clean(text)).lower()
    if not address:
        raise ValidationError(_("Enter an e-mail address."), code="email_empty")
    EmailValidator(_("This is not an e-mail address; it looks like name@example.com."), code="email_form")(address)
    return address


def is_mobile(number: str) -> bool:
    """Whether a stored number can get short messages here."""
    return number.startswith(CHINA) and bool(MOBILE.fullmatch(number.removeprefix(CHINA)))


def show_phone(number: str) -> str:
    """A stored number as people here write it: 138 0000 1234, 023-4980 1234, +49 and so on as they are."""
    national = number.removeprefix(CHINA)
    if national == number:
        return number
    if MOBILE.fullmatch(national):
        return f"{national[:3]} {national[3:7]} {national[7:]}"
    if SERVICE_NUMBER.fullmatch(national):
        return f"{national[:3]}-{national[3:6]}-{national[6:]}"
    area = _area_code(national)
    return f"0{area}-{national.removeprefix(area)}" if area else national


def mask_phone(number: str) -> str:
    """Enough to recognise one's own, not enough to call: 138****1234."""
    if not number:
        return ""
    if is_mobile(number):
        return f"{number[3:6]}****{number[-SHOWN:]}"
    national = number.removeprefix(CHINA)
    area = _area_code(national) if national != number else ""
    start = f"0{area}-" if area else national[:3]
    return f"{start}****{number[-2:]}"


def mask_email(address: str) -> str:
    """The first letter and the domain: z***@example.com."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}" if at else address and "***"


def _area_code(national: str) -> str:
    area = AREA_CODE.match(national)
    return area[0] if area and not SERVICE_NUMBER.fullmatch(national) else ""


def _without_country(number: str) -> str | None:
    """A number dialled in China, or ``None`` for one that names another country."""
    if number.startswith("+"):
        return None
    return number[2:] if number.startswith("86") and len(number) > 11 else number


def _chinese(national: str) -> str:
    if MOBILE.fullmatch(national) or SERVICE_NUMBER.fullmatch(national):
        return national
    with_trunk = national if national.startswith("0") else f"0{national}"
    if LANDLINE.fullmatch(with_trunk) and len(national) >= 9:
        return with_trunk[1:]
    if re.fullmatch(r"[2-9]\d{6,7}", national):
        raise ValidationError(_("Add the area code, as in 023-4980 1234."), code="phone_area_code")
    raise ValidationError(
        _("This is not a phone number: 11 digits for a mobile, the area code for a landline, + for abroad."),
        code="phone_form",
    )


def _foreign(number: str) -> str:
    if not FOREIGN.fullmatch(number):
        raise ValidationError(_("A foreign number is + and 7 to 15 digits."), code="phone_form")
    return number
