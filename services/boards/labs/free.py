"""When an instrument is free: opening hours without claims and buffers, inside lead time, horizon and calibration."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from experts.models import Equipment
from portal.kept import kept
from services.boards.labs import families, openings
from services.boards.labs.faults import Alternative
from services.boards.labs.models import BookingClaim, BookingRule, OpeningHour
from services.boards.labs.openings import Span

NEARBY, FARTHEST = timedelta(days=2), timedelta(days=14)
REACH = FARTHEST + timedelta(days=1)
ALTERNATIVES = 3


@dataclass(frozen=True)
class Book:
    """What decides about the free times of one instrument. ``claims`` are sorted and hold its parts' too."""

    rule: BookingRule
    hours: Sequence[OpeningHour]
    claims: Sequence[Span]
    calibrated_until: date | None

    def free(self, begins: datetime, ends: datetime, *, now: datetime) -> list[Span]:
        """Spans in which a use may begin and end, at least one slot long."""
        rule = self.rule
        first = max(begins, now + timedelta(hours=rule.lead_hours))
        last = min(ends, now + timedelta(days=rule.horizon_days), self._calibration_ends(ends))
        if first >= last:
            return []
        open_ = openings.windows(self.hours, begins, ends, across=rule.across_midnight)
        taken = [(start - rule.after, end + rule.before) for start, end in self.claims]
        left = [(max(start, first), min(end, last)) for start, end in openings.subtract(open_, taken)]
        return [(start, end) for start, end in left if end - start >= rule.slot]

    def slots(self, begins: datetime, ends: datetime, *, now: datetime) -> Iterator[Span]:
        """Free times that begin between the two moments, each one slot long or an hour, whichever is more."""
        slot = self.rule.slot
        length = max(slot, (timedelta(hours=1) // slot) * slot)
        for span in self.free(begins, ends + length, now=now):
            yield from ((start, start + length) for start in openings.grid(span, length, slot) if start < ends)

    def nearest(self, begins: datetime, length: timedelta, *, now: datetime) -> list[Alternative]:
        """Three free times of that length that do not overlap, the nearest to ``begins`` first."""
        near = self._nearest(begins, length, NEARBY, now=now)
        return near if len(near) == ALTERNATIVES else self._nearest(begins, length, FARTHEST, now=now)

    def _nearest(self, begins: datetime, length: timedelta, reach: timedelta, *, now: datetime) -> list[Alternative]:
        around = self.free(begins - reach, begins + reach + length, now=now)
        starts = [start for span in around for start in openings.grid(span, length, self.rule.slot)]
        chosen: list[datetime] = []
        for start in sorted(starts, key=lambda start: (abs(start - begins), start)):
            if all(abs(start - other) >= length for other in chosen):
                chosen.append(start)
            if len(chosen) == ALTERNATIVES:
                break
        return [Alternative(start, start + length) for start in chosen]

    def _calibration_ends(self, otherwise: datetime) -> datetime:
        if self.calibrated_until is None:
            return otherwise
        midnight = datetime.combine(self.calibrated_until + timedelta(days=1), time())
        return timezone.make_aware(midnight)


def book_of(rule: BookingRule, begins: datetime, ends: datetime) -> Book:
    """Four queries."""
    claimed = families.family_of(rule.equipment_id).claimed(rule.equipment_id)
    ends_first = calibration(Equipment.objects.filter(pk__in=claimed))
    return Book(rule, hours_of(equipment=rule.equipment_id), claims(claimed, begins, ends), ends_first)


@kept
def hours_of(*, equipment: int) -> QuerySet[OpeningHour]:
    return OpeningHour.objects.filter(equipment=equipment)


def calibration(instruments: Iterable[Equipment]) -> date | None:
    """The first day on which the calibration of one of them ends; None where none is known."""
    return min((one.calibrated_until for one in instruments if one.calibrated_until), default=None)


def claims(claimed: Sequence[int], begins: datetime, ends: datetime, *, but: int | None = None) -> list[Span]:
    """What is taken of these instruments, sorted.

    :param but: the key of a booking whose own claims do not count.
    """
    rows = _claims(claimed=list(claimed), begins=begins, ends=ends)
    return sorted((span.lower, span.upper) for span, booking in rows if but is None or booking != but)


@kept
def _claims(*, claimed: list[int], begins: datetime, ends: datetime) -> QuerySet[BookingClaim, tuple[Any, int | None]]:
    return BookingClaim.objects.during(claimed, begins, ends).values_list("span", "booking")


def around(rule: BookingRule, begins: datetime, ends: datetime) -> Book:
    """All that other times near one that is taken are looked for in."""
    return book_of(rule, begins - REACH, ends + REACH)
