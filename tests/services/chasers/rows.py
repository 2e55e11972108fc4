"""Rules, and what was done by them."""

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from portal.notices.models import Notice
from services.cases.models import CaseEvent, Verb
from services.chasers.models import Chase, ChaserRule
from tests.factories import SHANGHAI

_numbers = count(1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


DUE = at("2026-11-24 10:00")
"""When the triage of a case sent at ``NOW``, Friday the 20th at 10:00, is due."""


def make_rule(clock: str = "triage", **fields: Any) -> ChaserRule:
    """Whoever must act is reminded when it is due."""
    given = {"amount": 0, "unit": "minutes", "audience": "holder", **fields}
    amount = Decimal(given.pop("amount"))
    return ChaserRule.objects.create(code=f"rule-{next(_numbers)}", clock=clock, amount=amount, **given)


def effects() -> tuple[int, int, int]:
    """Marks, notices of chasers and lines of escalations."""
    told = Notice.objects.filter(event__startswith="chaser_")
    return Chase.objects.count(), told.count(), CaseEvent.objects.filter(verb=Verb.ESCALATED).count()


def told() -> list[tuple[str, str]]:
    """Who was told, and by which words."""
    rows = Notice.objects.filter(event__startswith="chaser_").select_related("user").order_by("pk")
    return [(row.user.username if row.user else row.email or row.phone, row.event) for row in rows]
