"""Housekeeping of the attachments."""

from django.utils import timezone

from portal.celery import app
from portal.files import actions


@app.task
def sweep_orphans() -> int:
    """Files whose transaction did not end well."""
    return actions.sweep_orphans(timezone.now())
