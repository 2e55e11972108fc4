"""The rules a booking has to keep. All that are broken are said at once, each by its name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from experts.models import Equipment
from portal.accounts.models import User
from services.boards.labs import openings
from services.boards.labs.faults import Problem
from services.boards.labs.models import Booking, BookingRule, OpeningHour, Qualification
from services.boards.labs.models.bookings import span_of
from services.boards.labs.states import COUNTED, Operation
from services.cases.models import Need


@dataclass(frozen=True)
class Wish:
    """Who wants which instrument when, and how. ``booked_by`` is the person who comes."""

    equipment: Equipment
    begins: datetime
    ends: datetime
    enterprise: Enterprise
    booked_by: User
    operation: str
    purpose: str = ""
    need: Need | None = None

    @property
    def length(self) -> timedelta:
        return self.ends - self.begins

    @property
    def week(self) -> tuple[datetime, datetime]:
        """The week, Monday to Sunday, in which it begins."""
        day = timezone.localtime(self.begins).replace(hour=0, minute=0, second=0, microsecond=0)
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)


@dataclass(frozen=True)
class Terms:
    """A wish and what it is measured by. ``moved`` is the booking that is changed, whose own hours do not count."""

    wish: Wish
    rule: BookingRule
    hours: Sequence[OpeningHour]
    claimed: Sequence[Equipment]
    now: datetime
    moved: Booking | None = None


Condition = Callable[[Terms], Problem | None]


def order(terms: Terms) -> Problem | None:
    if terms.wish.begins < terms.wish.ends:
        return None
    return Problem("order", _("The end is before the beginning."))


def past(terms: Terms) -> Problem | None:
    if terms.wish.begins >= terms.now:
        return None
    return Problem("past", _("This time has begun or is over."))


def slot(terms: Terms) -> Problem | None:
    wish, size = terms.wish, terms.rule.slot
    fits = openings.on_grid(wish.begins, size) == wish.begins and wish.length % size == timedelta()
    if fits:
        return None
    words = _("Bookings begin on the slots of %(minutes)d minutes and last whole slots.")
    return Problem("slot", words % {"minutes": terms.rule.slot_minutes}, overridable=True)


def longest(terms: Terms) -> Problem | None:
    if terms.wish.length <= timedelta(minutes=terms.rule.longest_minutes):
        return None
    words = _("One booking lasts %(minutes)d minutes at most.")
    return Problem("longest", words % {"minutes": terms.rule.longest_minutes}, overridable=True)


def opening(terms: Terms) -> Problem | None:
    wish = terms.wish
    if wish.length > timedelta(days=31):
        return None  # too long is said by its own rule
    spans = openings.windows(terms.hours, wish.begins, wish.ends, across=True)
    if openings.within(spans, wish.begins, wish.ends):
        return None
    return Problem("opening", _("The instrument is not open at this time."), overridable=True)


def midnight(terms: Terms) -> Problem | None:
    wish = terms.wish
    if terms.rule.across_midnight or not openings.crosses_midnight(wish.begins, wish.ends):
        return None
    return Problem("midnight", _("A booking of this instrument ends on the day it begins."), overridable=True)


def lead(terms: Terms) -> Problem | None:
    begins = terms.wish.begins
    if begins < terms.now or begins >= terms.now + timedelta(hours=terms.rule.lead_hours):
        return None
    words = _("It is booked at least %(hours)d hours ahead.")
    return Problem("lead", words % {"hours": terms.rule.lead_hours}, overridable=True)


def horizon(terms: Terms) -> Problem | None:
    if terms.wish.ends <= terms.now + timedelta(days=terms.rule.horizon_days):
        return None
    words = _("It is booked at most %(days)d days ahead.")
    return Problem("horizon", words % {"days": terms.rule.horizon_days}, overridable=True)


def quota(terms: Terms) -> Problem | None:
    """Hours of the enterprise on this instrument in the week, this booking included."""
    most, wish = terms.rule.weekly_hours, terms.wish
    if most is None:
        return None
    monday, end = wish.week
    rows = Booking.objects.filter(
        equipment=wish.equipment,
        enterprise=wish.enterprise,
        state__in=COUNTED,
        span__overlap=span_of(monday, end),
        span__startswith__gte=monday,
    )
    if terms.moved:
        rows = rows.exclude(pk=terms.moved.pk)
    booked = sum((span.upper - span.lower for span in rows.values_list("span", flat=True)), timedelta())
    if booked + wish.length <= timedelta(hours=most):
        return None
    words = _("An enterprise has %(most)d hours a week on this instrument; %(booked)s are booked already.")
    return Problem("quota", words % {"most": most, "booked": f"{booked / timedelta(hours=1):g}"}, overridable=True)


def operation(terms: Terms) -> Problem | None:
    operated, wanted = terms.wish.equipment.operated, terms.wish.operation
    if wanted in Operation and operated in {Equipment.Operated.EITHER, wanted}:
        return None
    return Problem("operation", _("The instrument is not used in this way: see who operates it."))


def qualification(terms: Terms) -> Problem | None:
    wish = terms.wish
    if not terms.rule.qualification_needed or wish.operation != Operation.SELF:
        return None
    held = Qualification.objects.filter(equipment=wish.equipment).of(wish.booked_by, wish.enterprise)
    if held.on(_last_day(wish)).exists():
        return None
    return Problem(
        "qualification",
        _("Nobody of you is qualified to operate this instrument on that day. Ask the owner for training."),
    )


def calibration(terms: Terms) -> Problem | None:
    day = _last_day(terms.wish)
    for one in terms.claimed:
        if one.calibrated_until is not None and one.calibrated_until < day:
            words = _("The calibration of %(name)s is valid to %(day)s only.")
            said = {"name": one.name, "day": formats.date_format(one.calibrated_until)}
            return Problem("calibration", words % said)
    return None


def shared(terms: Terms) -> Problem | None:
    if terms.rule.active and all(one.available for one in terms.claimed):
        return None
    return Problem("shared", _("The owner does not share this instrument, or a part of it, at the moment."))


ASKED: tuple[Condition, ...] = (slot, longest, opening, midnight, lead, horizon, quota)
"""Looked at when a time is asked for or changed."""
ALWAYS: tuple[Condition, ...] = (past, shared, operation, qualification, calibration)
"""Looked at again when the booking is confirmed or approved."""
LASTING: tuple[Condition, ...] = (past, slot, longest, opening, midnight, operation)
"""No waiting changes these: such a time is never free."""


def broken(terms: Terms, *, asked: bool) -> list[Problem]:
    """Every rule that is broken; a time that is none says only that."""
    return _of(terms, (*ALWAYS, *ASKED) if asked else ALWAYS)


def in_vain(terms: Terms) -> list[Problem]:
    """Why nobody need wait for this time."""
    return _of(terms, LASTING)


def _of(terms: Terms, conditions: Sequence[Condition]) -> list[Problem]:
    if problem := order(terms):
        return [problem]
    return [problem for condition in conditions if (problem := condition(terms))]


def _last_day(wish: Wish) -> date:
    return timezone.localdate(wish.ends - timedelta(microseconds=1))
