"""The name under which a file is shown and given back: its sender's, without what could deceive or harm."""

import re
import unicodedata

from portal.words import INVISIBLE

LONGEST = 120
NAMELESS = "file"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
SPACES = re.compile(r"\s+")


def clean(name: str) -> str:
    """Without folders, control and invisible characters, direction marks; at most 120 characters, the ending kept."""
    last = re.split(r"[/\\]", CONTROL.sub("", name))[-1]
    visible = unicodedata.normalize("NFC", INVISIBLE.sub("", last))
    tidy = SPACES.sub(" ", NOT_IN_NAMES.sub("_", visible)).rstrip(" .")
    stem, dot, ending = tidy.rpartition(".")
    if not dot:
        return tidy.strip()[:LONGEST].strip() or NAMELESS
    ending = ending.strip()
    kept = stem.strip(" .")[: max(0, LONGEST - len(ending) - 1)].strip(" .")
    return f"{kept or NAMELESS}.{ending}"[:LONGEST]


def extension(name: str) -> str:
    """The ending of a cleaned name in lower case, without its dot; empty if there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
