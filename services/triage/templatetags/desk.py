"""Small words of the desk's pages: ``{% load desk %}``."""

from datetime import datetime

from django.template import Library

from services.cases.models import Case
from services.triage.models import Presence

register = Library()


@register.simple_tag
def present(case: Case, now: datetime) -> str:
    """Who has the case open just now; ``presence__user`` comes with the row."""
    held: Presence | None = getattr(case, "presence", None)
    return str(held.user) if held and held.is_fresh(now) else ""
