"""Reckons what the portal has seen of each institution in twelve months, in one pass once a day."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from portal.transactions import as_one
from services.cases.states import ReferralState
from services.clocks.names import ClockName
from services.routing.models import TrackRecord

RECENT = timedelta(days=365)

_RECKON = """
INSERT INTO routing_trackrecord AS kept
    (institution_id, offered, accepted, hours_to_answer, delivered, on_time, day)
SELECT
    referral.institution_id,
    count(*) FILTER (WHERE referral.state NOT IN (%(offered)s, %(recalled)s)),
    count(referral.accepted_at),
    extract(epoch FROM avg(referral.accepted_at - referral.offered_at)) / 3600,
    count(referral.delivered_at),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM clocks_clocksegment AS run
        WHERE run.subject_kind = 'referral' AND run.subject_id = referral.id AND run.clock = %(delivery)s
            AND run.kind = 'run' AND run.ended_at = referral.delivered_at AND run.due_at >= run.ended_at
    )),
    %(day)s
FROM cases_referral AS referral
WHERE referral.offered_at >= %(since)s
GROUP BY referral.institution_id
ON CONFLICT (institution_id) DO UPDATE SET
    (offered, accepted, hours_to_answer, delivered, on_time, day) =
    (EXCLUDED.offered, EXCLUDED.accepted, EXCLUDED.hours_to_answer, EXCLUDED.delivered, EXCLUDED.on_time, EXCLUDED.day)
"""


def reckon_if_due(now: datetime) -> bool:
    """Once a day, so that the order of a day does not change with every answer. Whether it was to do."""
    if TrackRecord.objects.filter(day__gte=timezone.localdate(now)).exists():
        return False
    reckon(now)
    return True


@as_one
def reckon(now: datetime) -> int:
    """Everybody's; whoever was offered nothing in the time has no record. How many were written."""
    day = timezone.localdate(now)
    facts: dict[str, Any] = {
        "offered": ReferralState.OFFERED,
        "recalled": ReferralState.RECALLED,
        "delivery": ClockName.DELIVERY,
        "since": now - RECENT,
        "day": day,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECKON, facts)
        written: int = cursor.rowcount
    TrackRecord.objects.filter(day__lt=day).delete()
    return written
