"""The requirements that the portal comes with; rows that are there already are left alone."""

import json
from pathlib import Path

from services.boards.certification.models import Requirement

DATA = Path(__file__).parent / "data"


def load() -> list[str]:
    known = set(Requirement.objects.values_list("aim", "order"))
    rows = [Requirement(**row) for row in json.loads((DATA / "requirements.json").read_text(encoding="utf-8"))]
    missing = [row for row in rows if (row.aim, row.order) not in known]
    Requirement.objects.bulk_create(missing)
    return [f"Requirements of laboratories: {len(missing)} created, {len(rows) - len(missing)} left as they are"]
