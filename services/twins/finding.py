"""Who might be the same: by the code of the organisation, by the name without its trimmings, by phone."""

from collections import defaultdict
from datetime import datetime
from itertools import combinations

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count

from portal.transactions import as_one
from services.twins.models import Pair
from services.twins.plans import PLANS, Plan

MOST_ALIKE = 10
"""More than so many under one phone number is an agent's number, and no sign of being the same."""

Found = dict[tuple[int, int], list[str]]


def find(now: datetime) -> int:
    """Keep the open pairs as they are to be found now; what somebody has decided stays. How many are new."""
    return sum(_keep(plan, _pairs(plan), now=now) for plan in PLANS.values())


def _pairs(plan: Plan) -> Found:
    found: Found = defaultdict(list)
    for name, expression in plan.alike.items():
        groups = plan.rows().annotate(alike_by=expression).exclude(alike_by="").values("alike_by")
        groups = groups.annotate(ids=ArrayAgg("pk", order_by="pk"), size=Count("pk"))
        for ids in groups.filter(size__range=(2, MOST_ALIKE)).values_list("ids", flat=True):
            for pair in combinations(ids, 2):
                found[pair].append(name)
    return found


@as_one
def _keep(plan: Plan, found: Found, *, now: datetime) -> int:
    there = {(pair.first_ref, pair.second_ref): pair for pair in Pair.objects.filter(kind=plan.kind)}
    is_open = [pair for pair in there.values() if pair.state == Pair.State.OPEN]
    over = [pair.pk for pair in is_open if (pair.first_ref, pair.second_ref) not in found]
    Pair.objects.filter(pk__in=over).delete()
    changed = [pair for pair in is_open if found.get((pair.first_ref, pair.second_ref), pair.alike) != pair.alike]
    for pair in changed:
        pair.alike = found[pair.first_ref, pair.second_ref]
    Pair.objects.bulk_update(changed, ["alike"])
    new = [
        Pair(kind=plan.kind, first_ref=first, second_ref=second, alike=alike, found_at=now)
        for (first, second), alike in found.items()
        if (first, second) not in there
    ]
    Pair.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
