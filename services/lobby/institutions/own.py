"""What an institution sees of itself: its scores, its record, its trend, and what was written, without names."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from experts import scores, trend
from experts.models import Institution
from experts.trend import Quarter
from portal.accounts.access import requires
from portal.accounts.models import User
from services.cases import sharing
from services.cases.models import Referral
from services.catalogue.models import Board
from services.delivery.record import record_of

RECORD_DAYS = 365


@requires("delivery.work")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One institution of the person; ``?of=`` chooses where there are several."""
    own = list(Institution.objects.of(request.user).order_by("pk"))
    chosen = next((each for each in own if str(each.pk) == request.GET.get("of")), own[0] if own else None)
    views = [{"name": each.name, "url": f"?of={each.pk}", "active": each == chosen} for each in own]
    context = {"institution": chosen, "views": views if len(views) > 1 else []}
    return render(request, "directory/mine.html", context | (_seen(chosen, request.user) if chosen else {}))


def _seen(institution: Institution, user: User) -> dict[str, object]:
    now = timezone.now()
    known = scores.by_board(institution.pk)
    quarters = trend.quarters(institution.pk, today=timezone.localdate(now))
    boards = [(board, known[board.code]) for board in Board.objects.order_by("order") if board.code in known]
    return {
        "score": known.get(""),
        "boards": boards,
        "facts": record_of([institution.pk], now - timedelta(days=RECORD_DAYS))[institution.pk],
        "quarters": quarters,
        "comments": _comments(institution, quarters, user),
    }


def _comments(institution: Institution, quarters: Sequence[Quarter], user: User) -> list[tuple[Quarter, list[str]]]:
    """By quarter, names and numbers left out."""
    written = trend.comments(institution.pk, quarters)
    refs = [row.referral_ref for rows in written.values() for row in rows]
    referrals = Referral.objects.visible_to(user).filter(pk__in=refs).select_related("case__enterprise")
    cases = {row.pk: row.case for row in referrals}
    found = []
    for quarter in quarters:
        rows = [row for row in written.get((quarter.year, quarter.number), []) if row.referral_ref in cases]
        if rows:
            found.append((quarter, [sharing.anonymous(row.comment, cases[row.referral_ref]) for row in rows]))
    return found
