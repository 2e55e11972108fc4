"""The schedule's way in. Each may run twice, late or not at all: what is to do stands in the rows."""

from django.utils import timezone

from portal.celery import app
from services.routing import actions, corrections, ladder, tracks


@app.task
def expire_unanswered() -> int:
    """End the offers past their time to answer; then go on with every need whose offer was refused or ended."""
    now = timezone.now()
    return actions.expire_unanswered(now) + ladder.climb(now)


@app.task
def note_refusals() -> int:
    """Let the curator know of what is said to be outside an institution's scope."""
    return corrections.note(timezone.now())


@app.task
def reckon_tracks() -> bool:
    """What was seen of each institution, once a day; asked every hour, so that no missed turn costs a day."""
    return tracks.reckon_if_due(timezone.now())
