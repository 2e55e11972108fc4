"""Solved cases that were told in like words, with what was decided about them."""

from django.db.models import Prefetch

from portal import search
from portal.accounts.models import User
from services.cases.models import Case, Need
from services.cases.states import CaseState

SOLVED = [CaseState.CLOSED, CaseState.FOLLOWED_UP, CaseState.ARCHIVED]
COMPARED = 300
"""Only the newest cases with a word in common are ranked: ranking reads every row it is given."""
READ = 200


def solved(case: Case, user: User, *, limit: int = 5) -> list[Case]:
    """The best matches among the solved cases the reader sees, each with its ``decided`` needs. Two queries."""
    text = f"{case.text[:READ]} {case.product}"
    rows = Case.objects.visible_to(user).filter(state__in=SOLVED).exclude(pk=case.pk)
    newest = search.match(rows, text, any_word=True).order_by("-pk").values("pk")[:COMPARED]
    needs = Prefetch("needs", Need.objects.select_related("item", "board").order_by("position"), to_attr="decided")
    ranked = search.ranked(Case.objects.visible_to(user).filter(pk__in=newest), text, any_word=True)
    return list(ranked.defer("search").prefetch_related(needs)[:limit])
