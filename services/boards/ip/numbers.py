"""Numbers of rights: tidied as they are typed, checked by the rules of their kind. Pure functions, no database."""

import re

from portal import words

WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9)
PATENT = re.compile(r"(\d{12}|\d{8})\.([\dX])")
UNDOTTED = re.compile(r"(\d{12}|\d{8})(\d)|(\d{12})X")
TRADEMARK = re.compile(r"G?\d{5,8}[A-Z]?")
TYPES = {"1": "invention", "8": "invention", "2": "utility_model", "9": "utility_model", "3": "design"}
FIRST_YEAR = 1985
"""Of the patent law; numbers of twelve digits begin with the year, those of eight with its last two digits."""


def tidy(typed: str) -> str:
    """Half-width, upper case, without spaces and without the ZL or CN before a patent number; the dot before its check
    digit is set where only one reading is possible.
    """
    text = re.sub(r"\s+", "", words.fold(typed)).upper().replace("。", ".").replace("．", ".")
    bare = re.sub(r"^(ZL|CN)(?=\d)", "", text)
    return f"{bare[:-1]}.{bare[-1]}" if UNDOTTED.fullmatch(bare) else bare


def check_digit(digits: str) -> str:
    """Of a patent application: weights 2 to 9 and again, modulo 11, 10 is X."""
    total = sum(int(digit) * WEIGHTS[place % len(WEIGHTS)] for place, digit in enumerate(digits))
    return "X" if total % 11 == 10 else str(total % 11)


def patent_kind(number: str) -> str:
    """The kind that a well-formed patent number says, "" for none that we know."""
    body = number.partition(".")[0]
    return TYPES.get(body[4] if len(body) == 12 else body[2], "")
