"""Instants as numbers: minutes since 1970, and the working minutes among them."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from services.clocks.calendar import Calendar
from services.nation.plan import DAYS, Plan

DAY = 24 * 60
MINUTES = [f"{minute // 60:02}:{minute % 60:02}:00+00:00" for minute in range(DAY)]


def minute_of(at: datetime) -> int:
    return int(at.timestamp()) // 60


def instant(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def written(minute: int | None) -> str | None:
    """As PostgreSQL reads it. The days are put together once."""
    if minute is None:
        return None
    day, left = divmod(minute, DAY)
    return _date(day) + MINUTES[left]


@lru_cache(maxsize=2 * DAYS)
def _date(day: int) -> str:
    return f"{instant(day * DAY):%Y-%m-%d} "


class Hours:
    """The working time of the nation's years and some weeks more, laid out as one line of minutes."""

    def __init__(self, plan: Plan, calendar: Calendar) -> None:
        self.calendar = calendar
        self.now = minute_of(plan.now)
        first = timezone.localdate(plan.now) - timedelta(days=DAYS)
        self.starts: list[int] = []
        self.worked: list[int] = []
        total = 0
        for number in range(DAYS + 90):
            day = first + timedelta(days=number)
            midnight = minute_of(datetime(day.year, day.month, day.day, tzinfo=calendar.zone))
            for begin, end in calendar.windows(day):
                self.starts.append(midnight + begin)
                self.worked.append(total)
                total += end - begin
        self.total = self.before(self.now)

    def at(self, worked: int) -> int:
        """The minute at which so many working minutes are over, in a window that goes on."""
        place = bisect_right(self.worked, worked) - 1
        return self.starts[place] + worked - self.worked[place]

    def before(self, minute: int) -> int:
        """Working minutes before a minute."""
        place = bisect_right(self.starts, minute) - 1
        if place < 0:
            return 0
        following = self.worked[place + 1] if place + 1 < len(self.worked) else self.worked[place] + DAY
        return min(self.worked[place] + minute - self.starts[place], following)

    def after(self, minute: int, working_minutes: float) -> int:
        """When somebody who works has spent so many more minutes."""
        return self.at(self.before(minute) + max(1, int(working_minutes)))
