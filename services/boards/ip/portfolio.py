"""What an enterprise holds, counted, and what is due for it in a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from enterprises.models import Enterprise
from services.boards.ip.models import Deadline, Kind, Right
from services.boards.ip.states import RightState

NEXT_FEES = 10


@dataclass(frozen=True)
class Line:
    """One kind of right: how many in each state, in the order of :class:`RightState`, and in all."""

    kind: str
    label: str
    counts: Sequence[int]
    total: int


@dataclass(frozen=True)
class Month:
    """What is due in one month, by day."""

    first: date
    deadlines: Sequence[Deadline]


def counts(enterprise: Enterprise) -> list[Line]:
    """By kind, those that are there; one statement."""
    by_state = {state: Count("pk", filter=Q(state=state)) for state in RightState.values}
    held = Right.objects.kept().filter(enterprise=enterprise).values("kind")
    rows: Any = held.annotate(total=Count("pk"), **by_state)
    found = {row["kind"]: row for row in rows}
    return [
        Line(kind, str(kind.label), [found[kind][state] for state in RightState.values], found[kind]["total"])
        for kind in Kind
        if kind in found
    ]


def next_fees(enterprise: Enterprise, today: date) -> list[Deadline]:
    """The next fee of each right and rule that can still be paid, those in grace first."""
    payable = Q(due_on__gte=today) | Q(grace_until__gte=today)
    fees = Deadline.objects.open().filter(payable, right__enterprise=enterprise, rule__is_fee=True)
    first = fees.order_by("right_id", "rule_id", "due_on").distinct("right_id", "rule_id")
    return list(Deadline.objects.filter(pk__in=first.values("pk")).soonest()[:NEXT_FEES])


def year(enterprise: Enterprise, number: int) -> list[Month]:
    """The twelve months with everything that is due in them, done or not; one statement."""
    rows = Deadline.objects.filter(right__enterprise=enterprise, right__retired_at=None, due_on__year=number)
    due = list(rows.soonest())
    return [Month(date(number, month, 1), [one for one in due if one.due_on.month == month]) for month in range(1, 13)]
