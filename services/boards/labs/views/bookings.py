"""Booking, one's bookings, and the way from hold to statement."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal import paging
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.boards.labs import actions, feeds, shelf, wishing
from services.boards.labs.actions import using
from services.boards.labs.conditions import Wish
from services.boards.labs.faults import RulesBroken, SeriesConflicts, SlotTaken
from services.boards.labs.forms import BookingForm, CancelForm, MoveForm, OutForm, ReasonForm, VersionForm, local
from services.boards.labs.models import Booking, Feed, WaitingPlace
from services.boards.labs.states import LIVE, MOVABLE, BookingState, PlaceState
from services.boards.labs.views import instruments
from services.boards.labs.views.policy import calendar_page

B = BookingState


@require_POST
@requires("labs.book", "labs.override")
@calendar_page
@once
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold the time that was chosen, or the same in several weeks."""
    row = get_object_or_404(shelf.shared(), pk=pk)
    form = BookingForm(request.POST, equipment=row, user=request.user)
    if not form.is_valid():
        return instruments.show(request, row, form, status=422)
    wish, said = _wish(request, form, row), form.cleaned_data
    try:
        made = _hold(request, wish, said)
    except RulesBroken as refusal:
        return _refused(request, row, form, refusal)
    except SeriesConflicts as refusal:
        for missed in refusal.missed:
            form.add_error("weeks", f"{missed['date']}: {missed['reason']}")
        return instruments.show(request, row, form, status=409)
    except SlotTaken as refusal:
        return _taken(request, wish, refusal, form)
    return redirect(made)


def _refused(request: HttpRequest, row: Any, form: BookingForm, refusal: RulesBroken) -> HttpResponse:
    """The page with what was typed and every rule that it breaks."""
    for problem in refusal.problems:
        form.add_error(None, problem.sentence)
    return instruments.show(request, row, form, status=422)


def _wish(request: HttpRequest, form: BookingForm, row: Any) -> Wish:
    said = form.cleaned_data
    need, enterprise = said["need"], said.get("enterprise")
    return wishing.wish_of(
        row,
        begins=said["begins"],
        ends=said["ends"],
        by=request.user,
        need=need.pk if need else None,
        enterprise=enterprise.pk if enterprise else None,
        operation=said["operation"],
        purpose=said["purpose"],
    )


def _hold(request: HttpRequest, wish: Wish, said: dict[str, Any]) -> Booking:
    now, override = timezone.now(), said.get("override", "")
    if not said["weeks"]:
        return actions.hold(wish, by=request.user, now=now, override=override)
    made = actions.hold_series(
        wish,
        every_weeks=1,
        occurrences=said["weeks"],
        skip=said["skip"],
        by=request.user,
        now=now,
        override=override,
    )
    words = ngettext("%(count)d time is held for you.", "%(count)d times are held for you.", len(made))
    messages.success(request, words % {"count": len(made)})
    return made[0]


def _taken(request: HttpRequest, wish: Wish, refusal: SlotTaken, form: BookingForm) -> HttpResponse:
    """Just taken: the nearest free times as buttons that book at once, and the wait list."""
    said = {name: value for name, value in form.data.items() if name in form.fields and name not in {"begins", "ends"}}
    times = [(one.begins, one.ends, local(one.begins), local(one.ends)) for one in refusal.alternatives]
    context = {
        "row": wish.equipment,
        "wish": wish,
        "asked": (local(wish.begins), local(wish.ends)),
        "times": times,
        "refusal": refusal,
        "said": said,
    }
    return render(request, "labs/taken.html", context, status=409)


@require_POST
@requires("labs.book", "labs.override")
@calendar_page
@once
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    """Put oneself on the wait list for a time that is taken."""
    row = get_object_or_404(shelf.shared(), pk=pk)
    form = BookingForm(request.POST, equipment=row, user=request.user)
    if not form.is_valid():
        return instruments.show(request, row, form, status=422)
    try:
        actions.join(_wish(request, form, row), now=timezone.now())
    except RulesBroken as refusal:
        return _refused(request, row, form, refusal)
    messages.success(request, _("You are on the wait list. We tell you as soon as the time is free for you."))
    return redirect("labs:mine")


@require_POST
@requires("labs.book", "labs.override")
@once
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    place = get_object_or_404(WaitingPlace.objects.visible_to(request.user), pk=pk)
    actions.leave(place, by=request.user, now=timezone.now())
    messages.success(request, _("You are no longer on the wait list for this time."))
    return redirect("labs:mine")


@require_safe
@requires("labs.book", "labs.override", "cases.read")
def mine(request: HttpRequest) -> HttpResponse:
    """One's bookings: to come and over; who waits sees the wait list; staff see everybody's."""
    rows = Booking.objects.visible_to(request.user).select_related("equipment__owner", "enterprise")
    over = request.GET.get("tab") == "over"
    views = [
        {"name": _("To come"), "url": "?tab=live", "active": not over},
        {"name": _("Over"), "url": "?tab=over", "active": over},
    ]
    page = paging.newest_first(rows.exclude(state__in=LIVE) if over else rows.live(), request)
    places = WaitingPlace.objects.visible_to(request.user).filter(state__in=[PlaceState.WAITING, PlaceState.OFFERED])
    feed = Feed.objects.filter(user=request.user).first()
    context = {
        "views": views,
        "page": page,
        "over": over,
        "places": [] if over else places.select_related("equipment", "booking").order_by("pk")[:25],
        "feed": feed_url(request, feed) if feed else "",
        "feed_action": reverse("labs:feed_mine"),
    }
    return render(request, "labs/mine.html", context)


def feed_url(request: HttpRequest, feed: Feed) -> str:
    return request.build_absolute_uri(reverse("labs:feed", args=[feed.pk, feeds.token(feed)]))


@require_safe
@requires("labs.book", "labs.keep", "labs.override", "cases.read")
def booking(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, _visible(request, pk))


def show(
    request: HttpRequest, row: Booking, bound: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    """:param bound: the form that was sent and has errors, by the name of its step."""
    user, now, bound = request.user, timezone.now(), bound or {}
    owner = user.has_perm("labs.keep")
    ours = user.has_perm("labs.book") or user.has_perm("labs.override") or owner
    steps = {
        "confirm": row.state == B.HELD and not owner and ours,
        "approve": row.state == B.REQUESTED and owner,
        "check_in": row.state == B.CONFIRMED and ours and row.begins - using.EARLY <= now < row.ends,
        "check_out": row.state == B.IN_USE and ours,
        "move": row.state in MOVABLE and ours,
        "cancel": row.state in MOVABLE and ours,
    }
    version = {"version": row.version}
    times = {"begins": local(row.begins), "ends": local(row.ends), **version}
    blank = {
        "move": MoveForm(initial=times, auto_id="move_%s"),
        "cancel": CancelForm(initial=version, auto_id="cancel_%s"),
        "check_out": OutForm(initial=version, auto_id="out_%s"),
        "decline": ReasonForm(initial=version, auto_id="decline_%s"),
    }
    context = {
        "row": row,
        "steps": steps,
        "forms": blank | bound,
        "opened": next(iter(bound), ""),
        "owner": owner,
        "estimate": using.estimate(row),
        "usage": getattr(row, "usage", None),
        "referral": using.referral_of(row) if owner and row.state == B.IN_USE else None,
        "together": row.series.bookings.order_by("pk") if row.series else [],
        "may_change": now + timedelta(hours=row.equipment.booking_rule.cancel_hours) <= row.begins,
        "trail": _trail(row, owner=owner),
    }
    return render(request, "labs/booking.html", context, status=status)


@require_POST
@requires("labs.book", "labs.override")
@once
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _visible(request, pk), VersionForm(request.POST)
    made = actions.confirm(row, by=request.user, now=timezone.now(), **_version(form))
    asked = made.state == B.REQUESTED
    words = _("The owner has been asked to approve it. We tell you.") if asked else _("Booked. It is yours.")
    messages.success(request, words)
    return redirect(made)


@require_POST
@requires("labs.book", "labs.keep", "labs.override")
@once
def move(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _visible(request, pk), MoveForm(request.POST, auto_id="move_%s")
    if not form.is_valid():
        return show(request, row, {"move": form}, status=422)
    said = form.cleaned_data
    try:
        actions.move(row, by=request.user, now=timezone.now(), **said)
    except RulesBroken as refusal:
        for problem in refusal.problems:
            form.add_error(None, problem.sentence)
        return show(request, row, {"move": form}, status=422)
    except SlotTaken as refusal:
        times = [(one.begins, one.ends, local(one.begins), local(one.ends)) for one in refusal.alternatives]
        context = {"row": row.equipment, "moved": row, "times": times, "refusal": refusal}
        return render(request, "labs/taken.html", context, status=409)
    messages.success(request, _("Moved. Everybody concerned has been told."))
    return redirect(row)


@require_POST
@requires("labs.book", "labs.keep", "labs.override")
@once
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _visible(request, pk), CancelForm(request.POST, auto_id="cancel_%s")
    if not form.is_valid():
        return show(request, row, {"cancel": form}, status=422)
    made = actions.cancel(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Cancelled. The time is free for others."))
    return redirect(made)


@require_POST
@requires("labs.book", "labs.keep", "labs.override")
@once
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    row = _visible(request, pk)
    actions.check_in(row, by=request.user, now=timezone.now(), **_version(VersionForm(request.POST)))
    messages.success(request, _("Checked in. Please check out when you are done."))
    return redirect(row)


@require_POST
@requires("labs.book", "labs.keep", "labs.override")
@once
def check_out(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _visible(request, pk), OutForm(request.POST, auto_id="out_%s")
    if not form.is_valid():
        return show(request, row, {"check_out": form}, status=422)
    said = form.cleaned_data
    said["deliver"] = said["deliver"] and request.user.has_perm("delivery.work")
    actions.check_out(row, by=request.user, now=timezone.now(), **said)
    messages.success(request, _("Checked out. The statement is on this page."))
    return redirect(row)


def _version(form: VersionForm) -> dict[str, int | None]:
    return {"version": form.cleaned_data["version"] if form.is_valid() else None}


def _trail(row: Booking, *, owner: bool) -> list[tuple[str, str]]:
    above = (_("Our instruments"), reverse("labs:desk")) if owner else (_("My bookings"), reverse("labs:mine"))
    return [above, (row.number, "")]


def _visible(request: HttpRequest, pk: int) -> Booking:
    return get_object_or_404(Booking.objects.visible_to(request.user).whole(), pk=pk)
