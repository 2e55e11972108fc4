"""When to ask: the promised times of the clocks in the centre's calendar, and never outside its hours."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from services.clocks.calendar import DAY, Calendar
from services.clocks.models import ClockPolicy, WorkCalendar, budget_of
from services.clocks.names import ClockName

UNIT = ClockPolicy.Unit
WITHOUT_POLICY = {
    ClockName.FOLLOW_UP_FIRST: ClockPolicy(amount=Decimal(3), unit=UNIT.WORKING_DAYS),
    ClockName.FOLLOW_UP_SECOND: ClockPolicy(amount=Decimal(30), unit=UNIT.CALENDAR_DAYS),
    ClockName.IMPACT_HALF_YEAR: ClockPolicy(amount=Decimal(180), unit=UNIT.CALENDAR_DAYS),
    ClockName.IMPACT_YEAR: ClockPolicy(amount=Decimal(365), unit=UNIT.CALENDAR_DAYS),
}
NOON = 12

Reckoned = Callable[[datetime, str, str, str], datetime]


def due_after(clock: str) -> Reckoned:
    """A function of confirmation, board, item and urgency that gives the due instant. Two queries for any number.

    What is counted round the clock may end at night: it is due when the centre opens again.
    """
    working = WorkCalendar.objects.filter(is_default=True).first()
    rows = ClockPolicy.objects.filter(clock=clock).order_by("-item", "-board", "-urgency")
    policies = [*rows, WITHOUT_POLICY[ClockName(clock)]]
    days, day = _hours(working), working.working_day_minutes if working else DAY

    def due(confirmed_at: datetime, board: str, item: str, urgency: str) -> datetime:
        policy = next(one for one in policies if _fits(one, board, item, urgency))
        minutes, always = budget_of(policy.amount, policy.unit, day)
        if always:
            return days.next_open(confirmed_at + timedelta(minutes=minutes))
        return days.due(confirmed_at, minutes) or days.next_open(confirmed_at)

    return due


def opening() -> Calendar:
    """The hours of the centre."""
    return _hours(WorkCalendar.objects.filter(is_default=True).first())


def half_day(at: datetime) -> tuple[date, bool]:
    """Names a morning or an afternoon."""
    local = timezone.localtime(at)
    return local.date(), local.hour >= NOON


def next_half_day(now: datetime) -> datetime:
    """When another try is at a different time of the day: this afternoon, or the next working morning."""
    local = timezone.localtime(now)
    noon = local.replace(hour=NOON, minute=0, second=0, microsecond=0)
    return opening().next_open(noon if local < noon else noon + timedelta(hours=12))


def _hours(working: WorkCalendar | None) -> Calendar:
    """Before there is a calendar it is always open."""
    return working.as_calendar() if working else Calendar.round_the_clock(settings.TIME_ZONE)


def _fits(policy: ClockPolicy, board: str, item: str, urgency: str) -> bool:
    return policy.item in {"", item} and policy.board in {"", board} and policy.urgency in {"", urgency}
