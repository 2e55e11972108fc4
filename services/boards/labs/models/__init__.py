from services.boards.labs.models.bookings import Blackout, Booking, BookingClaim, BookingQuerySet, Series, UsageEntry
from services.boards.labs.models.rules import BookingRule, OpeningHour, Qualification
from services.boards.labs.models.waiting import Feed, WaitingPlace

__all__ = [
    "Blackout",
    "Booking",
    "BookingClaim",
    "BookingQuerySet",
    "BookingRule",
    "Feed",
    "OpeningHour",
    "Qualification",
    "Series",
    "UsageEntry",
    "WaitingPlace",
]
