"""What the requests are about, found in the database: cases, words, an instrument, items that many may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from experts.models import Equipment, Institution
from services.boards.labs.models import BookingRule, OpeningHour
from services.cases.models import Case, Need

SAMPLE = 4_000
TERMS = {"search_2": "检验", "search_3": "实验室", "search_6": "测量管理体系", "search_common": "联系"}
"""What is typed: each fills a page at the smallest scale, so that every scale draws as much; the last is in half of all
cases.
"""
OPEN_ALL_DAY = "00:00"
TRIAGED = Exists(Need.objects.filter(case=OuterRef("pk")))
"""Their pages show the same at every scale; those of cases sent a moment ago are half as long."""
HORIZON_DAYS = 730
MOST_OFFERED = """
SELECT c.item_id FROM directory_capability c JOIN experts_institution i ON i.id = c.institution_id
WHERE c.state = 'approved' AND i.standing = 'active' AND i.kind <> 'centre'
GROUP BY c.item_id ORDER BY count(*) DESC LIMIT 5
"""
BUSIEST_WEEK = """
SELECT b.equipment_id, date_trunc('week', lower(b.span)) FROM labs_booking b
JOIN experts_equipment e ON e.id = b.equipment_id JOIN experts_institution i ON i.id = e.owner_id
WHERE e.available AND i.standing IN ('active', 'probation') AND i.kind <> 'centre' AND lower(b.span) < now()
GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1
"""


@dataclass(frozen=True)
class Subjects:
    """``terms`` by the name of the search: what is typed. ``texts`` are the nation's, not those that earlier runs made
    of them, which would be fewer each time.
    """

    numbers: list[str]
    own: dict[int, list[str]]
    terms: dict[str, str]
    items: list[str]
    instrument: int
    week: tuple[datetime, datetime]
    texts: list[str]
    board: str


def find(enterprises: Iterable[int]) -> Subjects:
    """:param enterprises: whose people read their own cases."""
    rows = Case.objects.order_by("-id")
    texts = list(rows.reverse().values_list("text", flat=True)[:SAMPLE])
    instrument, monday = _one(BUSIEST_WEEK) or (0, timezone.now())
    begins = timezone.localtime(monday).replace(hour=0, minute=0, second=0, microsecond=0)
    triaged = rows.filter(TRIAGED)
    return Subjects(
        numbers=list(triaged.values_list("number", flat=True)[:50]),
        own=_own(enterprises),
        terms={**TERMS, "search_number": rows.values_list("number", flat=True)[len(texts) // 2]},
        items=[code for (code,) in _all(MOST_OFFERED)],
        instrument=instrument,
        week=(begins, begins + timedelta(days=7)),
        texts=texts,
        board=_all("SELECT board_id FROM cases_need GROUP BY board_id ORDER BY count(*) DESC LIMIT 1")[0][0],
    )


def _own(enterprises: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Case.objects.filter(TRIAGED, enterprise__in=list(enterprises)).order_by("-id")
    for enterprise, number in rows.values_list("enterprise", "number"):
        if len(found.setdefault(enterprise, [])) < 10:
            found[enterprise].append(number)
    return found


def instruments(number: int) -> list[int]:
    """Instruments with rules that refuse nobody, so that clients do not stand in each other's way."""
    owner = Institution.objects.listed().order_by("pk").first()
    made = []
    for at in range(number):
        row, fresh = Equipment.objects.get_or_create(owner=owner, name=f"Bench {at}", defaults={"available": True})
        if fresh:
            BookingRule.objects.create(equipment=row, across_midnight=True, horizon_days=HORIZON_DAYS)
            OpeningHour.objects.bulk_create(
                OpeningHour(equipment=row, weekday=day, opens=OPEN_ALL_DAY, closes=OPEN_ALL_DAY) for day in range(7)
            )
        made.append(row.pk)
    return made


def first_free(instrument: int, *, now: datetime) -> datetime:
    """After the last booking of an instrument; tomorrow where there is none."""
    found = _one("SELECT max(upper(span)) FROM labs_booking WHERE equipment_id = %s", instrument)
    tomorrow = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    return max(found[0], tomorrow) if found and found[0] else tomorrow


def _all(statement: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _one(statement: str, *values: Any) -> tuple | None:
    rows = _all(statement, *values)
    return rows[0] if rows else None
