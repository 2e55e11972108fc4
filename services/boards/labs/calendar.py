"""What is on the calendar of instruments, in the words that the reader may see."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from experts.models import Equipment, Institution
from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from services.boards.labs.models import OpeningHour
from services.boards.labs.states import TONES, BlackoutKind, BookingState

Event = dict[str, Any]
CLAIMS = """
SELECT
    claim.equipment_id, booking.id, booking.equipment_id, booking.enterprise_id, booking.booked_by_id, booking.state,
    blackout.kind, blackout.reason,
    to_char(lower(coalesce(booking.span, claim.span)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    to_char(upper(coalesce(booking.span, claim.span)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM labs_bookingclaim AS claim
LEFT JOIN labs_booking AS booking ON booking.id = claim.booking_id
LEFT JOIN labs_blackout AS blackout ON blackout.id = claim.blackout_id
WHERE claim.equipment_id = ANY(%s) AND upper(claim.span) > %s AND lower(claim.span) < %s
"""
"""Moments as the calendar takes them: written by the database, a week of fifty instruments has thousands."""


class Claim(NamedTuple):
    """What keeps an instrument from others: a booking of it, or of what it is a part of; or a time that is blocked."""

    equipment: int
    booking: int | None
    booked: int
    firm: int
    person: int
    state: str
    blocked: str
    reason: str
    start: str
    end: str


class Reader:
    """Whose bookings somebody may know: two queries at most, whatever is on the calendar."""

    def __init__(self, user: User | None, owners: Iterable[int]) -> None:
        known = user if user is not None and user.is_authenticated else None
        self.user = known.pk if known else None
        self.all = known is not None and known.role in READERS
        self.firms: set[int] = set()
        if known and known.role == Role.ENTERPRISE:
            self.firms = set(Enterprise.objects.of(known).values_list("pk", flat=True))
        if known and known.role == Role.PROVIDER:
            mine = set(Institution.objects.of(known).values_list("pk", flat=True))
            self.all = bool(mine) and set(owners) <= mine

    def may_see(self, firm: int | None, person: int | None) -> bool:
        return self.all or firm in self.firms or (self.user is not None and person == self.user)


def events(
    equipment: Sequence[int], begins: datetime, ends: datetime, reader: Reader, *, named: bool = False
) -> list[Event]:
    """Bookings and blocked times of these instruments as the calendar on the page draws them. Three queries.

    :param named: say which instrument each is of.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIMS, [list(equipment), begins, ends])
        claims = [Claim(*row) for row in cursor.fetchall()]
    told = [one for one in claims if one.booking and reader.may_see(one.firm, one.person)]
    firms = _names(Enterprise.objects.filter(pk__in={one.firm for one in told})) if told else {}
    other = {one.booked for one in told if named or one.booked != one.equipment}
    names = _names(Equipment.objects.filter(pk__in=other)) if other else {}
    words = {str(state): str(state.label) for state in BookingState}
    tones = {str(state): [f"tone-{tone}"] for state, tone in TONES.items()}
    address, taken = reverse("labs:booking", args=[0]), _("Taken")
    seen = {one.booking for one in told}

    def event(one: Claim) -> Event:
        shape: Event = {"start": one.start, "end": one.end}
        if one.booking is None:
            return shape | {"title": _blocked(one), "classNames": ["tone-quiet"]}
        if one.booking not in seen:
            return shape | {"title": taken, "classNames": ["tone-ended"]}
        title = f"{firms[one.firm]} · {words[one.state]}"
        if one.booked in names and (named or one.booked != one.equipment):
            title = f"{names[one.booked]} · {title}"
        url = address.replace("/0/", f"/{one.booking}/")
        return shape | {"title": title, "classNames": tones[one.state], "id": str(one.booking), "url": url}

    return [event(one) for one in claims]


def _names(rows: QuerySet[Any]) -> dict[int, str]:
    return dict(rows.values_list("pk", "name"))


def _blocked(one: Claim) -> str:
    title = str(BlackoutKind(one.blocked).label)
    return f"{title} · {one.reason}" if one.reason else title


def business_hours(hours: Iterable[OpeningHour]) -> list[dict[str, Any]]:
    """Opening hours as FullCalendar wants them: 0 is Sunday, and a night runs on past 24:00."""
    return [
        {
            "daysOfWeek": [(row.weekday + 1) % 7],
            "startTime": f"{row.opens:%H:%M}",
            "endTime": f"{row.closes.hour + (24 if row.closes <= row.opens else 0):02}:{row.closes:%M}",
        }
        for row in hours
    ]
