"""When the follow-up after a confirmation is due: the policy of the clocks, three working days where there is none."""

from collections.abc import Callable
from datetime import datetime, timedelta

from services.clocks.calendar import Calendar
from services.clocks.models import ClockPolicy, WorkCalendar, budget_of
from services.clocks.names import ClockName

WORKING_DAYS = 3


def first_follow_up() -> Callable[[datetime], datetime]:
    """A function from the confirmation to the due instant. Two queries, however many are reckoned."""
    calendar = WorkCalendar.objects.filter(is_default=True).first()
    policy = ClockPolicy.objects.fitting(ClockName.FOLLOW_UP_FIRST, urgency="normal").first()
    if calendar is None:
        return lambda confirmed_at: confirmed_at + timedelta(days=WORKING_DAYS)
    if policy is None:
        minutes, round_the_clock = WORKING_DAYS * calendar.working_day_minutes, False
    else:
        minutes, round_the_clock = budget_of(policy.amount, policy.unit, calendar.working_day_minutes)
    days = Calendar.round_the_clock(calendar.timezone) if round_the_clock else calendar.as_calendar()
    return lambda confirmed_at: days.due(confirmed_at, minutes) or confirmed_at + timedelta(days=WORKING_DAYS)
