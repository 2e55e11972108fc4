"""The clockwork of intake."""

from celery import shared_task
from django.utils import timezone

from services.intake import drafts


@shared_task
def purge_drafts() -> int:
    """Forget drafts that nobody came back to."""
    return drafts.purge(now=timezone.now())
