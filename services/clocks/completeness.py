"""Which calendars lack a year, and that curators hear of it in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.aggregates import BoolOr
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.timezone import localdate

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices import actions as notices
from portal.notices.actions import Recipient, Telling
from portal.transactions import as_one
from services.clocks import dials
from services.clocks.models import CalendarDay, WorkCalendar

EVENT = "calendar_year_incomplete"
NOTICE_EXPECTED = 10  # by this month the State Council's holidays of the coming year are about to be published


@dataclass(frozen=True)
class Gap:
    """A year of a calendar with no special day at all, or with days that are in no notice yet."""

    calendar: WorkCalendar
    year: int

    @property
    def address(self) -> str:
        return reverse("admin:clocks_year", args=[self.calendar.pk, self.year])


def gaps(today: date) -> list[Gap]:
    """Of this year, and from 1 October of the coming one as well; two queries."""
    years = [today.year, today.year + 1] if today.month >= NOTICE_EXPECTED else [today.year]
    known = CalendarDay.objects.filter(date__year__in=years).values_list("calendar_id", ExtractYear("date"))
    complete = {(pk, year) for pk, year, unsure in known.annotate(unsure=BoolOr("estimated")) if not unsure}
    calendars = WorkCalendar.objects.order_by("code")
    return [Gap(each, year) for each in calendars for year in years if (each.pk, year) not in complete]


@as_one
def warn(now: datetime) -> int:
    """Tell the curators, each of them once per calendar and year, in working hours; how many gaps there are."""
    found = gaps(localdate(now))
    if not found:
        return 0
    opening = dials.default_calendar().as_calendar().next_open(now)
    curators = [Recipient(user=user) for user in User.objects.filter(role=Role.CURATOR, is_active=True)]
    tellings = [
        Telling(
            recipients=curators,
            event=EVENT,
            key=f"calendar-{gap.calendar.pk}-{gap.year}",
            facts={"calendar_zh": gap.calendar.name_zh, "calendar_en": gap.calendar.name_en, "year": str(gap.year)},
            path=gap.address,
            send_at=opening,
        )
        for gap in found
    ]
    notices.tell_all(tellings, now=now)
    return len(found)
