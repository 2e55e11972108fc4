"""What the portal has seen of an institution: measured, never asked, and kept apart from what enterprises think."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from services.cases.models import CaseEvent, Referral, Verb
from services.cases.states import ReferralState
from services.clocks.models import ClockSegment
from services.clocks.names import ClockName

R = ReferralState


@dataclass(frozen=True)
class Record:
    """Counts of referrals, and the mean times of those that got so far. Rates are in per cent, None where there is
    nothing to count; an offer that is open or was recalled counts for nothing.
    """

    offered: int = 0
    accepted: int = 0
    declined: int = 0
    timed_out: int = 0
    delivered: int = 0
    on_time: int = 0
    reworked: int = 0
    disputed: int = 0
    rectified: int = 0
    time_to_accept: timedelta | None = None
    time_to_rectify: timedelta | None = None

    @property
    def decline_rate(self) -> int | None:
        return _share(self.declined, self.offered)

    @property
    def time_out_rate(self) -> int | None:
        return _share(self.timed_out, self.offered)

    @property
    def on_time_rate(self) -> int | None:
        return _share(self.on_time, self.delivered)

    @property
    def rework_rate(self) -> int | None:
        return _share(self.reworked, self.delivered)

    @property
    def dispute_rate(self) -> int | None:
        return _share(self.disputed, self.delivered)

    @property
    def hours_to_accept(self) -> float | None:
        return _hours(self.time_to_accept)

    @property
    def hours_to_rectify(self) -> float | None:
        return _hours(self.time_to_rectify)


def record_of(institutions: Sequence[int], since: datetime, until: datetime | None = None) -> dict[int, Record]:
    """The records of many institutions, of what was offered to them since then and before ``until``, in one query."""
    offered = Referral.objects.filter(institution__in=institutions, offered_at__gte=since)
    rows = (
        (offered.filter(offered_at__lt=until) if until else offered)
        .annotate(time_rectifying=Subquery(_rectifying()))
        .values("institution")
        .annotate(
            offered=Count("pk", filter=~Q(state__in=[R.OFFERED, R.RECALLED])),
            accepted=Count("pk", filter=Q(accepted_at__isnull=False)),
            declined=Count("pk", filter=Q(state=R.DECLINED)),
            timed_out=Count("pk", filter=Q(state=R.EXPIRED)),
            delivered=Count("pk", filter=Q(delivered_at__isnull=False)),
            on_time=Count("pk", filter=Exists(promise_kept())),
            reworked=Count("pk", filter=Exists(_lines(Verb.REWORKED))),
            disputed=Count("pk", filter=Exists(_lines(Verb.DISPUTED))),
            rectified=Count("time_rectifying"),
            time_to_accept=Avg(F("accepted_at") - F("offered_at")),
            time_to_rectify=Avg("time_rectifying"),
        )
    )
    found: dict[int, Record] = {row.pop("institution"): Record(**row) for row in map(dict[str, Any], rows)}
    return {pk: found.get(pk, Record()) for pk in institutions}


def _segments(clock: str) -> QuerySet[ClockSegment]:
    """The ended runs of a clock on the referral of the query around it."""
    return ClockSegment.objects.filter(
        subject_kind=ClockSegment.Subject.REFERRAL,
        subject_id=OuterRef("pk"),
        clock=clock,
        kind=ClockSegment.Kind.RUN,
        ended_at__isnull=False,
    )


def promise_kept() -> QuerySet[ClockSegment]:
    """The clock was stopped by the last delivery, and in time."""
    return _segments(ClockName.DELIVERY).filter(ended_at=OuterRef("delivered_at"), due_at__gte=F("ended_at"))


def _rectifying() -> QuerySet[ClockSegment, Any]:
    """How long it was the institution's turn to put things right."""
    runs = _segments(ClockName.RECTIFICATION).order_by().values("subject_id")
    return runs.annotate(time=Sum(F("ended_at") - F("started_at"))).values("time")


def _lines(verb: str) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(referral=OuterRef("pk"), verb=verb)


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _hours(time: timedelta | None) -> float | None:
    return None if time is None else time.total_seconds() / 3600
