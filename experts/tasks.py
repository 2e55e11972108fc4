"""The schedule's way in."""

from celery import shared_task
from django.utils import timezone

from experts import reckoning


@shared_task
def reckon_scores() -> bool:
    """Everybody's scores, once a day; asked every hour, so that no missed turn costs a day."""
    return reckoning.reckon_if_due(timezone.now())
