"""The public directory: up here, because how many were asked for their opinion is known only above the cases."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from experts import scores
from experts.models import Institution
from portal import paging
from services.cases.models import Referral
from services.cases.states import ReferralState
from services.directory import listing
from services.directory.forms import DirectoryForm


@login_not_required
@require_safe
def institutions(request: HttpRequest) -> HttpResponse:
    form = DirectoryForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = listing.listed(text=wanted.get("q", ""), board=wanted.get("board", ""))
    page = paging.newest_first(rows, request, size=listing.PAGE)
    context = {"form": form, "institutions": page.rows, "newer": page.newer, "older": page.older}
    return render(request, "directory/institutions.html", context)


@login_not_required
@require_safe
def institution(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    row = get_object_or_404(listing.whole(today=timezone.localdate(now)), pk=pk)
    context = {
        "institution": row,
        "score": _score(row, now),
        "trail": [(_("Institutions"), reverse("directory:list")), (row.name, "")],
    }
    return render(request, "directory/institution.html", context)


def _score(institution: Institution, now: datetime) -> scores.Score:
    """Asked is everybody whose referral was confirmed; silence counts against the response rate, not the score."""
    asked = Referral.objects.filter(institution=institution, state=ReferralState.CONFIRMED).count()
    return scores.load([institution.pk], now=now, asked={institution.pk: asked})[institution.pk]
