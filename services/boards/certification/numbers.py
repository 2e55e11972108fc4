"""Numbers of certificates: any text is kept; what has not the form of its scheme is pointed out, not refused."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import words

SYSTEM = re.compile(r"\d{3}\d{2}[A-Z]{1,4}\d{3,6}R\d{1,2}[LMS](?:[-/]\d{1,6})?")
"""Number of the body, year, letters, serial, R and cycle, size: 00114E22766R2L/3502."""
KNOWN = {
    **dict.fromkeys(("qms", "ems", "ohs", "food", "energy", "information", "system"), (SYSTEM, "00114E22766R2L/3502")),
    "cma": (re.compile(r"\d{12}[A-Z]?"), "230012345678"),
    "cnas": (re.compile(r"CNAS ?L\d{4,5}"), "CNAS L01234"),
}


def doubt(scheme: str, number: str) -> str | Promise:
    """A sentence about a number that has not the usual form of its scheme, else ""."""
    pattern, example = KNOWN.get(scheme, (None, ""))
    plain = words.fold(words.clean(number)).upper()
    if pattern is None or pattern.fullmatch(plain):
        return ""
    return _(
        "The number does not have the usual form, such as %(example)s. Please compare it with the certificate."
    ) % {"example": example}
