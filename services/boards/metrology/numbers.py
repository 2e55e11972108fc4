"""Numbers of standards: checked, and brought into the one form in which they are kept, so that ``gbt19001—2016`` and
``ＧＢ／Ｔ 19001-2016`` are the same row.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal import words

DASHES = str.maketrans({"—": "-", "–": "-", "－": "-", "―": "-", "−": "-", "：": ":", "／": "/", "．": ".", "　": " "})
BRACKETS = str.maketrans("（）", "()")
SERIAL = r"[A-Z]{0,2}\d{1,6}[A-Z]?(?:\.\d{1,3})*"
YEAR = r"\d{4}"
CHINESE = re.compile(
    rf"(?P<head>GB|DB\d{{4}}|DB\d{{2}}|[A-Z]{{2}})(?:/?(?P<kind>[TZ]))?[ -]?(?P<serial>{SERIAL})-(?P<year>{YEAR})"
)
OWN = re.compile(
    r"(?P<head>[TQ]/(?:[A-Z0-9]{2,12}(?= )|[A-Z]{2,12})) ?"
    rf"(?P<serial>\d{{1,6}}[A-Z]?(?:[./-]\d{{1,4}})*)-(?P<year>{YEAR})"
)
METROLOGY = re.compile(rf"(?P<head>JJ[GF](?:\(\w{{1,6}}\))?)[ -]?(?P<serial>{SERIAL})-(?P<year>{YEAR})")
INTERNATIONAL = re.compile(
    r"(?P<head>ISO/IEC/IEEE|ISO/IEC|ISO|IEC|EN ISO|EN IEC|EN|ASTM|DIN|BS|JIS|ANSI|UL|NF|SAE|IEEE|ASME|API|GOST|OIML)"
    r"(?:[/ ](?P<kind>TS|TR|PAS|GUIDE))?[ -]?"
    r"(?P<serial>[A-Z]{0,2} ?\d{1,6}[A-Z]?(?:[.-]\d{1,3})*?)(?:(?P<mark>[:-])(?P<year>\d{4}|\d{2}[A-Z]?))?"
)
"""The year may be left out: the latest edition is meant."""

LONGEST = 60
EXAMPLES = "GB/T 19001-2016, JB/T 5000.1-2007, DB51/T 2428-2022, T/CAS 123-2024, Q/ABC 001-2025, ISO 9001:2015"


def canonical(typed: str) -> str:
    """As the number is kept: half-width, upper case, one space behind the prefix.

    :raises ValidationError: it is no number of a standard in any form that is known here.
    """
    plain = " ".join(words.fold(words.clean(typed)).translate(DASHES).translate(BRACKETS).upper().split())
    if len(plain) <= LONGEST:
        tight = re.sub(r" ?([/:().-]) ?", r"\1", plain)
        for pattern in (METROLOGY, OWN, INTERNATIONAL, CHINESE):
            if found := pattern.fullmatch(tight):
                return _foreign(found) if pattern is INTERNATIONAL else _chinese(found)
    raise ValidationError(
        _("This does not look like the number of a standard. Write it as in: %(examples)s."),
        code="standard_number",
        params={"examples": EXAMPLES},
    )


def is_enterprise_standard(number: str) -> bool:
    return number.startswith("Q/")


def _chinese(found: re.Match[str]) -> str:
    parts = found.groupdict()
    kind = f"/{parts['kind']}" if parts.get("kind") else ""
    return f"{parts['head']}{kind} {parts['serial']}-{parts['year']}"


def _foreign(found: re.Match[str]) -> str:
    parts = found.groupdict()
    kind = f"/{parts['kind']}" if parts["kind"] else ""
    year = f"{parts['mark']}{parts['year']}" if parts["year"] else ""
    return f"{parts['head']}{kind} {parts['serial'].replace(' ', '')}{year}"
