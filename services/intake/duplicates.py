"""Whether the same matter came in a moment ago: shown to people, never decided for them."""

from datetime import datetime, timedelta
from difflib import SequenceMatcher

from django.db.models import Q

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.cases.models import Case

WINDOW = timedelta(hours=24)
ALIKE = 0.6
COMPARED = 20
CHARACTERS = 500


def near(text: str, *, submitter: User | None, enterprise: Enterprise | None, now: datetime) -> list[Case]:
    """Cases of the same person or enterprise from the last 24 hours whose words are much the same, the likest first."""
    whose = Q(submitter=submitter) if submitter else Q()
    if enterprise:
        whose |= Q(enterprise=enterprise)
    if not whose:
        return []
    recent = Case.objects.open().filter(whose, submitted_at__gte=now - WINDOW).order_by("-id")[:COMPARED]
    likeness = {case: _likeness(text, case.text) for case in recent}
    return sorted((case for case in recent if likeness[case] >= ALIKE), key=lambda case: -likeness[case])


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one[:CHARACTERS].casefold(), other[:CHARACTERS].casefold(), autojunk=False).ratio()
