"""What beat asks for."""

from django.utils import timezone

from portal.celery import app
from portal.idempotency import keys


@app.task
def purge() -> int:
    return keys.purge(now=timezone.now())
