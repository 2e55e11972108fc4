"""Whether the same matter came in a moment ago: shown to people, never decided for them."""

from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.kept import kept
from services.cases.models import Case

WINDOW = timedelta(hours=24)
ALIKE = 0.6
COMPARED = 20
CHARACTERS = 500


def near(text: str, *, submitter: User | None, enterprise: Enterprise | None, now: datetime) -> list[Case]:
    """Cases of the same person or enterprise from the last 24 hours whose words are much the same, the likest first."""
    either = {"submitter": submitter, "enterprise": enterprise}
    whose = {name: one.pk for name, one in either.items() if one}
    recent: list[Case] = _newest(moment=now - WINDOW, **whose) if whose else []
    likeness = _likeness(text, [case.text for case in recent])
    alike = [(share, case) for share, case in zip(likeness, recent, strict=True) if share >= ALIKE]
    return [case for _share, case in sorted(alike, key=lambda one: -one[0])]


@kept
def _newest(*, moment: datetime, **whose: int) -> QuerySet[Case]:
    either = reduce(or_, (Q(**{name: pk}) for name, pk in whose.items()))
    rows = Case.objects.open().filter(either, submitted_at__gte=moment).defer("search")
    return rows.order_by("-id")[:COMPARED]


def _likeness(text: str, others: list[str]) -> list[float]:
    """Of each, from 0 to 1; 0 where the letters alone show that the words cannot be much the same: soon seen."""
    matcher = SequenceMatcher(None, "", text[:CHARACTERS].casefold(), autojunk=False)
    found = []
    for other in others:
        matcher.set_seq1(other[:CHARACTERS].casefold())
        possible = matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE
        found.append(matcher.ratio() if possible else 0.0)
    return found
