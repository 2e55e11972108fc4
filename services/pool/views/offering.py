"""What an institution offers and when it works, changed by itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from experts.models import Institution
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.directory.models import Absence, Capability, ProviderCalendar
from services.pool.actions import offering
from services.pool.forms.applying import ItemForm
from services.pool.forms.own import AwayForm, CalendarForm, OfferForm
from services.pool.models import OfferRequest


@requires("delivery.work")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def offer_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A further service; a curator looks first."""
    institution = _own(request, pk)
    form = ItemForm(request.POST if request.method == "POST" else None)
    return _put(request, institution, form, None)


@requires("delivery.work")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def offer(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """One service that is offered: its price, days, words and regions."""
    institution = _own(request, pk)
    capability = get_object_or_404(institution.capabilities.select_related("item__board"), pk=row)
    form = OfferForm(request.POST if request.method == "POST" else None, row=capability)
    return _put(request, institution, form, capability)


def _put(request: HttpRequest, institution: Institution, form: ItemForm, row: Capability | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        waits = offering.put(institution, form.offer(), by=request.user, now=timezone.now(), row=row)
        messages.success(request, _("Sent to a curator; you are told of the decision.") if waits else _("Changed."))
        return redirect("pool:mine")
    waiting = OfferRequest.objects.open().filter(capability=row).prefetch_related("regions").first() if row else None
    context = {"institution": institution, "row": row, "form": form, "waiting": waiting}
    return render(request, "pool/offer.html", context, status=422 if form.errors else 200)


@requires("delivery.work")
@require_POST
@once
def offer_pause(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Offered no longer from now on."""
    offering.pause(get_object_or_404(_own(request, pk).capabilities, pk=row), now=timezone.now())
    messages.success(request, _("Paused. No further cases of this service are offered to you."))
    return redirect("pool:mine")


@requires("delivery.work")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def times(request: HttpRequest, pk: int) -> HttpResponse:
    """The working calendar, and the days on which nothing is taken on."""
    institution = _own(request, pk)
    sent = request.POST if request.method == "POST" else None
    own = ProviderCalendar.objects.filter(institution=institution).first()
    calendar = CalendarForm(
        sent if sent and "calendar" in sent else None, initial={"calendar": own and own.calendar_id}
    )
    away = AwayForm(sent if sent and "calendar" not in sent else None)
    if calendar.is_valid():
        offering.set_calendar(institution, calendar.cleaned_data["calendar"])
        messages.success(request, _("Changed. New times to answer are counted in this calendar."))
        return redirect("pool:times", pk=pk)
    if away.is_valid():
        offering.be_away(institution, **away.cleaned_data)
        messages.success(request, _("Kept. On these days nothing is offered to you."))
        return redirect("pool:times", pk=pk)
    return _times_page(request, institution, calendar, away)


def _times_page(request: HttpRequest, institution: Institution, calendar: CalendarForm, away: AwayForm) -> HttpResponse:
    absences = institution.absences.not_over(timezone.localdate()).order_by("begins_on")
    context: dict[str, Any] = {"institution": institution, "calendar": calendar, "away": away, "absences": absences}
    return render(request, "pool/times.html", context, status=422 if calendar.errors or away.errors else 200)


@requires("delivery.work")
@require_POST
@once
def away_drop(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """The days are taken back."""
    get_object_or_404(Absence.objects.filter(institution=_own(request, pk)), pk=row).delete()
    return redirect("pool:times", pk=pk)


def _own(request: HttpRequest, pk: int) -> Institution:
    return get_object_or_404(Institution.objects.of(request.user), pk=pk)
