"""The shared instruments, when they may be booked, and who booked them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from services.boards.labs.states import BookingState
from services.nation.chance import one_of, random_of, skewed, weighed
from services.nation.firms import Firms
from services.nation.hours import Hours, minute_of, written
from services.nation.people import person_of, provider
from services.nation.plan import DAYS
from services.nation.pool import Pool
from services.nation.streams import Sheets
from services.nation.words import WORDS

COLUMNS = {
    "experts_equipment": (
        "id, owner_id, name, model, serial, specification, calibrated_until, fee, conditions, standards, training, "
        "operated, available"
    ),
    "labs_bookingrule": (
        "id, equipment_id, active, slot_minutes, longest_minutes, before_minutes, after_minutes, lead_hours, "
        "horizon_days, cancel_hours, approval_needed, qualification_needed, across_midnight, hold_minutes, "
        "turn_minutes, no_show_minutes, hourly_cny, version"
    ),
    "labs_openinghour": "id, equipment_id, weekday, opens, closes",
    "labs_booking": (
        "id, equipment_id, enterprise_id, booked_by_id, state, version, span, operation, purpose, held_until, "
        "rule_version, hourly_cny, overridden, override_reason, reason, created_at"
    ),
    "labs_bookingclaim": "id, equipment_id, span, booking_id",
    "labs_usageentry": (
        "id, booking_id, began_at, began_by_id, ended_at, ended_by_id, condition, result, billed_minutes, amount_cny"
    ),
}
OPENS, SLOT, SLOTS, BUFFER = 8 * 60, 120, 5, 15
"""Minutes: open from eight, five times of two hours with a quarter before and after each use."""
AHEAD_DAYS = 30
SKEW = 0.6
"""The share of all bookings that falls to the first so many instruments grows with this power."""
B = BookingState
PAST = ((B.COMPLETED, 0.86), (B.CANCELLED, 0.08), (B.NO_SHOW, 0.03), (B.DECLINED, 0.02), (B.EXPIRED, 0.01))
AHEAD = ((B.CONFIRMED, 0.86), (B.REQUESTED, 0.06), (B.CANCELLED, 0.08))
CLAIMING = {B.CONFIRMED, B.REQUESTED, B.IN_USE, B.COMPLETED}


@dataclass(frozen=True)
class Instrument:
    number: int
    owner: int
    hourly: int


class Instruments:
    def __init__(self, pool: Pool, firms: Firms, hours: Hours) -> None:
        self.pool, self.firms, self.hours, self.plan = pool, firms, hours, pool.plan
        today = timezone.localdate(self.plan.now)
        zone = hours.calendar.zone
        self.days = [
            minute_of(datetime(day.year, day.month, day.day, tzinfo=zone))
            for day in (today + timedelta(days=number) for number in range(-DAYS, AHEAD_DAYS + 1))
            if day.weekday() < 5
        ]
        self.today = today

    def write(self, sheets: Sheets, numbers: range) -> None:
        for number in numbers:
            rng = random_of(self.plan.seed, "instrument", number)
            owner = self.pool.bodies[skewed(rng, len(self.pool.bodies))].number
            one = Instrument(number, owner, 50 * (1 + skewed(rng, 20)))
            self._instrument(sheets, one, rng)
            self._bookings(sheets, one, rng)

    def _instrument(self, sheets: Sheets, one: Instrument, rng: Random) -> None:
        number, fee = one.number, f"{one.hourly} CNY/h"
        name = f"{one_of(rng, WORDS['instruments'], 1.3)}{number}"
        until = self.today + timedelta(days=rng.randrange(-30, 700))
        row = (number, one.owner, name, f"DEMO-{number % 97}", f"N{number:06}", "", until, fee, WORDS["conditions"])
        sheets.add("experts_equipment", *row, "", "", "either", "t")
        rule = (number, number, "t", 30, 480, BUFFER, BUFFER, 2, 60, 24, "f", "f", "f", 15, 120, 30, one.hourly, 1)
        sheets.add("labs_bookingrule", *rule)
        for weekday in range(5):
            sheets.add("labs_openinghour", 5 * number + weekday, number, weekday, "08:00", "18:00")

    def _bookings(self, sheets: Sheets, one: Instrument, rng: Random) -> None:
        first, end = self.booked_before(one.number), self.booked_before(one.number + 1)
        places = range(len(self.days) * SLOTS)
        taken = sorted(rng.sample(places, min(len(places), end - first)))
        for number, place in enumerate(taken, start=first + 1):
            day, slot = divmod(place, SLOTS)
            begins = self.days[day] + OPENS + slot * SLOT + BUFFER
            self._booking(sheets, one, rng, number=number, begins=begins)

    def booked_before(self, number: int) -> int:
        """How many bookings the instruments before this one have."""
        share = (min(number - 1, self.plan.instruments) / self.plan.instruments) ** SKEW
        return int(self.plan.bookings * share)

    def _booking(self, sheets: Sheets, one: Instrument, rng: Random, *, number: int, begins: int) -> None:
        ends = begins + (60 if rng.random() < 0.4 else 90)
        firm, person = self._who(rng)
        state = self._state(begins, ends, rng)
        span = spanned(begins, ends)
        made = min(begins - 150 - skewed(rng, 20 * 1440), self.hours.now - 1)
        held = written(begins) if state == B.REQUESTED else None
        purpose = one_of(rng, WORDS["purposes"])
        row = (number, one.number, firm, person, state, 2, span, "self", purpose, held, 1, one.hourly, "[]", "", "")
        sheets.add("labs_booking", *row, written(made))
        if state in CLAIMING:
            sheets.add("labs_bookingclaim", number, one.number, spanned(begins - BUFFER, ends + BUFFER), number)
        keeper = provider(one.owner)
        if state == B.IN_USE:
            sheets.add("labs_usageentry", number, number, written(begins), keeper, None, None, "", "", None, None)
        elif state == B.COMPLETED:
            use = (number, number, written(begins), keeper, written(ends), keeper, "", "", ends - begins)
            sheets.add("labs_usageentry", *use, one.hourly * (ends - begins) / 60)

    def _state(self, begins: int, ends: int, rng: Random) -> str:
        if begins <= self.hours.now < ends:
            return B.IN_USE
        return weighed(rng, PAST if ends <= self.hours.now else AHEAD)

    def _who(self, rng: Random) -> tuple[int, int]:
        while True:
            firm = 1 + skewed(rng, self.plan.firms)
            person = person_of(self.plan, firm)
            if person:
                return firm, person


def spanned(begins: int, ends: int) -> str:
    return f'["{written(begins)}","{written(ends)}")'
