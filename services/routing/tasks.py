"""The schedule's way in."""

from django.utils import timezone

from portal.celery import app
from services.routing import actions


@app.task
def expire_unanswered() -> int:
    """Offers past their time to answer."""
    return actions.expire_unanswered(timezone.now())
