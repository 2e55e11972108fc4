"""The warnings of statutory dates that the portal comes with; rows that curators edited are left alone."""

from services.triage.models import WarningStep

DAYS = (10, 5, 2)


def load() -> list[str]:
    """Only while there are none: a step that was taken away stays away."""
    made = [] if WarningStep.objects.exists() else WarningStep.objects.bulk_create(WarningStep(days=n) for n in DAYS)
    return [f"Warnings of statutory dates: {len(made)} created"]
