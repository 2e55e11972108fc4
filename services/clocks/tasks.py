"""What beat asks for."""

from portal.celery import app
from services.clocks import publishing


@app.task
def refresh() -> int:
    """Clocks that still count by an older calendar or policy; how many were reckoned again."""
    done = 0
    for progress in publishing.refresh():
        done = progress.done
    return done
