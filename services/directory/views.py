"""The public directory of institutions."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from services.directory import listing
from services.directory.forms import DirectoryForm


@login_not_required
def institutions(request: HttpRequest) -> HttpResponse:
    form = DirectoryForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = listing.listed(
        text=wanted.get("q", ""), board=wanted.get("board", ""), region=wanted.get("region", "")
    ).filter(pk__gt=wanted.get("before") or 0)
    page = list(listing.with_boards(rows)[: listing.PAGE + 1])
    older = page[listing.PAGE - 1].pk if len(page) > listing.PAGE else ""
    for row in page:
        row.boards = listing.boards_of(row)
    context = {"form": form, "institutions": page[: listing.PAGE], "older": older}
    return render(request, "directory/institutions.html", context)


@login_not_required
def institution(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(listing.whole(today=timezone.localdate()), pk=pk)
    trail = [(_("Institutions"), reverse("directory:list")), (row.name, "")]
    context = {"institution": row, "boards": listing.boards_of(row), "trail": trail}
    return render(request, "directory/institution.html", context)
