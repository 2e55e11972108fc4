"""The one action by which an instrument is taken: a new booking, another time, an approval, an offer of the wait list.

The family of the instrument is locked, then everything is looked at, then claims are written; the database refuses any
two that overlap.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from experts.models import Equipment
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.kept import kept
from services.boards.labs import families, free
from services.boards.labs.conditions import Terms, Wish, broken, in_vain
from services.boards.labs.families import Family
from services.boards.labs.faults import MayNotOverride, NotBookable, NotNow, RulesBroken, SlotTaken, StaleBooking
from services.boards.labs.free import Book
from services.boards.labs.models import Booking, BookingClaim, BookingRule, Series
from services.boards.labs.models.bookings import span_of
from services.boards.labs.states import BOOKING_STEPS, BookingState

OVERRIDE = "labs.override"
EXCLUDED = "23P01"


class Taken(Exception):
    """Somebody else has the time. It ends the transaction that holds the locks before other times are looked for.

    :param book: the weeks around it, where they were looked at on the way.
    """

    def __init__(self, book: Book | None = None) -> None:
        super().__init__()
        self.book = book


def place(
    wish: Wish,
    *,
    to: BookingState,
    by: User,
    now: datetime,
    booking: Booking | None = None,
    series: Series | None = None,
    version: int | None = None,
    override: str = "",
    held_for: timedelta | None = None,
) -> Booking:
    """Take the instrument for the wish, in the state ``to``.

    :param booking: the one that is moved, confirmed or approved; None makes a new one.
    :param override: why staff set rules aside that may be.
    :param held_for: how long a hold or request stands, if not as long as the instrument's rule says.
    :raises NotBookable: nobody opened the instrument for booking.
    :raises RulesBroken: with every rule that is broken.
    :raises SlotTaken: with the three nearest times that are free.
    """
    try:
        _look(wish, *_unlocked(wish.equipment), booking, by=by, now=now, override=override, reach=free.REACH)
        with transaction.atomic():
            family, locked = families.lock(wish.equipment.pk)
            current = _current(booking, to, version) if booking else None
            rule, aside = _look(wish, family, locked, current, by=by, now=now, override=override)
            claimed = family.claimed(wish.equipment.pk)
            until = _until(wish, rule, to, now=now, held_for=held_for)
            columns = {
                "span": span_of(wish.begins, wish.ends),
                "held_until": until,
                "rule_version": rule.version,
                "hourly_cny": rule.hourly_cny,
                **aside,
            }
            made = _changed(current, to, columns) if current else _made(wish, to, columns, series, now=now)
            _claim(made, claimed, wish, rule)
            if aside:
                audit.record(by, "set_booking_rules_aside", made, {"rules": aside["overridden"]})
            return made
    except Taken as refusal:
        book = refusal.book or free.around(_rule(wish.equipment), wish.begins, wish.ends)
        raise SlotTaken(book.nearest(wish.begins, wish.length, now=now)) from None


def reopened(booking: Booking, begins: datetime | None = None, ends: datetime | None = None) -> Wish:
    """The wish of a booking, at another time if one is given."""
    return Wish(
        equipment=booking.equipment,
        begins=begins or booking.begins,
        ends=ends or booking.ends,
        enterprise=booking.enterprise,
        booked_by=booking.booked_by,
        operation=booking.operation,
        purpose=booking.purpose,
        need=booking.need,
    )


def locked(booking: Booking, *, version: int | None = None) -> Booking:
    """The booking as it is now, the family of its instrument locked before it, as everywhere.

    :raises StaleBooking: it is no longer the version that was looked at.
    """
    families.lock(booking.equipment_id)
    current = Booking.objects.whole().get(pk=booking.pk)
    if version is not None and version != current.version:
        raise StaleBooking
    return current


def step(current: Booking, to: BookingState, **columns: Any) -> Booking:
    """One step of the table with a locked booking; what is no longer live lets go of its claims.

    :raises NotNow: the table has no such step.
    """
    if to not in BOOKING_STEPS[BookingState(current.state)]:
        raise NotNow(current)
    changed = _changed(current, to, {"held_until": None, **columns})
    if not changed.is_live and to != BookingState.COMPLETED:
        BookingClaim.objects.filter(booking=current).delete()
    return changed


def check_waiting(wish: Wish, *, now: datetime) -> None:
    """Nobody is let wait for a time that can never be theirs.

    :raises NotBookable: nobody opened the instrument for booking.
    :raises RulesBroken: with every rule that is broken.
    """
    family, rows = _unlocked(wish.equipment)
    claimed = [rows[pk] for pk in family.claimed(wish.equipment.pk)]
    hours = free.hours_of(equipment=wish.equipment.pk)
    if problems := in_vain(Terms(wish, _rule(wish.equipment), hours, claimed, now)):
        raise RulesBroken(problems)


def _unlocked(equipment: Equipment) -> tuple[Family, dict[int, Equipment]]:
    """A first look keeps a crowd that comes too late from queueing for the lock."""
    family = families.family_of(equipment.pk)
    alone = len(family.parents) == 1
    return family, {equipment.pk: equipment} if alone else Equipment.objects.in_bulk(family.parents)


def _look(
    wish: Wish,
    family: Family,
    rows: dict[int, Equipment],
    current: Booking | None,
    *,
    by: User,
    now: datetime,
    override: str,
    reach: timedelta = timedelta(),
) -> tuple[BookingRule, dict[str, Any]]:
    """The instrument's rule, and the columns that say which rules were set aside.

    :param reach: how far around it is looked as well, so that other times are known where this one is taken.
    :raises Taken: somebody else has the time.
    """
    rule, claimed = _rule(wish.equipment), family.claimed(wish.equipment.pk)
    instruments, hours = [rows[pk] for pk in claimed], free.hours_of(equipment=wish.equipment.pk)
    aside = _check(Terms(wish, rule, hours, instruments, now, current), by=by, override=override)
    begins, ends = _kept(wish, rule)
    seen = free.claims(claimed, begins - reach, ends + reach, but=current.pk if current else None)
    if any(start < ends and end > begins for start, end in seen):
        raise Taken(Book(rule, hours, seen, free.calibration(instruments)) if reach else None)
    return rule, aside


def _rule(equipment: Equipment) -> BookingRule:
    for rule in _bookable(equipment=equipment.pk):
        return rule
    raise NotBookable


@kept
def _bookable(*, equipment: int) -> QuerySet[BookingRule]:
    return BookingRule.objects.bookable().filter(equipment=equipment)


def _current(booking: Booking, to: BookingState, version: int | None) -> Booking:
    current = Booking.objects.whole().get(pk=booking.pk)
    if version is not None and version != current.version:
        raise StaleBooking
    if to != current.state and to not in BOOKING_STEPS[BookingState(current.state)]:
        raise NotNow(current)
    return current


def _check(terms: Terms, *, by: User, override: str) -> dict[str, Any]:
    """The columns that say which rules were set aside, empty for none."""
    wish, moved = terms.wish, terms.moved
    asked = moved is None or moved.span != span_of(wish.begins, wish.ends)
    problems = broken(terms, asked=asked)
    if not problems:
        return {}
    if override and all(problem.overridable for problem in problems):
        if not by.has_perm(OVERRIDE):
            raise MayNotOverride
        return {"overridden": sorted(problem.name for problem in problems), "override_reason": override}
    raise RulesBroken(problems)


def _kept(wish: Wish, rule: BookingRule) -> tuple[datetime, datetime]:
    return wish.begins - rule.before, wish.ends + rule.after


def _until(
    wish: Wish, rule: BookingRule, to: BookingState, *, now: datetime, held_for: timedelta | None
) -> datetime | None:
    """A hold ends after its minutes, a request that nobody decides when the use would begin."""
    if to == BookingState.HELD:
        return min(now + (held_for or timedelta(minutes=rule.hold_minutes)), wish.begins)
    return wish.begins if to == BookingState.REQUESTED else None


def _made(wish: Wish, to: BookingState, columns: dict[str, Any], series: Series | None, *, now: datetime) -> Booking:
    return Booking.objects.create(
        equipment=wish.equipment,
        enterprise=wish.enterprise,
        booked_by=wish.booked_by,
        operation=wish.operation,
        purpose=wish.purpose,
        need=wish.need,
        series=series,
        state=to,
        created_at=now,
        **columns,
    )


def _changed(current: Booking, to: BookingState, columns: dict[str, Any]) -> Booking:
    same = Booking.objects.filter(pk=current.pk, state=current.state, version=current.version)
    if same.update(state=to, version=F("version") + 1, **columns) != 1:
        raise StaleBooking
    return Booking.objects.whole().get(pk=current.pk)


def _claim(booking: Booking, claimed: list[int], wish: Wish, rule: BookingRule) -> None:
    span = span_of(*_kept(wish, rule))
    BookingClaim.objects.filter(booking=booking).delete()
    try:
        with transaction.atomic():
            BookingClaim.objects.bulk_create(
                BookingClaim(equipment_id=pk, span=span, booking=booking) for pk in claimed
            )
    except IntegrityError as error:
        if getattr(error.__cause__, "pgcode", "") != EXCLUDED:
            raise
        raise Taken from error
