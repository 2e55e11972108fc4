"""When what the portal says by itself may leave the house: in the working hours of whoever reads it.

Staff read in the hours of their station, people of an institution in those of the institution, everybody else in those
of the default calendar.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from experts.models import InstitutionMembership
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.actions import Recipient
from services.clocks.faults import ClockFault
from services.clocks.models import WorkCalendar
from services.directory import calendars
from services.stations.models import Assignment

ANYBODY = None
"""Stands for whoever has no account."""


def send_times(users: Iterable[User], *, now: datetime) -> dict[int | None, datetime]:
    """The next working moment of each user by id, and of :data:`ANYBODY`; four queries, however many users."""
    people = list(users)
    default = WorkCalendar.objects.filter(is_default=True).first()
    own = _of_staff([user for user in people if user.works_here])
    own |= _of_providers([user for user in people if user.role == Role.PROVIDER])
    opening = {calendar: _opening(calendar, now) for calendar in {default, *own.values()}}
    return {ANYBODY: opening[default], **{user.pk: opening[own.get(user.pk, default)] for user in people}}


def by_send_time(recipients: Iterable[Recipient], *, now: datetime) -> dict[datetime, list[Recipient]]:
    """The recipients, those together who may be written to at the same time."""
    people = list(recipients)
    times = send_times([one.user for one in people if one.user], now=now)
    grouped = defaultdict(list)
    for one in people:
        grouped[times[one.user.pk if one.user else ANYBODY]].append(one)
    return grouped


def _of_staff(staff: list[User]) -> dict[int, WorkCalendar]:
    """By the station they were assigned to first."""
    if not staff:
        return {}
    stationed = Assignment.objects.filter(user__in=staff, station__calendar__isnull=False)
    rows = stationed.select_related("station__calendar").order_by("-pk")
    return {each.user_id: each.station.calendar for each in rows if each.station.calendar}


def _of_providers(people: list[User]) -> dict[int, WorkCalendar]:
    if not people:
        return {}
    members = InstitutionMembership.objects.filter(user__in=people, active=True).order_by("-pk")
    places = dict(members.values_list("user_id", "institution_id"))
    own = calendars.of_institutions(set(places.values()))
    return {user: own[institution] for user, institution in places.items() if institution in own}


def _opening(calendar: WorkCalendar | None, now: datetime) -> datetime:
    """At once where nothing says when somebody works: better at night than never."""
    try:
        return calendar.as_calendar().next_open(now) if calendar else now
    except ClockFault:
        return now
