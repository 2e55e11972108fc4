"""The re-offer policies the portal comes with; rows that are there already are left alone."""

from services.cases.models import Urgency
from services.routing.models import LadderPolicy

POLICIES: dict[str, dict[str, bool | int]] = {
    "": {"automatic": True, "rungs": 3},
    Urgency.URGENT: {"automatic": False, "rungs": 0},
}
"""By urgency. What is urgent goes to a person at once, who can telephone."""


def load() -> list[str]:
    """One policy for every need, and one for urgent ones."""
    made = [
        LadderPolicy.objects.get_or_create(board=None, item=None, urgency=urgency, defaults=columns)[1]
        for urgency, columns in POLICIES.items()
    ]
    return [f"Re-offer policies: {sum(made)} created, {len(made) - sum(made)} left as they are"]
