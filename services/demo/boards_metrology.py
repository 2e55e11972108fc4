"""A small ledger for the demo enterprise: fictional instruments, some due soon, and a standard that has ended."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards import actions
from services.boards.metrology.models import Instrument, Standard

COMPULSORY = {"use": "safety_protection", "compulsory": True, "confirmation": "verification"}
INSTRUMENTS: list[dict[str, Any]] = [
    {"name": "压力表", "model": "Y-100", "measuring_range": "(0～1.6) MPa", "accuracy": "1.6 级", **COMPULSORY},
    {"name": "电子秤", "model": "TCS-150", "measuring_range": "(0～150) kg", "accuracy": "Ⅲ", **COMPULSORY},
    {"name": "数显卡尺", "model": "0-150 mm", "measuring_range": "(0～150) mm", "confirmation": "calibration"},
    {"name": "温湿度计", "model": "WS-A1", "measuring_range": "(-10～50) ℃", "confirmation": "calibration"},
]
COPIES = 3
STANDARDS = [("GB/T 6952-2015", "卫生陶瓷"), ("GB/T 19001-2008", "质量管理体系 要求")]


def keep(owner: User, *, now: datetime) -> None:
    """Once: a dozen instruments whose days lie around today, and two standards."""
    enterprise = Enterprise.objects.of(owner).order_by("pk").first()
    if enterprise is None or Instrument.objects.filter(enterprise=enterprise).exists():
        return
    today = timezone.localdate(now)
    for number in range(len(INSTRUMENTS) * COPIES):
        last_on = today - timedelta(days=380 - 9 * number)
        given = {"serial": f"DEMO-{number + 1:03}", "location": f"{number % 3 + 1} 号车间"}
        given |= INSTRUMENTS[number % len(INSTRUMENTS)] | {"last_on": last_on, "interval_months": 12}
        actions.add(Instrument, enterprise, given, by=owner, now=now)
    for standard, title in STANDARDS:
        actions.add(Standard, enterprise, {"number": standard, "title": title, "product": "坐便器"}, by=owner, now=now)
