"""From the hold to the confirmed booking, and what ends it before its time."""

from datetime import datetime, timedelta

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.transactions import as_one
from services.boards.labs import telling
from services.boards.labs.actions import placing, waiting
from services.boards.labs.actions.placing import place, reopened
from services.boards.labs.conditions import Wish
from services.boards.labs.faults import NotNow, NotYourInstrument, TooLateToChange
from services.boards.labs.models import Booking
from services.boards.labs.states import MOVABLE
from services.boards.labs.states import BookingState as B


def hold(wish: Wish, *, by: User, now: datetime, override: str = "") -> Booking:
    """Keep the time for a few minutes, until it is confirmed. Raises as :func:`placing.place` does."""
    return place(wish, to=B.HELD, by=by, now=now, override=override)


@as_one
def confirm(booking: Booking, *, by: User, now: datetime, version: int | None = None) -> Booking:
    """Confirm what is held, a series as a whole; where the owner approves, it is asked first."""
    current = placing.locked(booking, version=version)
    if current.state != B.HELD:
        raise NotNow(current)
    together = [current]
    if current.series_id:
        together = list(Booking.objects.whole().filter(series=current.series_id, state=B.HELD).order_by("pk"))
    for each in together:
        _confirm(each, by=by, now=now)
    return Booking.objects.whole().get(pk=booking.pk)


def _confirm(booking: Booking, *, by: User, now: datetime) -> Booking:
    needs_approval = booking.equipment.booking_rule.approval_needed
    made = place(reopened(booking), to=B.REQUESTED if needs_approval else B.CONFIRMED, by=by, now=now, booking=booking)
    waiting.taken(made)
    if needs_approval:
        telling.requested(made, now=now)
    else:
        telling.confirmed(made, by=by, now=now)
    return made


@as_one
def approve(booking: Booking, *, by: User, now: datetime, version: int | None = None) -> Booking:
    """The owner agrees. Everything is looked at again: a calibration may have run out since."""
    _check_owner(booking, by)
    current = placing.locked(booking, version=version)
    if current.state != B.REQUESTED:
        raise NotNow(current)
    made = place(reopened(current), to=B.CONFIRMED, by=by, now=now, booking=current)
    telling.approved(made, by=by, now=now)
    return made


@as_one
def decline(booking: Booking, *, by: User, now: datetime, reason: str, version: int | None = None) -> Booking:
    """The owner does not agree, and says why."""
    _check_owner(booking, by)
    made = placing.step(placing.locked(booking, version=version), B.DECLINED, reason=reason)
    telling.declined(made, now=now)
    waiting.offer(made.equipment_id, now=now)
    return made


@as_one
def move(
    booking: Booking,
    begins: datetime,
    ends: datetime,
    *,
    by: User,
    now: datetime,
    version: int | None = None,
    override: str = "",
) -> Booking:
    """Another time for the same use; where the owner approves, it is asked again. The old time is offered on.

    :raises TooLateToChange: it begins too soon.
    """
    current = placing.locked(booking, version=version)
    if current.state not in MOVABLE:
        raise NotNow(current)
    check_time(current, by=by, now=now)
    again = current.state == B.CONFIRMED and current.equipment.booking_rule.approval_needed and not _owns(current, by)
    to = B.REQUESTED if again else B(current.state)
    made = place(reopened(current, begins, ends), to=to, by=by, now=now, booking=current, override=override)
    telling.moved(made, current, by=by, now=now)
    waiting.offer(made.equipment_id, now=now)
    return made


@as_one
def cancel(booking: Booking, *, by: User, now: datetime, reason: str = "", version: int | None = None) -> Booking:
    """Call it off; the time is offered to whoever waits for it.

    :raises TooLateToChange: it begins too soon for whoever booked it. Owner and staff may still.
    """
    current = placing.locked(booking, version=version)
    if B.CANCELLED not in placing.BOOKING_STEPS[B(current.state)]:
        raise NotNow(current)
    check_time(current, by=by, now=now)
    made = placing.step(current, B.CANCELLED, reason=reason)
    waiting.left(made)
    if current.state != B.HELD:
        telling.cancelled(made, by=by, now=now)
    waiting.offer(made.equipment_id, now=now)
    return made


def check_time(booking: Booking, *, by: User, now: datetime) -> None:
    """Whether it may still be changed online; a hold always may."""
    hours = booking.equipment.booking_rule.cancel_hours
    late = booking.begins - now < timedelta(hours=hours)
    if late and booking.state == B.CONFIRMED and by.role == Role.ENTERPRISE:
        raise TooLateToChange(hours)


def expire(now: datetime, *, limit: int = 200) -> int:
    """Let go of holds that nobody confirmed and of requests that nobody decided. May run twice."""
    due = Booking.objects.filter(held_until__lte=now).order_by("held_until").values_list("pk", flat=True)
    return sum(_expire(pk, now=now) for pk in due[:limit])


@as_one
def _expire(pk: int, *, now: datetime) -> bool:
    current = placing.locked(Booking.objects.get(pk=pk))
    if current.held_until is None or current.held_until > now:
        return False
    made = placing.step(current, B.EXPIRED)
    waiting.lapsed(made)
    if current.state == B.REQUESTED:
        telling.undecided(made, now=now)
    waiting.offer(made.equipment_id, now=now)
    return True


def _owns(booking: Booking, by: User) -> bool:
    return booking.equipment.owner.memberships.filter(user=by, active=True).exists()


def _check_owner(booking: Booking, by: User) -> None:
    if not _owns(booking, by):
        raise NotYourInstrument
