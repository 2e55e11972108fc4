"""The review points, periods and rules of standing the pool comes with; rows that curators edited are left alone."""

import json
from pathlib import Path

from portal.reference.loading import Loaded, follow
from services.pool.models import Period, ReviewPoint, StandingRule

POINTS = Path(__file__).parent / "data" / "review_points.json"
RULES = Path(__file__).parent / "data" / "standing_rules.json"
PERIODS = {
    Period.Kind.EXPIRY: (90, 30, 7),
    Period.Kind.CONFIRM: (14,),
    Period.Kind.REPLY: (10,),
    Period.Kind.APPEAL: (15,),
}


def load() -> list[Loaded | str]:
    """Points by their code; periods only while there are none of their kind, because a curator may have removed one."""
    points = follow(ReviewPoint, json.loads(POINTS.read_text(encoding="utf-8")))
    known = set(Period.objects.values_list("kind", flat=True))
    made = [Period(kind=kind, days=days) for kind, row in PERIODS.items() if kind not in known for days in row]
    Period.objects.bulk_create(made)
    return [points, f"Periods of the pool: {len(made)} created", f"Rules of standing: {_rules()} created"]


def _rules() -> int:
    """Only while there are none: a rule that was taken away stays away."""
    if StandingRule.objects.exists():
        return 0
    return len(StandingRule.objects.bulk_create(StandingRule(**row) for row in json.loads(RULES.read_text("utf-8"))))
