"""What the owner keeps: rules, opening hours, blocked times, qualifications, and what is a part of what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from enterprises.models import Enterprise
from experts.models import Equipment, Institution
from portal.accounts.models import User
from portal.files.models import Attachment
from portal.transactions import as_one
from services.boards.labs import families
from services.boards.labs.actions import waiting
from services.boards.labs.faults import GoesInCircles, NotYourInstrument, Occupied
from services.boards.labs.models import Blackout, Booking, BookingClaim, BookingRule, OpeningHour, Qualification
from services.boards.labs.models.bookings import span_of
from services.boards.labs.states import LIVE


@dataclass(frozen=True)
class Hours:
    """Open from one time to another on one weekday, 0 for Monday."""

    weekday: int
    opens: time
    closes: time


def check_owner(equipment: Equipment, by: User) -> None:
    """:raises NotYourInstrument: the person does not act for the owner."""
    if not Institution.objects.of(by).filter(pk=equipment.owner_id).exists():
        raise NotYourInstrument


@as_one
def save_rule(equipment: Equipment, columns: dict[str, Any], *, by: User) -> BookingRule:
    """The rules as the next version; bookings made before keep the version they were made under."""
    check_owner(equipment, by)
    families.lock(equipment.pk)
    rule = BookingRule.objects.filter(equipment=equipment).first() or BookingRule(equipment=equipment, version=0)
    for name, value in columns.items():
        setattr(rule, name, value)
    rule.version += 1
    rule.save()
    return rule


@as_one
def save_hours(equipment: Equipment, hours: Iterable[Hours], *, by: User) -> None:
    """All opening hours, in place of those before."""
    check_owner(equipment, by)
    families.lock(equipment.pk)
    OpeningHour.objects.filter(equipment=equipment).delete()
    OpeningHour.objects.bulk_create(OpeningHour(equipment=equipment, **vars(each)) for each in hours)


@as_one
def block(
    equipment: Equipment, *, kind: str, begins: datetime, ends: datetime, reason: str, by: User, now: datetime
) -> Blackout:
    """Keep the instrument and its parts from being booked.

    :raises Occupied: there are bookings in this time, or it is blocked already.
    """
    check_owner(equipment, by)
    family, _rows = families.lock(equipment.pk)
    claimed, span = family.claimed(equipment.pk), span_of(begins, ends)
    blackout = Blackout.objects.create(
        equipment=equipment, kind=kind, span=span, reason=reason, made_by=by, made_at=now
    )
    try:
        with transaction.atomic():
            BookingClaim.objects.bulk_create(
                BookingClaim(equipment_id=pk, span=span, blackout=blackout) for pk in claimed
            )
    except IntegrityError as error:
        raise Occupied(_booked(claimed, begins, ends)) from error
    return blackout


@as_one
def lift(blackout: Blackout, *, by: User, now: datetime) -> Blackout:
    """Open the time again, for whoever waits for it first."""
    check_owner(blackout.equipment, by)
    families.lock(blackout.equipment_id)
    BookingClaim.objects.filter(blackout=blackout).delete()
    Blackout.objects.filter(pk=blackout.pk, lifted_at=None).update(lifted_at=now)
    blackout.refresh_from_db()
    waiting.offer(blackout.equipment_id, now=now)
    return blackout


@as_one
def grant(
    equipment: Equipment,
    *,
    by: User,
    now: datetime,
    valid_to: date | None,
    user: User | None = None,
    enterprise: Enterprise | None = None,
    note: str = "",
) -> Qualification:
    """Somebody was trained and may operate the instrument."""
    check_owner(equipment, by)
    return Qualification.objects.create(
        equipment=equipment,
        user=user,
        enterprise=enterprise,
        valid_to=valid_to,
        note=note,
        granted_by=by,
        granted_at=now,
    )


@as_one
def withdraw(qualification: Qualification, *, by: User, now: datetime) -> None:
    check_owner(qualification.equipment, by)
    Qualification.objects.filter(pk=qualification.pk, withdrawn_at=None).update(withdrawn_at=now)


@as_one
def describe(
    equipment: Equipment,
    facts: dict[str, Any],
    *,
    parent: Equipment | None,
    photo: Attachment | None,
    by: User,
    now: datetime,
) -> Equipment:
    """What everybody reads about the instrument; a photo that is not sent again stays."""
    check_owner(equipment, by)
    if (parent.pk if parent else None) != equipment.parent_id:
        equipment = compose(equipment, parent, by=by, now=now)
    for name, value in facts.items():
        setattr(equipment, name, value)
    equipment.photo = photo or equipment.photo
    equipment.save()
    return equipment


@as_one
def compose(part: Equipment, parent: Equipment | None, *, by: User, now: datetime) -> Equipment:
    """Make an instrument a part of another one of the same owner, or let it stand alone.

    :raises GoesInCircles: it would be a part of itself.
    :raises Occupied: both are booked in the time to come; the bookings would block each other.
    """
    check_owner(part, by)
    for pk in sorted({part.pk, parent.pk if parent else part.pk}):
        families.lock(pk)
    if parent and (parent.owner_id != part.owner_id or parent.pk in families.family_of(part.pk).claimed(part.pk)):
        raise GoesInCircles
    _let_go(part, now=now)
    Equipment.objects.filter(pk=part.pk).update(parent=parent)
    part.refresh_from_db()
    if parent:
        _claim_parts(part, now=now)
    return part


def _above(part: Equipment) -> list[int]:
    """What the instrument is a part of, and that in turn."""
    parents, found, at = families.family_of(part.pk).parents, [], part.pk
    while above := parents.get(at):
        found.append(above)
        at = above
    return found


def _let_go(part: Equipment, *, now: datetime) -> None:
    """Bookings of the whole no longer claim what is not a part of it."""
    whole = Booking.objects.filter(equipment__in=_above(part), state__in=LIVE)
    parts = families.family_of(part.pk).claimed(part.pk)
    BookingClaim.objects.filter(equipment__in=parts, booking__in=whole, span__endswith__gt=now).delete()


def _claim_parts(part: Equipment, *, now: datetime) -> None:
    """Bookings of the whole that are to come claim the new part too."""
    parts = families.family_of(part.pk).claimed(part.pk)
    own = BookingClaim.objects.filter(equipment=F("booking__equipment"))
    rows = list(own.filter(equipment__in=_above(part), span__endswith__gt=now))
    try:
        with transaction.atomic():
            BookingClaim.objects.bulk_create(
                BookingClaim(equipment_id=pk, span=row.span, booking_id=row.booking_id) for row in rows for pk in parts
            )
    except IntegrityError as error:
        numbers = [f"LB-{row.booking_id:06d}" for row in rows]
        raise Occupied(numbers) from error


def _booked(claimed: list[int], begins: datetime, ends: datetime) -> list[str]:
    rows = BookingClaim.objects.during(claimed, begins, ends).filter(booking__isnull=False)
    return [f"LB-{pk:06d}" for pk in sorted(set(rows.values_list("booking", flat=True)))]
