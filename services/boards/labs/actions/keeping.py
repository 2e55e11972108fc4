"""What the owner keeps: rules, opening hours, blocked times, qualifications, and what is a part of what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from enterprises.models import Enterprise
from experts.models import Equipment, Institution
from portal.accounts.models import User
from portal.files.models import Attachment
from portal.transactions import as_one
from services.boards.labs import families
from services.boards.labs.actions import waiting
from services.boards.labs.faults import GoesInCircles, NotYourInstrument, Occupied
from services.boards.labs.models import Blackout, BookingClaim, BookingRule, OpeningHour, Qualification
from services.boards.labs.models.bookings import span_of


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
    equipment.save(update_fields=[*facts, "photo"])
    return equipment


@as_one
def compose(part: Equipment, parent: Equipment | None, *, by: User, now: datetime) -> Equipment:
    """Make an instrument a part of another one of the same owner, or let it stand alone.

    :raises GoesInCircles: it would be a part of itself.
    :raises Occupied: both are booked or blocked in the time to come and would be in each other's way.
    """
    check_owner(part, by)
    if parent and parent.owner_id != part.owner_id:
        raise GoesInCircles
    family = families.lock_to_change(part.pk, *([parent.pk] if parent else []))
    parts = family.claimed(part.pk)
    if parent and parent.pk in parts:
        raise GoesInCircles
    _let_go(parts, family.above(part.pk), now=now)
    Equipment.objects.filter(pk=part.pk).update(parent=parent)
    part.refresh_from_db()
    if parent:
        _claim(parts, [parent.pk, *family.above(parent.pk)], now=now)
    return part


def _let_go(parts: list[int], wholes: list[int], *, now: datetime) -> None:
    """Bookings and blocked times of the whole no longer claim what is not a part of it."""
    of_whole = Q(booking__equipment__in=wholes) | Q(blackout__equipment__in=wholes)
    BookingClaim.objects.filter(of_whole, equipment__in=parts, span__endswith__gt=now).delete()


def _claim(parts: list[int], wholes: list[int], *, now: datetime) -> None:
    """Bookings and blocked times of the whole that are to come claim the new part too."""
    to_come = BookingClaim.objects.filter(span__endswith__gt=now)
    own = Q(equipment=F("booking__equipment")) | Q(equipment=F("blackout__equipment"))
    rows = list(to_come.filter(own, equipment__in=wholes))
    there = list(to_come.filter(equipment__in=parts))
    try:
        with transaction.atomic():
            BookingClaim.objects.bulk_create(
                BookingClaim(equipment_id=pk, span=row.span, booking_id=row.booking_id, blackout_id=row.blackout_id)
                for row in rows
                for pk in parts
                if not _is_blocked(pk, row, there)
            )
    except IntegrityError as error:
        raise Occupied(_overlapping(rows, there)) from error


def _is_blocked(part: int, row: BookingClaim, there: Iterable[BookingClaim]) -> bool:
    """Whether the part is blocked by itself for all the time for which the whole is."""
    return bool(row.blackout_id) and any(
        one.blackout_id
        and one.equipment_id == part
        and one.span.lower <= row.span.lower
        and one.span.upper >= row.span.upper
        for one in there
    )


def _overlapping(rows: Iterable[BookingClaim], others: Iterable[BookingClaim]) -> list[str]:
    """The bookings on both sides."""
    pairs = ((one, other) for one in rows for other in others)
    met = (pair for pair in pairs if max(one.span.lower for one in pair) < min(one.span.upper for one in pair))
    return _numbers(claim.booking_id for pair in met for claim in pair)


def _booked(claimed: list[int], begins: datetime, ends: datetime) -> list[str]:
    return _numbers(BookingClaim.objects.during(claimed, begins, ends).values_list("booking", flat=True))


def _numbers(bookings: Iterable[int | None]) -> list[str]:
    return [f"LB-{pk:06d}" for pk in sorted({pk for pk in bookings if pk})]
