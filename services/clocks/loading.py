"""The calendar and the promised times that the portal comes with; rows that are there already are left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from portal.transactions import as_one
from services.clocks.models import CalendarDay, ClockPolicy, WorkCalendar

DATA = Path(__file__).parent / "data"


@as_one
def load() -> list[str]:
    """The standard calendar with its published holidays, and one policy for each promise."""
    return [_calendar(_read("calendar.json")), _policies(_read("policies.json"))]


def _calendar(data: dict[str, Any]) -> str:
    days = data.pop("days")
    others = WorkCalendar.objects.filter(is_default=True).exclude(code=data["code"])
    calendar, created = WorkCalendar.objects.get_or_create(
        code=data["code"], defaults=data | {"is_default": not others.exists()}
    )
    known = set(calendar.days.values_list("date", flat=True)) if not created else set()
    new = [CalendarDay(calendar=calendar, **day) for day in days]
    missing = [day for day in new if CalendarDay.date.field.to_python(day.date) not in known]
    CalendarDay.objects.bulk_create(missing)
    if missing and not created:
        WorkCalendar.objects.filter(pk=calendar.pk).update(version=calendar.version + 1)
    return f"Calendar days: {len(missing)} created, {len(new) - len(missing)} left as they are"


def _policies(data: list[dict[str, Any]]) -> str:
    known = set(ClockPolicy.objects.values_list("clock", "board", "item", "urgency"))
    policies = [ClockPolicy(**each) for each in data]
    missing = [each for each in policies if (each.clock, each.board, each.item, each.urgency) not in known]
    ClockPolicy.objects.bulk_create(missing)
    return f"Promised times: {len(missing)} created, {len(policies) - len(missing)} left as they are"


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))
