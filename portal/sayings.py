"""Sentences that the portal itself puts into a row among what people write. The row keeps the English words, and each
reader reads them in their own language. Whoever writes one has loaded its module; readers are pages, which load all.
"""

from django.utils.translation import gettext

OURS: set[str] = set()


def saying(words: str) -> str:
    """``LATE = saying(gettext_noop("Nobody answered."))``, once, where a module is loaded; these words go into rows."""
    OURS.add(words)
    return words


def said(text: str) -> str:
    """A text of a row as its reader reads it: a saying that is all of it, or its first line, in their language."""
    first, newline, rest = text.partition("\n")
    return f"{gettext(first)}{newline}{rest}" if first in OURS else text
