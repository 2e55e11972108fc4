"""How fast the clocks are: ``launch.py bench clocks [--json] [--clocks N]``.

due        one due instant of a budget of 250 working days, in the process, the calendar already built
recompute  open clocks brought into line after a calendar was published, and the due instants of their cases with them,
           on a scratch database beside the one of DATABASE_URL

Every tenth clock stands still and every tenth has been paused before; the published day moves nearly all that run.
"""

from __future__ import annotations

import argparse
import json
import sys
import timeit
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from time import perf_counter

from benchmarks import scratch
from portal.reference.models import Region
from services.cases.models import Case, Channel
from services.clocks import loading, publishing
from services.clocks.calendar import Calendar, Pause
from services.clocks.models import ClockSegment, WorkCalendar
from services.clocks.publishing import Day
from services.stations import actions as stations
from services.stations.models import Station

PORTION = 5000
BEGUN = datetime.fromisoformat("2026-11-02T09:00:00+08:00")
NOW = datetime.fromisoformat("2026-11-20T09:00:00+08:00")
CLOSED = Day(date(2026, 11, 24), (), "storm", "notice of the district")
RUN, PAUSE = ClockSegment.Kind.RUN, ClockSegment.Kind.PAUSE


def due(calendar: Calendar) -> dict[str, float]:
    """Milliseconds for one due instant, without and with three pauses."""
    budget = 250 * calendar.working_day_minutes
    pauses = [(BEGUN + timedelta(days=day), BEGUN + timedelta(days=day, hours=30)) for day in (3, 20, 90)]
    return {"ms": _milliseconds(calendar, budget, ()), "ms_with_three_pauses": _milliseconds(calendar, budget, pauses)}


def recompute(calendar: WorkCalendar, count: int) -> dict[str, float]:
    """Seconds until every open clock counts by the published calendar."""
    station = _station()
    for first in range(1, count + 1, PORTION):
        _fill(calendar, station, range(first, min(first + PORTION, count + 1)))
    publishing.publish(calendar, now=NOW, days=[CLOSED])
    began = perf_counter()
    *_, last = publishing.refresh()
    seconds = perf_counter() - began
    if publishing.outstanding() or last.done != count:
        raise SystemExit("Some clocks were left behind.")
    return {"clocks": last.done, "moved": last.changed, "seconds": round(seconds, 1)}


def _milliseconds(calendar: Calendar, budget: int, pauses: Sequence[Pause]) -> float:
    calendar.due(BEGUN, budget, pauses)
    return round(min(timeit.repeat(lambda: calendar.due(BEGUN, budget, pauses), number=1000)), 4)


def _station() -> Station:
    region = Region.objects.create(code="510000", level=Region.Level.PROVINCE, name_zh="测速省")
    station = Station(name_zh="测速站", kind=Station.Kind.CENTRE, region=region)
    stations.place(station)
    return station


def _fill(calendar: WorkCalendar, station: Station, ids: range) -> None:
    """Cases with one clock each, begun at different minutes, promised ten to thirty working days."""
    Case.objects.bulk_create(
        Case(
            pk=number,
            number=f"B{number}",
            station=station,
            channel=Channel.WEB,
            text="…",
            due_clock="triage",
            submitted_at=BEGUN,
        )
        for number in ids
    )
    ClockSegment.objects.bulk_create(segment for number in ids for segment in _segments(calendar, number))


def _segments(calendar: WorkCalendar, number: int) -> list[ClockSegment]:
    begun = BEGUN + timedelta(minutes=number % 9973)
    halt, again = begun + timedelta(hours=5), begun + timedelta(hours=29)
    spans: list[tuple[str, datetime, datetime | None]] = [(RUN, begun, None)]
    if number % 10 == 0:
        spans = [(RUN, begun, halt), (PAUSE, halt, None)]
    elif number % 10 == 1:
        spans = [(RUN, begun, halt), (PAUSE, halt, again), (RUN, again, None)]
    return [
        ClockSegment(
            subject_kind="case",
            subject_id=number,
            clock="triage",
            kind=kind,
            begun_at=begun,
            started_at=start,
            ended_at=end,
            calendar=calendar,
            calendar_version=1,
            budget_minutes=(10 + number % 21) * calendar.working_day_minutes,
        )
        for kind, start, end in spans
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--clocks", type=int, default=100_000, help="open clocks to recompute")
    asked = parser.parse_args()
    with scratch.database():
        loading.load()
        calendar = WorkCalendar.objects.get(is_default=True)
        measured = {"due": due(calendar.as_calendar()), "recompute": recompute(calendar, asked.clocks)}
    if asked.json:
        print(json.dumps(measured))
        return 0
    for name, figures in measured.items():
        print(f"{name}: " + ", ".join(f"{label} {figure}" for label, figure in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
