"""The public face: home, catalogue, one item, search, help, privacy notice."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from experts.models import CredentialType
from portal import replica
from portal.accounts.models import PrivacyNotice
from services.catalogue.models import Board, ServiceItem
from services.lobby import gallery as samples
from services.lobby import journey, shelves
from services.lobby.forms import SearchForm
from services.lobby.offer import describe


@login_not_required
@require_safe
@replica.reads
def home(request: HttpRequest) -> HttpResponse:
    boards = shelves.shelves()
    context = {
        "shelves": boards,
        "item_count": sum(shelf.count for shelf in boards),
        "figures": shelves.figures(),
        "steps": journey.steps(),
        "intake_url": reverse("intake:new"),
    }
    return render(request, "lobby/home.html", context)


@login_not_required
@require_safe
@replica.reads
def catalogue(request: HttpRequest) -> HttpResponse:
    return render(request, "lobby/catalogue.html", {"shelves": shelves.filled()})


@login_not_required
@require_safe
@replica.reads
def board(request: HttpRequest, slug: str) -> HttpResponse:
    chosen = get_object_or_404(Board, slug=slug)
    trail = [(_("Service catalogue"), reverse("lobby:catalogue")), (chosen.name, "")]
    context = {"board": chosen, "items": shelves.items(chosen), "shelves": shelves.shelves(), "trail": trail}
    return render(request, "lobby/board.html", context)


@login_not_required
@require_safe
@replica.reads
def item(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(ServiceItem.objects.offered().select_related("board"), code=code.upper())
    trail = [
        (_("Service catalogue"), reverse("lobby:catalogue")),
        (row.board.name, reverse("lobby:board", args=[row.board.slug])),
        (row.code, ""),
    ]
    credentials = CredentialType.objects.in_bulk(row.required_credentials)
    context = {"item": row, "offer": describe(row, credentials), "trail": trail, "intake_url": reverse("intake:new")}
    return render(request, "lobby/item.html", context)


@login_not_required
@require_safe
@replica.reads
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET or None)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    context = {
        "form": form,
        "text": text,
        "found": shelves.find_items(text),
        "institutions": shelves.find_institutions(text),
        "intake_url": reverse("intake:new"),
    }
    return render(request, "lobby/search.html", context)


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "lobby/help.html", {"steps": journey.steps(), "intake_url": reverse("intake:new")})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    in_force = PrivacyNotice.objects.filter(in_force_from__lte=timezone.localdate())
    return render(request, "lobby/privacy.html", {"notice": in_force.order_by("-in_force_from", "-pk").first()})


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component with sample data, for those who build pages; not in production."""
    if settings.PRODUCTION:
        raise Http404
    return render(request, "lobby/gallery.html", samples.context())
