"""The calendars that the tests of the clock count on: a centre with a lunch break, and China's published year 2026."""

from datetime import datetime
from zoneinfo import ZoneInfo

from services.clocks import reading
from services.clocks.calendar import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = [["09:00", "12:00"], ["14:00", "18:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)

CLOSED = {
    "New Year": ("2026-01-01", "2026-01-02", "2026-01-03", "2027-01-01"),
    "Spring Festival": tuple(f"2026-02-{day}" for day in range(15, 24)),
    "Tomb-Sweeping Day": ("2026-04-04", "2026-04-05", "2026-04-06"),
    "Labour Day": tuple(f"2026-05-0{day}" for day in range(1, 6)),
    "Dragon Boat Festival": ("2026-06-19", "2026-06-20", "2026-06-21"),
    "Mid-Autumn Festival": ("2026-09-25", "2026-09-26", "2026-09-27"),
    "National Day": tuple(f"2026-10-0{day}" for day in range(1, 8)),
}
MAKE_UP = ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")
OTHER = {
    "2026-03-18": [["09:00", "12:00"]],
    "2026-03-20": [*DAY, ["19:00", "21:00"]],
    "2026-12-24": [["14:00", "18:00"]],
}
OVERRIDES = [
    *({"date": day, "windows": [], "reason": reason} for reason, days in CLOSED.items() for day in days),
    *({"date": day, "windows": DAY, "reason": "make-up working day"} for day in MAKE_UP),
    *({"date": day, "windows": windows, "reason": "special hours"} for day, windows in OTHER.items()),
]


def centre() -> Calendar:
    """Monday to Friday 09:00–12:00 and 14:00–18:00, holidays and make-up working days of 2026."""
    return reading.calendar({"timezone": "Asia/Shanghai", "weekly": WEEK, "overrides": OVERRIDES})


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """``2026-03-02 09:00`` on the wall clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)
