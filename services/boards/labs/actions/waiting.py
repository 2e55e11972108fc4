"""The wait list: whoever came first is offered what comes free, for a limited time."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from portal.accounts.models import User
from portal.transactions import as_one
from services.boards.labs import families, telling
from services.boards.labs.actions import placing
from services.boards.labs.conditions import Wish
from services.boards.labs.families import Family
from services.boards.labs.faults import NotBookable, NotNow, RulesBroken, SlotTaken
from services.boards.labs.models import Booking, BookingClaim, BookingRule, WaitingPlace
from services.boards.labs.models.bookings import span_of
from services.boards.labs.states import PLACE_STEPS, BookingState, PlaceState
from services.boards.labs.states import PlaceState as P

MOST_LOOKED_AT = 50


@as_one
def join(wish: Wish, *, now: datetime) -> WaitingPlace:
    """Wait for a time that is taken. Waiting for it twice is one place.

    :raises NotBookable: nobody opened the instrument for booking.
    :raises RulesBroken: the time is over or never open.
    """
    placing.check_waiting(wish, now=now)
    place, _made = WaitingPlace.objects.get_or_create(
        equipment=wish.equipment,
        user=wish.booked_by,
        span=span_of(wish.begins, wish.ends),
        state=P.WAITING,
        defaults={
            "enterprise": wish.enterprise,
            "operation": wish.operation,
            "purpose": wish.purpose,
            "need": wish.need,
            "joined_at": now,
        },
    )
    return place


@as_one
def leave(place: WaitingPlace, *, by: User, now: datetime) -> WaitingPlace:
    """Wait no longer. Who has an offer lets it go by cancelling what is held."""
    families.lock(place.equipment_id)
    current = WaitingPlace.objects.get(pk=place.pk)
    if current.state == P.WAITING:
        _step(current, P.LEFT)
    return current


def offer(equipment: int, *, now: datetime) -> int:
    """Offer what is free to whoever waits for the instrument or one of its family, in the order in which they came.
    Called with the family locked, in the transaction that let go of the time.
    """
    family = families.family_of(equipment)
    mine = WaitingPlace.objects.waiting().filter(equipment__in=family.parents)
    rows = mine.kept().filter(Q(span__startswith__lte=now) | _free(family))
    rows = rows.select_related("equipment", "enterprise", "user", "need")[:MOST_LOOKED_AT]
    return sum(_offer(row, now=now) for row in rows)


def _free(family: Family) -> Q:
    """Those whose time nobody has. Times that stay taken would stand before whoever came later for another one."""
    begins, ends = OuterRef("kept_from"), OuterRef("kept_until")
    claims = {pk: BookingClaim.objects.during(family.claimed(pk), begins, ends) for pk in family.parents}
    return reduce(or_, (Q(~Exists(taken), equipment=pk) for pk, taken in claims.items()))


def offer_missed(now: datetime) -> int:
    """For every instrument that somebody waits for: what came free by itself, or while nobody looked. May run twice."""
    waited_for = WaitingPlace.objects.filter(state=P.WAITING).values_list("equipment", flat=True).distinct()
    return sum(_offer_locked(pk, now=now) for pk in sorted(set(waited_for)))


@as_one
def _offer_locked(equipment: int, *, now: datetime) -> int:
    families.lock(equipment)
    return offer(equipment, now=now)


def taken(booking: Booking) -> None:
    _follow(booking, P.TAKEN)


def lapsed(booking: Booking) -> None:
    _follow(booking, P.LAPSED)


def left(booking: Booking) -> None:
    _follow(booking, P.LEFT)


def _offer(row: WaitingPlace, *, now: datetime) -> bool:
    """Hold the time for this one if it is free; the database and the same rules as everybody's decide."""
    if row.begins <= now:
        _step(row, P.PASSED)
        return False
    wish = Wish(row.equipment, row.begins, row.ends, row.enterprise, row.user, row.operation, row.purpose, row.need)
    rule = BookingRule.objects.filter(equipment=row.equipment).first()
    if rule is None:
        return False
    turn = timedelta(minutes=rule.turn_minutes)
    try:
        made = placing.place(wish, to=BookingState.HELD, by=row.user, now=now, held_for=turn)
    except (SlotTaken, RulesBroken, NotBookable):
        return False
    _step(row, P.OFFERED, booking=made)
    telling.offered(made, now=now)
    return True


def _follow(booking: Booking, to: PlaceState) -> None:
    """The place that a booking was offered to."""
    row = WaitingPlace.objects.filter(booking=booking, state=P.OFFERED).first()
    if row is not None:
        _step(row, to)


def _step(row: WaitingPlace, to: PlaceState, booking: Booking | None = None) -> None:
    if to not in PLACE_STEPS[PlaceState(row.state)]:
        raise NotNow(booking) if booking else ValueError(f"{row.state} → {to}")
    row.state, row.booking = to, booking or row.booking
    row.save(update_fields=["state", "booking"])
