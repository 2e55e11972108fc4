"""What beat asks for."""

from django.utils import timezone

from portal.celery import app
from services.clocks import completeness, publishing


@app.task
def refresh() -> int:
    """Clocks that still count by an older calendar or policy; how many were reckoned again."""
    done = 0
    for progress in publishing.refresh():
        done = progress.done
    return done


@app.task
def warn_of_gaps() -> int:
    """Curators hear of years that are incomplete, once; how many there are."""
    return completeness.warn(timezone.now())
