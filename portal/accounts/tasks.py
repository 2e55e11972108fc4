"""What beat asks for."""

from django.utils import timezone

from portal.accounts import actions
from portal.celery import app


@app.task
def forget_old() -> int:
    return actions.forget_old(now=timezone.now())
