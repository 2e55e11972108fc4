"""Text that can be stored and shown: what is refused at the edge, before anything reads it."""

import re
from urllib.parse import unquote_to_bytes

ILLEGIBLE = re.compile("[\x00\ud800-\udfff\ufffd]")
"""NUL, halves of surrogate pairs, and the sign that stands where bytes could not be decoded."""


def legible(text: str) -> bool:
    return not ILLEGIBLE.search(text)


def legible_bytes(raw: bytes) -> bool:
    """UTF-8 without NUL."""
    try:
        return "\x00" not in raw.decode()
    except UnicodeDecodeError:
        return False


def legible_url(part: str) -> bool:
    """A path or query as it was sent, percent signs and all; the server hands its bytes over as Latin-1."""
    try:
        return legible_bytes(unquote_to_bytes(part.encode("latin-1")))
    except UnicodeEncodeError:
        return False
