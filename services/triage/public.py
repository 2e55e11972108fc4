"""What anybody sees while typing a need: service items that may be meant. Nothing is stored, nothing acts on it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from portal import search
from services.catalogue.models import ServiceItem
from services.triage import advice

MOST_SHOWN = 5
LEAST_CERTAIN = 0.1
SHORTEST, LONGEST = 2, 1000


@login_not_required
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Service items to choose from, for the text typed so far; the one chosen before stays. A POST, because needs are
    long and do not belong into an address.
    """
    chosen = request.POST.get("item", "")[:10]
    context = {"items": match_items(request.POST.get("text", "")[:LONGEST], chosen), "chosen": chosen}
    return render(request, "triage/_suggest.html", context)


def match_items(text: str, chosen: str = "") -> list[ServiceItem]:
    """The chosen item and those that the suggestion finds likeliest, or else those that share a word with the text."""
    offered = ServiceItem.objects.offered().select_related("board").defer("intake_questions", "keywords")
    meant = [chosen] if chosen else []
    if len(text.strip()) >= SHORTEST:
        meant += [row.code for row in advice.suggest(text).items if row.score >= LEAST_CERTAIN and row.code != chosen]
        if len(meant) <= bool(chosen):
            sharing = search.ranked(search.match(offered, text, any_word=True), text, any_word=True)
            meant += [code for code in sharing.values_list("pk", flat=True)[:MOST_SHOWN] if code != chosen]
    rows = offered.in_bulk(meant[:MOST_SHOWN])
    return [rows[code] for code in meant[:MOST_SHOWN] if code in rows]
