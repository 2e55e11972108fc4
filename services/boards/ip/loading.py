"""The deadline rules that the portal comes with; those that are there already, edited or not, are left alone."""

import json
from pathlib import Path

from services.boards.ip import actions
from services.boards.ip.models import DeadlineRule
from services.catalogue.models import ServiceItem

DATA = Path(__file__).parent / "data"


def load() -> list[str]:
    """Rules that count for rights that are kept already make their deadlines at once."""
    known = set(DeadlineRule.objects.values_list("code", flat=True))
    offered = set(ServiceItem.objects.values_list("code", flat=True))
    rows = json.loads((DATA / "rules.json").read_text(encoding="utf-8"))
    missing = [_rule(row, offered) for row in rows if row["code"] not in known]
    DeadlineRule.objects.bulk_create(missing)
    actions.follow_all()
    return [f"Deadline rules: {len(missing)} created, {len(rows) - len(missing)} left as they are"]


def _rule(row: dict[str, object], offered: set[str]) -> DeadlineRule:
    """A service that the catalogue does not have is left out."""
    item = row.pop("item", None)
    return DeadlineRule(**row, item_id=item if item in offered else None)
