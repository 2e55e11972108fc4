"""What is late and whose turn it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal import by_due
from portal.accounts.access import requires
from services.chasers import late
from services.chasers.filters import LateFilter


@requires("triage.work")
@require_safe
def whose_turn(request: HttpRequest) -> HttpResponse:
    """Promises past due and due today, the latest first: a lead's stations, a specialist's own cases."""
    now = timezone.now()
    narrowed = LateFilter(request.GET, late.promises(request.user, now=now), request=request)
    page = by_due.page(narrowed.qs, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "filter": narrowed,
        "page": page,
        "rows": late.rows(page.rows, now=now),
        "stations": late.by_station(request.user, now=now),
        "narrowed": any(request.GET.get(name) for name in narrowed.filters),
    }
    return render(request, "chasers/late.html", context)
