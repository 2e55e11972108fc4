"""Case numbers: ``QS-YYYYMMDD-NNNNN``, from a sequence, so that nobody waits for anybody else's number."""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def next_number(now: datetime) -> str:
    """The next number on the day of ``now`` in Shanghai. The running part comes round again after 99,999."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number')")
        (running,) = cursor.fetchone()
    return f"QS-{timezone.localtime(now):%Y%m%d}-{running:05d}"
