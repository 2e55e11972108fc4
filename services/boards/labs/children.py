"""What shared laboratories keep of an enterprise: bookings with their use, places on wait lists, qualifications."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from services.boards.child import Child
from services.boards.labs.models import Booking, Qualification, UsageEntry, WaitingPlace

BEGINS, ENDS = pgettext_lazy("booking", "begins"), pgettext_lazy("booking", "ends")

BOOKINGS = Child(
    slug="bookings",
    title=pgettext_lazy("dossier", "Bookings"),
    model=Booking,
    keys=("equipment", "need", "series"),
    columns=("number", "begins", "ends", "state", "operation", "purpose", "hourly_cny", "reason"),
    brief=("number", "begins", "ends", "state", "purpose"),
    names={"number": _("number"), "begins": BEGINS, "ends": ENDS},
    related=("equipment",),
)
USAGE = Child(
    slug="usage",
    title=_("Usage log"),
    model=UsageEntry,
    owner="booking__enterprise",
    keys=("booking",),
    columns=("began_at", "ended_at", "condition", "result", "billed_minutes", "amount_cny"),
    related=("booking",),
)
WAITING = Child(
    slug="waiting",
    title=_("Places on wait lists"),
    model=WaitingPlace,
    keys=("equipment", "need", "booking"),
    columns=("begins", "ends", "operation", "purpose", "state", "joined_at"),
    brief=("begins", "ends", "state", "joined_at"),
    names={"begins": BEGINS, "ends": ENDS, "joined_at": pgettext_lazy("wait list", "joined")},
    related=("equipment",),
)
QUALIFICATIONS = Child(
    slug="qualifications",
    title=_("Qualifications on instruments"),
    model=Qualification,
    keys=("equipment",),
    columns=("valid_to", "note", "granted_at", "withdrawn_at"),
    names={
        "granted_at": pgettext_lazy("qualification", "granted"),
        "withdrawn_at": pgettext_lazy("qualification", "withdrawn"),
    },
    related=("equipment",),
)
TABLES = (BOOKINGS, USAGE, WAITING, QUALIFICATIONS)
