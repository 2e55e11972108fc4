"""The beginning of a paper to hand on. What draws it is loaded with the first one: most processes never print."""

from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.pdf import Document


def begun(title: str, subtitle: str = "", *, station: str, made_at: datetime) -> "Document":
    """See :class:`portal.pdf.Document`; it and its packages take 17 MB, and 0.15 s of each start."""
    paper: Document = import_module("portal.pdf").Document(title, subtitle, station=station, made_at=made_at)
    return paper
