"""The owner's desk: requests, the calendar of all instruments, rules, blocked times, qualifications, utilisation."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from experts.models import Equipment, Institution
from portal import words
from portal.accounts.access import requires
from portal.files import actions as files
from portal.idempotency.keys import once
from services.boards.labs import actions, calendar, utilisation
from services.boards.labs.faults import Occupied
from services.boards.labs.forms import (
    BlackoutForm,
    FactsForm,
    HoursForm,
    QualificationForm,
    ReasonForm,
    RuleForm,
    VersionForm,
)
from services.boards.labs.models import Blackout, Booking, BookingRule, Feed, Qualification
from services.boards.labs.states import BookingState
from services.boards.labs.views import bookings
from services.boards.labs.views.instruments import window
from services.boards.labs.views.policy import calendar_page

MOST = 50


@require_safe
@requires("labs.keep")
@calendar_page
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, what is on this week, and how well each instrument is used."""
    rows = list(_own(request).select_related("owner", "booking_rule").order_by("pk")[:MOST])
    asked = Booking.objects.visible_to(request.user).filter(state=BookingState.REQUESTED)
    begins, ends = _month(timezone.localdate())
    context = {
        "instruments": rows,
        "requests": asked.select_related("equipment", "enterprise").order_by("span")[:MOST],
        "figures": utilisation.of(rows, begins, ends),
        "month": begins,
    }
    return render(request, "labs/desk.html", context)


@require_safe
@requires("labs.keep")
def times(request: HttpRequest) -> HttpResponse:
    """Everything on the calendars of one's instruments; one of them by ``?equipment=``."""
    begins, ends = window(request)
    rows = _own(request)
    if wanted := words.whole(request.GET.get("equipment")):
        rows = rows.filter(pk=wanted)
    known = dict(rows.values_list("pk", "owner"))
    reader = calendar.Reader(request.user, known.values())
    return JsonResponse(calendar.events(list(known), begins, ends, reader, named=True), safe=False)


@require_safe
@requires("labs.keep")
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, _instrument(request, pk))


def show(
    request: HttpRequest, row: Equipment, bound: dict[str, forms.BaseForm] | None = None, status: int = 200
) -> HttpResponse:
    """:param bound: the form that was sent and has errors, by its name."""
    rule = BookingRule.objects.filter(equipment=row).first()
    opening = {f"opens_{one.weekday}": one.opens for one in row.opening_hours.all()}
    opening |= {f"closes_{one.weekday}": one.closes for one in row.opening_hours.all()}
    feed = Feed.objects.filter(equipment=row).first()
    blank: dict[str, forms.BaseForm] = {
        "rules": RuleForm(instance=rule, auto_id="rule_%s"),
        "hours": HoursForm(initial=opening, auto_id="hours_%s"),
        "facts": FactsForm(row=row, initial=FactsForm.of(row), auto_id="facts_%s"),
        "block": BlackoutForm(auto_id="block_%s"),
        "qualify": QualificationForm(auto_id="qualify_%s"),
    }
    context = {
        "row": row,
        "rule": rule,
        "forms": {**blank, **(bound or {})},
        "blackouts": row.blackouts.filter(lifted_at=None, span__endswith__gt=timezone.now()).order_by("span"),
        "qualifications": row.qualifications.filter(withdrawn_at=None).select_related("user", "enterprise"),
        "today": timezone.localdate(),
        "feed": bookings.feed_url(request, feed) if feed else "",
        "feed_action": reverse("labs:feed_instrument", args=[row.pk]),
        "trail": [(_("Our instruments"), reverse("labs:desk")), (row.name, "")],
    }
    return render(request, "labs/keep.html", context, status=status)


@require_POST
@requires("labs.keep")
@once
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    row = _instrument(request, pk)
    form = RuleForm(request.POST, auto_id="rule_%s")
    if not form.is_valid():
        return show(request, row, {"rules": form}, status=422)
    actions.save_rule(row, form.cleaned_data, by=request.user)
    return _kept(request, row)


@require_POST
@requires("labs.keep")
@once
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _instrument(request, pk), HoursForm(request.POST, auto_id="hours_%s")
    if not form.is_valid():
        return show(request, row, {"hours": form}, status=422)
    actions.save_hours(row, form.hours(), by=request.user)
    return _kept(request, row)


@require_POST
@requires("labs.keep")
@once
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    """What everybody reads about the instrument, its photo, and what it is a part of."""
    row = _instrument(request, pk)
    form = FactsForm(request.POST, request.FILES, row=row, auto_id="facts_%s")
    if not form.is_valid():
        return show(request, row, {"facts": form}, status=422)
    said = form.cleaned_data
    uploads = said.pop("photo")
    photo = files.store(uploads[0], by=request.user) if uploads else None
    actions.describe(row, said, parent=said.pop("parent"), photo=photo, by=request.user, now=timezone.now())
    return _kept(request, row)


@require_POST
@requires("labs.keep")
@once
def block(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _instrument(request, pk), BlackoutForm(request.POST, auto_id="block_%s")
    if not form.is_valid():
        return show(request, row, {"block": form}, status=422)
    try:
        actions.block(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    except Occupied as refusal:
        form.add_error(None, str(refusal.detail))
        return show(request, row, {"block": form}, status=409)
    return _kept(request, row)


@require_POST
@requires("labs.keep")
@once
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Blackout.objects.visible_to(request.user).select_related("equipment"), pk=pk)
    actions.lift(row, by=request.user, now=timezone.now())
    return _kept(request, row.equipment)


@require_POST
@requires("labs.keep")
@once
def qualify(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _instrument(request, pk), QualificationForm(request.POST, auto_id="qualify_%s")
    if not form.is_valid():
        return show(request, row, {"qualify": form}, status=422)
    actions.grant(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    return _kept(request, row)


@require_POST
@requires("labs.keep")
@once
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Qualification.objects.visible_to(request.user).select_related("equipment"), pk=pk)
    actions.withdraw(row, by=request.user, now=timezone.now())
    return _kept(request, row.equipment)


@require_POST
@requires("labs.keep")
@once
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _booking(request, pk), VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    made = actions.approve(row, by=request.user, now=timezone.now(), version=version)
    messages.success(request, _("Approved. The enterprise has been told."))
    return redirect(made)


@require_POST
@requires("labs.keep")
@once
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _booking(request, pk), ReasonForm(request.POST, auto_id="decline_%s")
    if not form.is_valid():
        return bookings.show(request, row, {"decline": form}, status=422)
    actions.decline(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Declined. The enterprise has been told why."))
    return redirect("labs:desk")


def _kept(request: HttpRequest, row: Equipment) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("labs:keep", pk=row.pk)


def _own(request: HttpRequest) -> Any:
    return Equipment.objects.filter(owner__in=Institution.objects.of(request.user))


def _instrument(request: HttpRequest, pk: int) -> Equipment:
    return get_object_or_404(_own(request).select_related("owner"), pk=pk)


def _booking(request: HttpRequest, pk: int) -> Booking:
    return get_object_or_404(Booking.objects.visible_to(request.user).whole(), pk=pk)


def _month(today: date) -> tuple[datetime, datetime]:
    first = timezone.make_aware(datetime.combine(today.replace(day=1), time()))
    return first, (first + timedelta(days=32)).replace(day=1)
