"""The chasers that the portal comes with; rules that are there already are left as they were edited."""

import json
from pathlib import Path

from portal.transactions import as_one
from services.chasers.models import ChaserRule

RULES = Path(__file__).parent / "data" / "rules.json"


@as_one
def load() -> list[str]:
    """A rule is known by its code; one that a curator made the same with another code stands for it."""
    rules = [ChaserRule(**each) for each in json.loads(RULES.read_text(encoding="utf-8"))]
    known = ChaserRule.objects.count()
    ChaserRule.objects.bulk_create(rules, ignore_conflicts=True)
    created = ChaserRule.objects.count() - known
    return [f"Chasers: {created} created, {len(rules) - created} left as they are"]
