"""The schedule's way in. Each may run twice, late or not at all: what is owed stands in the rows."""

from django.utils import timezone

from portal.celery import app
from services.boards.labs import actions


@app.task
def run() -> int:
    """Let go of what was not confirmed, mark to what nobody came, and offer what is free to whoever waits."""
    now = timezone.now()
    return actions.expire(now) + actions.mark_no_shows(now) + actions.offer_missed(now)
