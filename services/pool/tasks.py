"""The clockwork of the pool. It may run twice, late or not at all: what was said stands in the rows."""

from celery import shared_task
from django.utils import timezone

from services.pool.actions import appraising, proposing, reminding


@shared_task
def remind() -> int:
    """Credentials that end, profiles that nobody has confirmed for long."""
    return reminding.remind(timezone.now())


@shared_task
def propose() -> int:
    """Steps of standing for which the rules speak; curators decide."""
    return proposing.propose(timezone.now())


@shared_task
def appraise() -> int:
    """A sheet for each institution once a quarter is over."""
    return appraising.make(timezone.now())
