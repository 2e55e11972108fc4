"""Calendars that may be subscribed: of a person, of an instrument. The link is signed; a new one closes the old."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from experts.models import Equipment
from portal.accounts.models import User
from portal.notices import links
from services.boards.labs.models import Booking, BookingClaim, Feed
from services.boards.labs.models.bookings import span_of
from services.boards.labs.states import LIVE, BlackoutKind, BookingState

SALT = "labs.feed"
BACK, AHEAD = timedelta(days=90), timedelta(days=400)
MOST = 2000


def token(feed: Feed) -> str:
    return links.token(SALT, f"{feed.pk}-{feed.serial}")


def opened_by(pk: int, sent: str) -> Feed | None:
    """The feed that the link belongs to, if it is still the one that was given out last."""
    feed = Feed.objects.select_related("user", "equipment__owner").filter(pk=pk).first()
    return feed if feed and constant_time_compare(token(feed), sent) else None


def renew(*, now: datetime, user: User | None = None, equipment: Equipment | None = None) -> Feed:
    """The first link of the person or instrument, or a new one in place of the last."""
    feed, made = Feed.objects.get_or_create(user=user, equipment=equipment, defaults={"made_at": now})
    if not made:
        feed.serial, feed.made_at = feed.serial + 1, now
        feed.save(update_fields=["serial", "made_at"])
    return feed


def content(feed: Feed, *, now: datetime) -> bytes:
    """The calendar as iCalendar (RFC 5545): 90 days back and 400 ahead, times in UTC; a person's in the language they
    chose, whatever their calendar asks for.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//NQI portal//labs//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    window = now - BACK, now + AHEAD
    with translation.override(feed.user.language if feed.user else translation.get_language()):
        calendar.add("x-wr-calname", str(feed.equipment or _("My instrument bookings")))
        for event in _of_instrument(feed, *window) if feed.equipment_id else _of_person(feed, span_of(*window)):
            calendar.add_component(event)
    return calendar.to_ical()


def _of_person(feed: Feed, window: object) -> Iterable[Event]:
    assert feed.user is not None
    if not feed.user.is_active:
        return
    rows = Booking.objects.filter(booked_by=feed.user, span__overlap=window, state__in=[*LIVE, BookingState.COMPLETED])
    for row in rows.select_related("equipment__owner").order_by("pk")[:MOST]:
        event = _event(f"booking-{row.pk}", row.begins, row.ends, row.equipment.name, row.created_at)
        event.add("description", f"{row.number} · {row.get_state_display()}")
        event.add("location", f"{row.equipment.owner.name} {row.equipment.owner.address}".strip())
        event.add("url", f"{settings.SITE_URL}{row.get_absolute_url()}")
        event.add("sequence", row.version)
        event.add("status", "CONFIRMED" if row.state not in {"held", "requested"} else "TENTATIVE")
        yield event


def _of_instrument(feed: Feed, begins: datetime, ends: datetime) -> Iterable[Event]:
    """Only that it is taken: the link may be passed on."""
    keys = [feed.equipment_id] if feed.equipment_id else []
    rows = BookingClaim.objects.during(keys, begins, ends).select_related("blackout")
    for row in rows.order_by("pk")[:MOST]:
        words = BlackoutKind(row.blackout.kind).label if row.blackout else _("Taken")
        key = f"blackout-{row.blackout_id}" if row.blackout else f"booking-{row.booking_id}"
        yield _event(key, row.span.lower, row.span.upper, str(words), row.span.lower)


def _event(key: str, begins: datetime, ends: datetime, words: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{key}@labs.portal")
    event.add("summary", words)
    event.add("dtstart", begins.astimezone(UTC))
    event.add("dtend", ends.astimezone(UTC))
    event.add("dtstamp", at.astimezone(UTC))
    return event
