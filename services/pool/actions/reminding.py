"""Reminders said once: before a credential ends and when it has, and before a profile counts as stale."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.timezone import localdate

from experts.models import Credential, Institution
from portal.notices import actions as notices
from portal.notices.actions import Telling
from portal.transactions import as_one
from services.pool import effects, telling
from services.pool.actions import keeping
from services.pool.models import Period, Reminder

AT_ONCE = 500
LOOK_BACK = timedelta(days=30)
"""A credential that ended longer ago than this is no news."""


@dataclass(frozen=True)
class Due:
    """One reminder that has not been said."""

    mark: Reminder
    event: str
    facts: dict[str, str]


@as_one
def remind(now: datetime) -> int:
    """Say what is due to be said and was not; how much that was. Marks and notices stand or fall together."""
    today = localdate(now)
    due = [*_expiring(today), *_ended(today), *_unconfirmed(now)]
    for one in due:
        one.mark.sent_at = now
    Reminder.objects.bulk_create([one.mark for one in due], ignore_conflicts=True)
    people = telling.people_of({one.mark.institution_id for one in due})
    path = reverse("pool:mine")
    notices.tell_all(
        [
            Telling(
                people.get(one.mark.institution_id, []),
                one.event,
                f"reminder-{one.mark.institution_id}-{one.mark.credential_id}-{one.mark.days}-{one.mark.last_day}",
                {**one.facts, "last_on": one.mark.last_day.isoformat()},
                path,
            )
            for one in due
        ],
        now=now,
    )
    return len(due)


def _expiring(today: date) -> Iterator[Due]:
    """By the narrowest step that a credential has reached: with 25 days left that of 30, and not that of 90 as
    well, however long the schedule was away.
    """
    for nearer, days in pairwise([-1, *_days(Period.Kind.EXPIRY)]):
        first, last = today + timedelta(days=nearer + 1), today + timedelta(days=days)
        said = Reminder.objects.filter(credential=OuterRef("pk"), last_day=OuterRef("valid_to"), days__lte=days)
        rows = Credential.objects.ending(first, last).not_renewed().exclude(Exists(said))
        for row in rows.select_related("type", "institution").order_by("pk")[:AT_ONCE]:
            mark = Reminder(institution=row.institution, credential=row, days=days, last_day=row.valid_to or last)
            yield Due(mark, "credential_expiring", keeping.facts_of(row))


def _ended(today: date) -> Iterator[Due]:
    """Credentials that are over and that nothing in force replaces, once, with the services that went with them. After
    the narrowest reminder comes this one; a schedule that was away for weeks says it late rather than never.
    """
    first, last = today - LOOK_BACK, today - timedelta(days=1)
    said = Reminder.objects.filter(credential=OuterRef("pk"), last_day=OuterRef("valid_to"), days=0)
    instead = Credential.objects.in_force(today).filter(institution=OuterRef("institution"), type=OuterRef("type"))
    rows = Credential.objects.ending(first, last).exclude(Exists(said)).exclude(Exists(instead))
    found = list(rows.select_related("type", "institution").order_by("pk")[:AT_ONCE])
    now_carried = effects.carried({row.institution_id for row in found}, today)
    for day, ended in groupby(sorted(found, key=_last_day), key=_last_day):
        of_day = list(ended)
        then = effects.carried({row.institution_id for row in of_day}, day)
        for row in of_day:
            mark = Reminder(institution=row.institution, credential=row, days=0, last_day=day)
            gone = effects.difference(then, now_carried, row.institution_id)
            yield Due(mark, "credential_ended", {**keeping.facts_of(row), **gone})


def _last_day(row: Credential) -> date:
    return row.valid_to or date.max


def _unconfirmed(now: datetime) -> Iterator[Due]:
    """Profiles that are about to count as stale, once after each confirmation."""
    lasts = now - keeping.stale_before(now)
    for days in _days(Period.Kind.CONFIRM)[:1]:
        said = Reminder.objects.filter(
            institution=OuterRef("pk"), credential=None, sent_at__gte=OuterRef("confirmed_at")
        )
        rows = Institution.objects.stale(now - lasts + timedelta(days=days)).exclude(Exists(said))
        for row in rows.order_by("pk")[:AT_ONCE]:
            mark = Reminder(institution=row, days=days, last_day=localdate(row.confirmed_at + lasts))
            names = {"name_zh": row.name_zh, "name_en": row.name_en or row.name_zh}
            yield Due(mark, "profile_to_confirm", names)


def _days(kind: str) -> list[int]:
    return list(Period.objects.filter(kind=kind, active=True).order_by("days").values_list("days", flat=True))
