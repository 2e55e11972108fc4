"""The clockwork of the desk."""

from celery import shared_task
from django.utils import timezone

from services.triage import actions, warnings


@shared_task
def lapse_unanswered() -> int:
    """Let the cases rest whose enterprises did not answer in time."""
    return actions.lapse_unanswered(timezone.now())


@shared_task
def warn_of_dates() -> int:
    """Warn of the dates that law or contract sets."""
    return warnings.warn(timezone.now())
