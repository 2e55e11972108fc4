"""The states of a booking and of a place on the wait list, and the steps between them: literal tables."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BookingState(TextChoices):
    HELD = "held", _("Held, to be confirmed")
    REQUESTED = "requested", _("Waits for the owner's approval")
    CONFIRMED = "confirmed", pgettext_lazy("booking", "Confirmed")
    IN_USE = "in_use", _("In use")
    COMPLETED = "completed", pgettext_lazy("booking", "Completed")
    EXPIRED = "expired", pgettext_lazy("booking", "Hold expired")
    DECLINED = "declined", pgettext_lazy("booking", "Declined by the owner")
    CANCELLED = "cancelled", pgettext_lazy("booking", "Cancelled")
    NO_SHOW = "no_show", _("Nobody came")


B = BookingState

BOOKING_STEPS: dict[BookingState, frozenset[BookingState]] = {
    B.HELD: frozenset({B.CONFIRMED, B.REQUESTED, B.EXPIRED, B.CANCELLED}),
    B.REQUESTED: frozenset({B.CONFIRMED, B.DECLINED, B.EXPIRED, B.CANCELLED}),
    B.CONFIRMED: frozenset({B.REQUESTED, B.IN_USE, B.CANCELLED, B.NO_SHOW}),
    B.IN_USE: frozenset({B.COMPLETED}),
    B.COMPLETED: frozenset(),
    B.EXPIRED: frozenset(),
    B.DECLINED: frozenset(),
    B.CANCELLED: frozenset(),
    B.NO_SHOW: frozenset(),
}
LIVE = frozenset({B.HELD, B.REQUESTED, B.CONFIRMED, B.IN_USE})
"""The instrument is taken; every one of them holds its claims."""
MOVABLE = frozenset({B.HELD, B.REQUESTED, B.CONFIRMED})
COUNTED = LIVE | {B.COMPLETED, B.NO_SHOW}
"""What counts against a quota: taken is taken, come or not."""
TONES = {
    B.HELD: "asking",
    B.REQUESTED: "waiting",
    B.CONFIRMED: "moving",
    B.IN_USE: "moving",
    B.COMPLETED: "done",
    B.EXPIRED: "ended",
    B.DECLINED: "trouble",
    B.CANCELLED: "ended",
    B.NO_SHOW: "trouble",
}


class PlaceState(TextChoices):
    WAITING = "waiting", pgettext_lazy("wait list", "Waiting")
    OFFERED = "offered", pgettext_lazy("wait list", "Slot offered")
    TAKEN = "taken", pgettext_lazy("wait list", "Slot taken")
    LAPSED = "lapsed", pgettext_lazy("wait list", "Offer lapsed")
    PASSED = "passed", pgettext_lazy("wait list", "The time has passed")
    LEFT = "left", pgettext_lazy("wait list", "Left the list")


P = PlaceState

PLACE_STEPS: dict[PlaceState, frozenset[PlaceState]] = {
    P.WAITING: frozenset({P.OFFERED, P.PASSED, P.LEFT}),
    P.OFFERED: frozenset({P.TAKEN, P.LAPSED, P.LEFT}),
    P.TAKEN: frozenset(),
    P.LAPSED: frozenset(),
    P.PASSED: frozenset(),
    P.LEFT: frozenset(),
}


class Operation(TextChoices):
    """Who stands at the instrument."""

    SELF = "self", _("Self-operated")
    OPERATOR = "operator", _("With the owner's operator")


class BlackoutKind(TextChoices):
    MAINTENANCE = "maintenance", _("Maintenance")
    CALIBRATION = "calibration", _("Calibration")
    OWN_USE = "own_use", _("Used by the owner")
    OTHER = "other", _("Other")
