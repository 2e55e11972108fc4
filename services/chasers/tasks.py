"""What beat asks for."""

from django.utils import timezone

from portal.celery import app
from services.chasers import actions


@app.task
def run() -> int:
    """Chase what is due."""
    return actions.chase(timezone.now())
