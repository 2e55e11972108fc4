"""Rights and deadline rules, as the actions of the register make them."""

from datetime import UTC, date, datetime
from typing import Any

from enterprises.models import Enterprise
from services.boards import actions
from services.boards.ip import reckoning
from services.boards.ip.models import DeadlineRule, Right
from services.clocks.models import WorkCalendar
from tests.factories import make_user

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def make_calendar(*closed: date) -> WorkCalendar:
    """Monday to Friday, but for these days."""
    weekly = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    calendar, _made = WorkCalendar.objects.get_or_create(
        is_default=True, defaults={"code": "default", "name_zh": "默认", "weekly": weekly}
    )
    for day in closed:
        calendar.days.create(date=day, windows=[], reason="holiday")
    return calendar


def make_rule(**columns: Any) -> DeadlineRule:
    """An annuity of an invention: each year after filing, six months of grace."""
    given = {
        "code": f"rule-{DeadlineRule.objects.count()}",
        "kind": "invention",
        "name_zh": "年费",
        "name_en": "Annuity",
        "states": ["granted"],
        "event": "filed_on",
        "amount": 1,
        "unit": "years",
        "times": 19,
        "after_grant": True,
        "grace_months": 6,
        "is_fee": True,
        "source_zh": "专利法",
        "source_en": "Patent Law",
        **columns,
    }
    rule = DeadlineRule.objects.create(**given)
    reckoning.reckon(rule=rule.pk)
    return rule


def make_right(enterprise: Enterprise, *, now: datetime = NOW, **columns: Any) -> Right:
    """A granted invention of 2013, entered by a member."""
    given = {
        "kind": "invention",
        "number": "201310699744.2",
        "title": "冲水阀",
        "state": "granted",
        "filed_on": date(2013, 12, 18),
        "granted_on": date(2016, 5, 4),
        **columns,
    }
    return actions.add(Right, enterprise, given, by=make_user(), now=now)
