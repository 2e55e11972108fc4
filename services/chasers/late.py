"""What is late, or will be today: each promise with whose turn it is, how late it is and what was done about it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from portal.accounts.models import User
from services.chasers import audiences, subjects, wording
from services.chasers.models import Chase, Promise, PromiseQuerySet
from services.chasers.subjects import Subject
from services.clocks import wording as clock_words
from services.clocks.models import ClockSegment
from services.clocks.wording import Told
from services.stations.models import Station


@dataclass(frozen=True)
class Row:
    """One promise as the page and the API show it."""

    subject: Subject
    holder: str
    whose_turn: str
    minutes_late: int
    told: Told
    chases: list[Chase]


@dataclass(frozen=True)
class AtStation:
    station: Station
    promises: int


def promises(user: User, *, now: datetime) -> PromiseQuerySet:
    """What the user sees of all that is past due or due today."""
    tomorrow = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Promise.objects.visible_to(user).owed_before(tomorrow).select_related("calendar")


def rows(found: list[Promise], *, now: datetime) -> list[Row]:
    """One page of them, in a few queries however many there are."""
    chases = _chases(found)
    return [_row(subject, chases[_key(subject.segment)], now) for subject in subjects.load(found)]


def by_station(user: User, *, now: datetime) -> list[AtStation]:
    """How many there are at each station, where there are any."""
    counts = promises(user, now=now).by_station()
    stations = Station.objects.filter(pk__in=counts).order_by("pk")
    return [AtStation(station, counts[station.pk]) for station in stations]


def _row(subject: Subject, chases: list[Chase], now: datetime) -> Row:
    segment = subject.segment
    calendar, due_at = segment.as_calendar(), segment.due_at or now
    return Row(
        subject=subject,
        holder=audiences.holder(segment.clock),
        whose_turn=wording.whose_turn(subject),
        minutes_late=calendar.elapsed(due_at, now) if due_at < now else 0,
        told=clock_words.due(due_at, now=now, calendar=calendar),
        chases=chases,
    )


def _chases(found: list[Promise]) -> dict[tuple[object, ...], list[Chase]]:
    """What went out for them, in the order in which it did."""
    marks = Chase.objects.filter(
        subject_kind__in={one.subject_kind for one in found},
        subject_id__in={one.subject_id for one in found},
        begun_at__in={one.begun_at for one in found},
    )
    grouped = defaultdict(list)
    for mark in marks.select_related("rule").order_by("at", "rule"):
        grouped[_key(mark)].append(mark)
    return grouped


def _key(row: ClockSegment | Chase) -> tuple[object, ...]:
    clock = row.rule.clock if isinstance(row, Chase) else row.clock
    return row.subject_kind, row.subject_id, row.begun_at, clock
