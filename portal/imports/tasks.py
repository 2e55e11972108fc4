"""What beat asks for. Both may run twice, late or not at all: what is done stands in the rows."""

from celery import shared_task
from django.utils import timezone

from portal.imports import actions


@shared_task
def work() -> int:
    return actions.work(timezone.now())


@shared_task
def forget() -> int:
    return actions.forget(timezone.now())
