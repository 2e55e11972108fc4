"""Case numbers: ``QS-YYYYMMDD-NNNNN``, from a sequence, so that nobody waits for anybody else's number."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

DRAW = "SELECT nextval('cases_number'), nextval(pg_get_serial_sequence('cases_case', 'id'))"


def draw(now: datetime) -> tuple[str, int]:
    """The next number on the day of ``now`` in Shanghai, and the id of its row, so that what belongs to a case can be
    reckoned before it is written. The running part comes round again after 99,999.
    """
    with connection.cursor() as cursor:
        cursor.execute(DRAW)
        running, pk = cursor.fetchone()
    return f"QS-{timezone.localtime(now):%Y%m%d}-{running:05d}", pk
