"""What beat asks for."""

from celery import shared_task
from django.utils import timezone

from services.twins import finding


@shared_task
def find() -> int:
    return finding.find(timezone.now())
