"""The schedule's way in. Each may run twice, late or not at all: what is owed stands in the rows."""

from datetime import timedelta

from django.utils import timezone

from portal.celery import app
from services.followup import actions

RECENT = timedelta(days=7)


@app.task
def run() -> int:
    """Owe follow-ups for what was confirmed lately, ask where it is time, settle cases."""
    now = timezone.now()
    planned = actions.plan(now, since=now - RECENT)
    return planned + actions.send_due(now) + actions.settle_closed(now, since=now - RECENT)


@app.task
def find_forgotten() -> int:
    """The same for everything ever confirmed, so that a long silence of the schedule leaves nobody unasked."""
    now = timezone.now()
    return actions.plan(now) + actions.settle_closed(now)
