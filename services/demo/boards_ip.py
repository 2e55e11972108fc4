"""A small portfolio for the demo enterprise: fictional rights with numbers that pass the checks."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards import actions
from services.boards.ip import numbers
from services.boards.ip.models import Right


def keep(owner: User, *, now: datetime) -> None:
    """Once: an invention whose annuity is near, a trademark in its year of renewal, a design in grace."""
    enterprise = Enterprise.objects.of(owner).order_by("pk").first()
    if enterprise is None or Right.objects.filter(enterprise=enterprise).exists():
        return
    today = timezone.localdate(now)
    rows = [
        ("invention", _patent(today.year - 6, 1), "一种节水型坐便器冲水阀", _ago(today, 6, -20), _ago(today, 3), []),
        ("design", _patent(today.year - 4, 3), "一体式坐便器", _ago(today, 4, 60), _ago(today, 3, 200), []),
        ("trademark", "23456789", "清川", _ago(today, 11), _ago(today, 10, -90), [11]),
    ]
    for kind, number, title, filed, granted, classes in rows:
        dated = {"filed_on": filed, "granted_on": granted, "state": "granted"}
        given = {"kind": kind, "number": number, "title": title, "owners": enterprise.name, "classes": classes}
        actions.add(Right, enterprise, given | dated, by=owner, now=now)


def _patent(year: int, kind: int) -> str:
    body = f"{year}{kind}0000001"
    return f"{body}.{numbers.check_digit(body)}"


def _ago(today: date, years: int, days: int = 0) -> date:
    """So many years and days before today; days below zero come later in the year."""
    return date(today.year - years, today.month, min(today.day, 28)) - timedelta(days=days)
