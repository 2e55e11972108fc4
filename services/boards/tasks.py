"""What beat asks for. Each may run twice, late or not at all: what is done stands in the rows."""

from datetime import timedelta

from django.utils import timezone

from portal.celery import app
from services.boards import handing, reminders

RECENT = timedelta(days=7)


@app.task
def remind() -> int:
    """Remind the owners of what falls due."""
    reminders.load()
    return reminders.remind(timezone.now(), timezone.localdate())


@app.task
def hand_over() -> int:
    """Tell the boards of what was confirmed lately."""
    now = timezone.now()
    return handing.hand_over(now, since=now - RECENT)


@app.task
def hand_over_forgotten() -> int:
    """The same for everything ever confirmed, so that a long silence of the schedule leaves nothing out."""
    return handing.hand_over(timezone.now())
