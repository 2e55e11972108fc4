"""Why a booking is not made, and what a person can do instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from portal.refusals import Conflict, Forbidden, Unprocessable, constraint
from services.boards.labs.models import Booking


@dataclass(frozen=True)
class Problem:
    """A rule that a wish breaks, by its stable name. ``overridable``: staff may set it aside with a reason."""

    name: str
    detail: str
    overridable: bool = False

    @property
    def sentence(self) -> str:
        """For a page, which has no member that says whether it may be set aside."""
        words = _("%(rule)s The centre may set this rule aside, with a reason.")
        return words % {"rule": self.detail} if self.overridable else self.detail


@dataclass(frozen=True)
class Alternative:
    """A free time of the same length."""

    begins: datetime
    ends: datetime


class RulesBroken(Unprocessable):
    """Every rule that is broken, at once."""

    title = _l("This time cannot be booked")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        rules = [{"name": one.name, "detail": one.detail, "overridable": one.overridable} for one in problems]
        super().__init__(" ".join(one.detail for one in problems), extra={"rules": rules})


class SlotTaken(Conflict):
    title = _l("Just taken")

    def __init__(self, alternatives: Sequence[Alternative]) -> None:
        self.alternatives = list(alternatives)
        times: list[dict[str, Any]] = [
            {"start": timezone.localtime(one.begins), "end": timezone.localtime(one.ends)} for one in alternatives
        ]
        detail = (
            _("Somebody else has this time, or time that is needed before and after it. These times are free.")
            if alternatives
            else _("Somebody else has this time. Nothing is free nearby; you can put yourself on the wait list.")
        )
        super().__init__(detail, extra={"alternatives": times})


class NotNow(Conflict):
    """The table of steps has no such step from the state the booking is in now."""

    title = _l("Not possible in this state")

    def __init__(self, booking: Booking) -> None:
        super().__init__(
            _("This step is not possible now. The current state is “%(state)s”.")
            % {"state": booking.get_state_display()},
            extra={"state": booking.state},
        )


class TooLateToChange(Conflict):
    title = _l("Too late to change it online")

    def __init__(self, hours: int) -> None:
        super().__init__(
            _("It can be cancelled or moved until %(hours)d hours before it begins. Please call the owner.")
            % {"hours": hours}
        )


class SeriesConflicts(Conflict):
    """None of the series was booked, as asked: these dates are not possible."""

    title = _l("Some of the dates are not possible")

    def __init__(self, missed: Sequence[dict[str, str]]) -> None:
        self.missed = list(missed)
        super().__init__(
            _("Nothing was booked. Leave these dates out, or choose another time."), extra={"dates": self.missed}
        )


class NotBookable(Conflict):
    title = _l("This instrument is not booked online")
    detail = _l("Its owner has not opened it for booking. Tell us what you need, and we ask the owner for you.")


class NoEnterprise(Forbidden):
    title = _l("For which enterprise?")
    detail = _l("Instruments are booked for an enterprise. Please register yours, or join it, first.")


class NotYourInstrument(Forbidden):
    detail = _l("Only the people of the institution that owns the instrument can do this.")


class MayNotOverride(Forbidden):
    detail = _l("Only staff of the centre may set a rule aside, and they say why.")


class StaleBooking(Conflict):
    """Somebody changed it since the page was opened."""


class Occupied(Conflict):
    title = _l("There are bookings in this time")

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(
            _("Please move or cancel these first: %(numbers)s") % {"numbers": ", ".join(numbers) or "–"},
            extra={"bookings": list(numbers)},
        )


class GoesInCircles(Unprocessable):
    detail = _l("An instrument cannot be a part of itself or of one of its parts, nor of another owner's instrument.")


constraint("booking_claim_no_overlap", _l("Somebody else has this time, or time that is needed before and after it."))
constraint("place_once", _l("You are on the wait list for this time already."))
constraint("opening_hour_once", _l("There are opening hours that begin at this time already."))
