"""The words of a notice in one language: ``templates/notices/<event>.txt``, line 1 the subject, the rest the text.

What a template may use: every fact by its name; for a pair ``item_zh``/``item_en`` also ``item`` in the reader's
language; facts ``…_at`` and ``…_on`` as moments and dates; ``link``, the absolute address of the page. A line with the
link in it is left out where the link is shown as a button.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.backends.base import BaseEngine
from django.template.backends.django import DjangoTemplates
from django.template.loader import render_to_string
from django.utils import translation

from portal.notices import links

UNKNOWN = "notices/unknown.txt"


@dataclass(frozen=True)
class Words:
    """Plain text, not escaped."""

    subject: str
    text: str
    link: str

    @property
    def text_with_link(self) -> str:
        """For mail without buttons: words that forgot the link get it at their end."""
        return self.text if self.link in self.text else f"{self.text}\n\n{self.link}".strip()

    @property
    def text_without_link(self) -> str:
        lines = [line for line in self.text.splitlines() if not (self.link and self.link in line)]
        return "\n".join(lines).strip()

    @property
    def short(self) -> str:
        """What fits a short message: the subject and where to read on."""
        return f"{self.subject} {self.link}".strip()


def plain_engine(*folders: Path) -> BaseEngine:
    """Django escapes text templates like pages; mails and short messages are not HTML."""
    pages: dict[str, Any] = settings.TEMPLATES[0]
    options = {"autoescape": False, "builtins": pages["OPTIONS"]["builtins"]}
    folders = (*folders, *pages["DIRS"])
    return DjangoTemplates({"NAME": "plain", "DIRS": folders, "APP_DIRS": True, "OPTIONS": options})


engine = plain_engine()


def render(event: str, facts: dict[str, Any], *, language: str, path: str = "", lenient: bool = False) -> Words:
    """
    :param lenient: an event without words gets general ones; for lists, which must not fail over one old row.
    :raises TemplateDoesNotExist: when nobody wrote the words of this event.
    """
    try:
        template = engine.get_template(f"notices/{event}.txt")
    except TemplateDoesNotExist:
        if not lenient:
            raise
        template = engine.get_template(UNKNOWN)
    link = f"{settings.SITE_URL}{links.resolve(path)}" if path else ""
    with translation.override(language):
        text = template.render({**localised(facts, language), "link": link})
    subject, _newline, body = text.strip().partition("\n")
    return Words(" ".join(subject.split()), body.strip(), link)


def html(words: Words, *, language: str) -> str:
    """The same words as a small page for mail readers."""
    with translation.override(language):
        return render_to_string("mail/base.html", {"words": words, "language": language, "site": settings.SITE_URL})


def localised(facts: dict[str, Any], language: str) -> dict[str, Any]:
    """Facts as a template wants them; what does not read as a moment or date stays the text it is."""
    ours, other = ("_en", "_zh") if language == "en" else ("_zh", "_en")
    ready = dict(facts)
    for name, value in facts.items():
        if name.endswith(ours):
            ready[name.removesuffix(ours)] = value or facts.get(f"{name.removesuffix(ours)}{other}", "")
        elif name.endswith("_at"):
            ready[name] = _read(datetime.fromisoformat, value)
        elif name.endswith("_on"):
            ready[name] = _read(date.fromisoformat, value)
    return ready


def _read(reader: Any, value: Any) -> Any:
    try:
        return reader(value)
    except (TypeError, ValueError):
        return value
