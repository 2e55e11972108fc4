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
    rows = Case.objects.open().filter(whose, submitted_at__gte=now - WINDOW).defer("search")
    recent = list(rows.order_by("-id")[:COMPARED])
    likeness = _likeness(text, [case.text for case in recent])
    alike = [(share, case) for share, case in zip(likeness, recent, strict=True) if share >= ALIKE]
    return [case for _share, case in sorted(alike, key=lambda one: -one[0])]


def _likeness(text: str, others: list[str]) -> list[float]:
    """Of each, from 0 to 1; 0 where the letters alone show that the words cannot be much the same: soon seen."""
    matcher = SequenceMatcher(None, "", text[:CHARACTERS].casefold(), autojunk=False)
    found = []
    for other in others:
        matcher.set_seq1(other[:CHARACTERS].casefold())
        possible = matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE
        found.append(matcher.ratio() if possible else 0.0)
    return found
