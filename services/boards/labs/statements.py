"""What a use costs, on paper for whoever booked it; and all of a period as a table for the owner's accounts."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal import papers
from services.boards.labs.models import Booking, UsageEntry

AT_ONCE = 1000


def pdf(booking: Booking, usage: UsageEntry, *, now: datetime) -> bytes:
    """In the reader's language; the amount is that of the usage log, reckoned when the use ended."""
    paper = papers.begun(_("Statement of use"), booking.number, station=_("NQI One-Stop Service Platform"), made_at=now)
    paper.facts(
        [
            (_("Instrument"), str(booking.equipment)),
            (pgettext("instrument", "Owner"), booking.equipment.owner.name),
            (_("Enterprise"), booking.enterprise.name),
            (_("Booked by"), booking.booked_by.name),
            (_("For the need"), booking.need.case.number if booking.need else ""),
            (_("Operation"), booking.get_operation_display()),
            (_("Booked time"), f"{_moment(booking.begins)} – {_moment(booking.ends)}"),
            (_("Checked in"), _moment(usage.began_at)),
            (_("Checked out"), _moment(usage.ended_at)),
            (_("Billed, minutes"), str(usage.billed_minutes)),
            (_("Fee per hour, CNY"), _cny(booking.hourly_cny)),
            (_("Amount, CNY"), _cny(usage.amount_cny) or _("As agreed with the owner")),
            (_("What was done"), usage.result),
        ]
    )
    paper.paragraph(_("Booked or used time, whichever is more, in whole slots"))
    return paper.content()


def header() -> list[str]:
    return [
        *(_("Booking"), _("Instrument"), _("Enterprise"), _("Begins"), _("Ends"), _("Checked in"), _("Checked out")),
        *(_("Billed, minutes"), _("Fee per hour, CNY"), _("Amount, CNY")),
    ]


def lines(rows: QuerySet[UsageEntry]) -> Iterator[list[Any]]:
    """Of uses that have ended, by their keys, a thousand at a time."""
    after = 0
    ended = rows.filter(ended_at__isnull=False).select_related("booking__equipment", "booking__enterprise")
    while part := list(ended.filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        yield from (_line(entry, entry.booking) for entry in part)
        after = part[-1].pk


def _line(entry: UsageEntry, booking: Booking) -> list[Any]:
    moments = (booking.begins, booking.ends, entry.began_at, entry.ended_at)
    return [
        *(booking.number, booking.equipment.name, booking.enterprise.name, *map(_moment, moments)),
        *(entry.billed_minutes, _plain(booking.hourly_cny), _plain(entry.amount_cny)),
    ]


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _cny(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _plain(amount: Decimal | None) -> str:
    """As other programs read it."""
    return "" if amount is None else f"{amount:.2f}"
