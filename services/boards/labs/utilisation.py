"""How well instruments are used: hours open, booked and used, no-shows, and how many enterprises came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from experts.models import Equipment
from services.boards.labs import openings
from services.boards.labs.models import Booking, OpeningHour, UsageEntry
from services.boards.labs.models.bookings import span_of
from services.boards.labs.states import LIVE, BookingState

HOUR = timedelta(hours=1)
Hours = dict[int, float]


@dataclass(frozen=True)
class Figures:
    """Of one instrument in one period; hours as numbers, ``share`` in per cent of the hours open, None where never
    open.
    """

    equipment: Equipment
    open_hours: float
    booked_hours: float
    used_hours: float
    bookings: int
    no_shows: int
    cancelled: int
    enterprises: int

    @property
    def share(self) -> int | None:
        return round(100 * self.booked_hours / self.open_hours) if self.open_hours else None


def of(instruments: Sequence[Equipment], begins: datetime, ends: datetime) -> list[Figures]:
    """Four queries, however many instruments. Bookings count in the period in which they begin."""
    keys = [one.pk for one in instruments]
    rows = Booking.objects.filter(equipment__in=keys, span__overlap=span_of(begins, ends), span__startswith__gte=begins)
    counts = {row["equipment"]: row for row in _counted(rows)}
    taken = rows.filter(state__in=[*LIVE, BookingState.COMPLETED])
    booked = _hours((pk, span.lower, span.upper) for pk, span in taken.values_list("equipment", "span"))
    log = UsageEntry.objects.filter(booking__in=rows, ended_at__isnull=False)
    used = _hours(log.values_list("booking__equipment", "began_at", "ended_at"))
    hours: dict[int, list[OpeningHour]] = {}
    for row in OpeningHour.objects.filter(equipment__in=keys):
        hours.setdefault(row.equipment_id, []).append(row)
    open_ = {pk: _open(opening, begins, ends) for pk, opening in hours.items()}
    return [_figures(one, counts.get(one.pk, {}), booked, used, open_) for one in instruments]


def _counted(rows: QuerySet[Booking]) -> Any:
    came = Q(state__in=[*LIVE, BookingState.COMPLETED])
    return (
        rows.order_by()
        .values("equipment")
        .annotate(
            made=Count("pk", filter=came | Q(state=BookingState.NO_SHOW)),
            missed=Count("pk", filter=Q(state=BookingState.NO_SHOW)),
            dropped=Count("pk", filter=Q(state=BookingState.CANCELLED)),
            firms=Count("enterprise", filter=came, distinct=True),
        )
    )


def _figures(one: Equipment, row: dict[str, Any], booked: Hours, used: Hours, open_: Hours) -> Figures:
    return Figures(
        equipment=one,
        open_hours=open_.get(one.pk, 0),
        booked_hours=round(booked.get(one.pk, 0), 1),
        used_hours=round(used.get(one.pk, 0), 1),
        bookings=row.get("made", 0),
        no_shows=row.get("missed", 0),
        cancelled=row.get("dropped", 0),
        enterprises=row.get("firms", 0),
    )


def _hours(rows: Any) -> dict[int, float]:
    found: dict[int, float] = {}
    for pk, start, end in rows:
        found[pk] = found.get(pk, 0) + (end - start) / HOUR
    return found


def _open(hours: Sequence[OpeningHour], begins: datetime, ends: datetime) -> float:
    return round(sum((end - start) / HOUR for start, end in openings.windows(hours, begins, ends, across=True)), 1)
