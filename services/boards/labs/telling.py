"""Who is told of which step, and what the timeline of a case says of it. Words: ``templates/notices/labs_*.txt``."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from portal.sayings import saying
from services.boards.labs.models import Booking
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Referral

BOOKED = saying(gettext_noop("Booked:"))
MOVED = saying(gettext_noop("Booking moved:"))
CANCELLED = saying(gettext_noop("Booking cancelled:"))
NOBODY_CAME = saying(gettext_noop("Nobody came to the booking:"))
USED = saying(gettext_noop("Instrument used:"))
SYSTEM = Actor.by_rule("labs.bookings/1", gettext_lazy("booking of an instrument"))


def requested(booking: Booking, *, now: datetime) -> None:
    """The owner has to decide."""
    _tell(owners(booking), "labs_requested_owner", booking, now=now)


def confirmed(booking: Booking, *, by: User, now: datetime) -> None:
    _tell(owners(booking), "labs_confirmed_owner", booking, now=now)
    _note(booking, f"{BOOKED}\n{in_words(booking)}", by=Actor.of(by), now=now)


def approved(booking: Booking, *, by: User, now: datetime) -> None:
    _tell([booking.booked_by], "labs_approved", booking, now=now)
    _note(booking, f"{BOOKED}\n{in_words(booking)}", by=Actor.of(by), now=now)


def declined(booking: Booking, *, now: datetime) -> None:
    _tell([booking.booked_by], "labs_declined", booking, now=now)


def undecided(booking: Booking, *, now: datetime) -> None:
    _tell([booking.booked_by], "labs_undecided", booking, now=now)


def moved(booking: Booking, before: Booking, *, by: User, now: datetime) -> None:
    """The other side is told; a hold that is moved concerns nobody yet."""
    if booking.state == "held":
        return
    _tell(_other_side(booking, by), "labs_moved", booking, now=now)
    _note(booking, f"{MOVED}\n{in_words(before)} → {in_words(booking)}", by=Actor.of(by), now=now)


def cancelled(booking: Booking, *, by: User, now: datetime) -> None:
    _tell(_other_side(booking, by), "labs_cancelled", booking, now=now)
    _note(booking, f"{CANCELLED}\n{in_words(booking)}", by=Actor.of(by), now=now)


def nobody_came(booking: Booking, *, now: datetime) -> None:
    _tell([booking.booked_by, *owners(booking)], "labs_no_show", booking, now=now)
    _note(booking, f"{NOBODY_CAME}\n{in_words(booking)}", by=SYSTEM, now=now)


def completed(booking: Booking, referral: Referral | None, *, by: User, now: datetime) -> None:
    """The statement is there; the case reads what was used and done."""
    _tell([booking.booked_by], "labs_completed", booking, now=now)
    usage = booking.usage
    paid = f"{usage.amount_cny} CNY" if usage.amount_cny is not None else ""
    words = "\n".join(filter(None, [USED, in_words(booking), usage.result, paid]))
    _note(booking, words, by=Actor.of(by), now=now, referral=referral)


def offered(booking: Booking, *, now: datetime) -> None:
    """It is free, and held for whoever waited first."""
    _tell([booking.booked_by], "labs_offered", booking, now=now)


def owners(booking: Booking) -> list[User]:
    """The people of the institution that owns the instrument."""
    rows = booking.equipment.owner.memberships.filter(active=True).select_related("user").order_by("pk")
    return [one.user for one in rows]


def in_words(booking: Booking) -> str:
    """Number, instrument and time."""
    begins, ends = timezone.localtime(booking.begins), timezone.localtime(booking.ends)
    end = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{ends:%Y-%m-%d %H:%M}"
    return f"{booking.number} {booking.equipment.name} {begins:%Y-%m-%d %H:%M}–{end}"


def _other_side(booking: Booking, by: User) -> list[User]:
    if by.role == Role.PROVIDER:
        return [booking.booked_by]
    whom = owners(booking)
    return whom if by.pk == booking.booked_by_id else [booking.booked_by, *whom]


def _tell(users: Iterable[User], event: str, booking: Booking, *, now: datetime) -> None:
    facts = {
        "number": booking.number,
        "instrument": booking.equipment.name,
        "owner_zh": booking.equipment.owner.name_zh,
        "owner_en": booking.equipment.owner.name_en,
        "begins_at": booking.begins.isoformat(),
        "ends_at": booking.ends.isoformat(),
        "until_at": booking.held_until.isoformat() if booking.held_until else "",
        "note": booking.reason,
    }
    whom = [Recipient(user=user, language=user.language) for user in users]
    key = f"{event}-{booking.pk}-{booking.version}"
    notices.tell(whom, event, key=key, facts=facts, path=booking.get_absolute_url(), now=now)


def _note(booking: Booking, words: str, *, by: Actor, now: datetime, referral: Referral | None = None) -> None:
    """A line on the timeline of the case that it was booked for."""
    if booking.need is None:
        return
    audience = Audience.SHARED if referral else Audience.ENTERPRISE
    cases.note(booking.need.case, words, by=by, now=now, audience=audience, need=booking.need, referral=referral)
