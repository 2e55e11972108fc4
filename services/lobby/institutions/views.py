"""The public directory: up here, because the number of services is known only above the cases."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from experts import scores
from portal import paging, replica
from services.cases.models import Referral
from services.cases.states import ReferralState
from services.directory import listing
from services.directory.forms import DirectoryForm


@login_not_required
@require_safe
@replica.reads
def institutions(request: HttpRequest) -> HttpResponse:
    form = DirectoryForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = listing.listed(text=wanted.get("q", ""), board=wanted.get("board", ""))
    page = paging.newest_first(rows, request, size=listing.PAGE)
    context = {"form": form, "institutions": page.rows, "newer": page.newer, "older": page.older}
    return render(request, "directory/institutions.html", context)


@login_not_required
@require_safe
@replica.reads
def institution(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(listing.whole(today=timezone.localdate()), pk=pk)
    context = {
        "institution": row,
        "score": scores.load([row.pk])[row.pk],
        "services": Referral.objects.filter(institution=row, state=ReferralState.CONFIRMED).count(),
        "trail": [(_("Institutions"), reverse("directory:list")), (row.name, "")],
    }
    return render(request, "directory/institution.html", context)
