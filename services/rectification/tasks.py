"""The schedule's way in. Each may run twice, late or not at all: what is owed stands in the rows."""

from django.utils import timezone

from portal.celery import app
from services.rectification import actions, opening


@app.task
def run() -> int:
    """Open what was answered unhappily; wake what the enterprise did not answer."""
    now = timezone.now()
    return opening.open_due(now) + actions.wake(now)
