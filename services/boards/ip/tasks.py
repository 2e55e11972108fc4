"""The schedule's way in. Each may run twice, late or not at all: what is owed stands in the rows."""

from django.utils import timezone

from portal.celery import app
from services.boards.ip import actions


@app.task
def follow_calendar() -> int:
    """Last days move with working days that were published lately."""
    return actions.follow_all() if actions.calendar_changed(timezone.now()) else 0


@app.task
def follow_all() -> int:
    """The same for whatever else was changed, and after a long silence of the schedule."""
    return actions.follow_all()
