"""Check-in, usage log and statement; and what becomes of a booking to which nobody came."""

import math
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from portal.accounts.models import User
from portal.transactions import as_one
from services.boards.labs import telling
from services.boards.labs.actions import placing, waiting
from services.boards.labs.faults import NotNow
from services.boards.labs.models import Booking, BookingClaim, UsageEntry
from services.boards.labs.models.bookings import span_of
from services.boards.labs.states import BookingState as B
from services.cases.models import Referral
from services.cases.states import ReferralState
from services.delivery import actions as delivery
from services.delivery.actions import NewResult

EARLY = timedelta(minutes=30)
CENT = Decimal("0.01")


def estimate(booking: Booking, minutes: int | None = None) -> Decimal | None:
    """What the use costs, in CNY; None where the owner states no rate.

    :param minutes: billed minutes; the booked ones if None.
    """
    if booking.hourly_cny is None:
        return None
    billed = minutes if minutes is not None else round(booking.length.total_seconds() / 60)
    return (booking.hourly_cny * billed / 60).quantize(CENT)


@as_one
def check_in(booking: Booking, *, by: User, now: datetime, version: int | None = None) -> Booking:
    """Begin the use, half an hour early at most and not after the booked time.

    :raises NotNow: it is not the time, or the booking is not confirmed.
    """
    current = placing.locked(booking, version=version)
    if not current.begins - EARLY <= now < current.ends:
        raise NotNow(current)
    made = placing.step(current, B.IN_USE)
    UsageEntry.objects.create(booking=made, began_at=now, began_by=by)
    return made


@as_one
def check_out(
    booking: Booking,
    *,
    by: User,
    now: datetime,
    condition: str = "",
    result: str = "",
    deliver: bool = False,
    version: int | None = None,
) -> Booking:
    """End the use: the log is closed, the amount reckoned, what is left of the time given back, the case told.

    :param deliver: hand it in as the result of the need's referral to the owner.
    """
    current = placing.locked(booking, version=version)
    made = placing.step(current, B.COMPLETED)
    entry = UsageEntry.objects.get(booking=made)
    entry.ended_at, entry.ended_by = max(now, entry.began_at), by
    entry.condition, entry.result = condition, result
    entry.billed_minutes = _billed(made, entry)
    entry.amount_cny = estimate(made, entry.billed_minutes)
    entry.save()
    _give_back(made, now=now)
    made = Booking.objects.whole().get(pk=made.pk)
    referral = referral_of(made)
    telling.completed(made, referral, by=by, now=now)
    if deliver and referral and referral.state in {ReferralState.ACCEPTED, ReferralState.IN_PROGRESS}:
        _deliver(made, referral, by=by, now=now)
    waiting.offer(made.equipment_id, now=now)
    return made


def referral_of(booking: Booking) -> Referral | None:
    """The live referral of the booking's need to the owner of the instrument."""
    if booking.need_id is None:
        return None
    rows = Referral.objects.live().select_related("need__item", "institution", "case")
    return rows.filter(need=booking.need_id, institution=booking.equipment.owner_id).first()


def mark_no_shows(now: datetime, *, limit: int = 200) -> int:
    """Confirmed bookings to which nobody came. May run twice."""
    due = Booking.objects.filter(state=B.CONFIRMED, span__startswith__lt=now).order_by("pk")
    due = due.select_related("equipment__booking_rule")
    return sum(_no_show(row, now=now) for row in due[:limit] if _overdue(row, now))


def _overdue(booking: Booking, now: datetime) -> bool:
    grace = timedelta(minutes=booking.equipment.booking_rule.no_show_minutes)
    return min(booking.begins + grace, booking.ends) <= now


@as_one
def _no_show(row: Booking, *, now: datetime) -> bool:
    current = placing.locked(row)
    if current.state != B.CONFIRMED or not _overdue(current, now):
        return False
    made = placing.step(current, B.NO_SHOW)
    telling.nobody_came(made, now=now)
    waiting.offer(made.equipment_id, now=now)
    return True


def _billed(booking: Booking, entry: UsageEntry) -> int:
    """Booked or used minutes, whichever is more, in whole slots."""
    used = (entry.ended_at or entry.began_at) - entry.began_at
    minutes = max(booking.length, used).total_seconds() / 60
    slot = booking.equipment.booking_rule.slot_minutes
    return math.ceil(round(minutes, 3) / slot) * slot


def _give_back(booking: Booking, *, now: datetime) -> None:
    """Claims of what is over end now; those that would lie ahead as a whole go."""
    claims = BookingClaim.objects.filter(booking=booking)
    claims.filter(span__startswith__gte=now).delete()
    for claim in claims.filter(span__contains=now):
        claim.span = span_of(claim.span.lower, now)
        claim.save(update_fields=["span"])


def _deliver(booking: Booking, referral: Referral, *, by: User, now: datetime) -> None:
    local = timezone.localtime(booking.begins)
    summary = f"{booking.equipment.name} · {local:%Y-%m-%d}"  # for readers of both languages
    words = ". ".join(filter(None, [summary, booking.usage.result]))
    one = NewResult(kind="booking", issued_on=timezone.localdate(now), number=booking.number, summary=words)
    delivery.deliver(referral, [one], by=by, now=now)
