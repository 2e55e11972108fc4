"""The follow-ups that the portal comes with; rows that are there already are left alone."""

import json
from pathlib import Path

from services.followup.models import FollowUpRule

DATA = Path(__file__).parent / "data"


def load() -> list[str]:
    """Satisfaction and effect for everybody; the surveys after half a year and a year wait to be switched on."""
    known = set(FollowUpRule.objects.values_list("code", flat=True))
    rules = [FollowUpRule(**row) for row in json.loads((DATA / "rules.json").read_text(encoding="utf-8"))]
    missing = [rule for rule in rules if rule.code not in known]
    FollowUpRule.objects.bulk_create(missing)
    return [f"Follow-up rules: {len(missing)} created, {len(rules) - len(missing)} left as they are"]
