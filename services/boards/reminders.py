"""Remind the owners of what falls due: one notice for an enterprise and kind of day, one mark for each row and rule.

The marks are written in the transaction of the notice, one run at a time: two runs at once, a run that was broken off
and days without the scheduler all end in one reminder. After a gap only the sharpest of the rules missed speaks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, Model, OuterRef
from django.urls import reverse
from django.utils import translation

from enterprises.models import Membership
from portal.notices import actions as notices
from portal.notices.actions import Recipient, Telling
from portal.reference.bilingual import listed
from portal.transactions import as_one
from services.boards.board import dated
from services.boards.dated import Dated
from services.boards.models import Reminder, ReminderRule
from services.cases import office_hours

EVENT = "entry_due"
BATCH = 500
LONGEST_AGO = timedelta(days=60)
"""What was due longer ago than this when it was entered is history, not news."""
NAMED = 5


def load() -> list[str]:
    """The reminders that the boards come with; rules that are there already are left alone."""
    rules = [ReminderRule(dated=kind.slug, days=days) for kind in dated() for days in kind.days]
    before = ReminderRule.objects.count()
    ReminderRule.objects.bulk_create(rules, ignore_conflicts=True)
    made = ReminderRule.objects.count() - before
    return [f"Reminders: {made} created, {len(rules) - made} left as they are"]


def remind(now: datetime, today: date, *, size: int = BATCH) -> int:
    """Remind of everything that its rules have come to, the sharpest of them first; how many rows."""
    rules: dict[str, list[int]] = defaultdict(list)
    for slug, days in ReminderRule.objects.filter(active=True).order_by("days").values_list("dated", "days"):
        rules[slug].append(days)
    return sum(_remind(kind, days, now, today, size) for kind in dated() for days in rules[kind.slug])


def _remind(kind: Dated, days: int, now: datetime, today: date, size: int) -> int:
    done = 0
    while found := _batch(kind, days, now, today, size):
        done += found
    return done


@as_one
def _batch(kind: Dated, days: int, now: datetime, today: date, size: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"remind {kind.slug}"])
    marks = Reminder.objects.filter(dated=kind.slug, row_id=OuterRef("pk"), due_on=OuterRef(kind.on), days__lte=days)
    due = kind.due(today + timedelta(days=days), since=today - LONGEST_AGO).filter(~Exists(marks))
    if kind.related:
        due = due.select_related(*kind.related)
    rows = list(due.order_by(kind.owner, "pk")[:size])
    Reminder.objects.bulk_create(
        Reminder(dated=kind.slug, row_id=row.pk, due_on=kind.day(row), days=days, at=now) for row in rows
    )
    by_owner: dict[int, list[Model]] = defaultdict(list)
    for row in rows:
        by_owner[kind.owner_id(row)].append(row)
    notices.tell_all(_tellings(kind, days, by_owner, now, today), now=now)
    return len(rows)


def _tellings(
    kind: Dated, days: int, by_owner: dict[int, list[Model]], now: datetime, today: date
) -> Iterator[Telling]:
    people = _people(by_owner)
    times = office_hours.send_times([one.user for those in people.values() for one in those if one.user], now=now)
    for owner, rows in by_owner.items():
        path = kind.path(rows[0]) if len(rows) == 1 else reverse("boards:due", args=[owner])
        key = f"due-{kind.slug}-{days}-{owner}-{rows[0].pk}-{kind.day(rows[0]).isoformat()}"
        facts = _facts(kind, rows, today)
        for one in people[owner]:
            yield Telling([one], EVENT, key, facts, path, times[one.user.pk if one.user else None])


def _people(owners: Iterable[int]) -> dict[int, list[Recipient]]:
    found: dict[int, list[Recipient]] = defaultdict(list)
    members = Membership.objects.filter(enterprise__in=owners, state=Membership.State.ACTIVE)
    for one in members.select_related("user").order_by("pk"):
        found[one.enterprise_id].append(Recipient(user=one.user, language=one.user.language))
    return found


def _facts(kind: Dated, rows: Sequence[Model], today: date) -> dict[str, Any]:
    first = min(kind.day(row) for row in rows)
    facts = {"count": len(rows), "others": max(len(rows) - NAMED, 0), "first_on": first.isoformat()}
    for language, ending in (("zh-hans", "zh"), ("en", "en")):
        with translation.override(language):
            facts[f"title_{ending}"] = str(kind.title)
            facts[f"named_{ending}"] = listed(kind.words(row) for row in rows[:NAMED])
    return facts | {"late": first < today}
