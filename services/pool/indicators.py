"""What is counted for and against a standing, each indicator defined once: for the figure and for the rows behind it.

Everything is read from what happened after the last word about the institution: neither what led to a step nor what a
curator saw and did not follow speaks a second time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.timezone import localdate

from experts.models import Credential, Institution, Rating, StandingChange
from services.cases.models import Referral
from services.cases.states import ReferralState
from services.delivery.record import promise_kept
from services.pool.models import Indicator, ProposalState, StandingProposal, StandingRule
from services.rectification.models import Rectification
from services.rectification.states import Outcome, RectificationState

S, Proposes = Institution.Standing, StandingRule.Proposes
BEGINS: dict[str, dict[str, str]] = {
    Proposes.PROBATION: {S.ACTIVE: S.PROBATION},
    Proposes.SUSPENSION: {S.PROBATION: S.SUSPENDED},
    Proposes.RESTORATION: {S.PROBATION: S.ACTIVE, S.SUSPENDED: S.PROBATION},
}
"""From which standing to which each kind of rule leads. Removal is proposed by people alone."""
NEGATIVE_UP_TO = 2


@dataclass(frozen=True)
class Tally:
    """Of ``n`` rows those of ``rows`` speak against the institution."""

    rule: StandingRule
    since: datetime
    until: datetime
    n: int = 0
    rows: list[int] = field(default_factory=list)

    @property
    def against(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Measure:
    """``moment`` is when each row happened; "" where what counts is how things are today."""

    rows: Callable[[datetime], QuerySet[Any]]
    against: Q
    moment: str
    institution: str = "institution"


def _offers(now: datetime) -> QuerySet[Any]:
    return Referral.objects.exclude(state__in=[ReferralState.OFFERED, ReferralState.RECALLED])


def _delivered(now: datetime) -> QuerySet[Any]:
    return Referral.objects.filter(delivered_at__isnull=False)


def _answers(now: datetime) -> QuerySet[Any]:
    return Rating.objects.filter(state=Rating.State.COUNTED)


def _complaints(now: datetime) -> QuerySet[Any]:
    return Rectification.objects.all()


def _ended(now: datetime) -> QuerySet[Any]:
    """Credentials that are over, of institutions that have none in force."""
    today = localdate(now)
    left = Credential.objects.in_force(today).filter(institution=OuterRef("institution"))
    return Credential.objects.filter(state=Credential.State.VALID, valid_to__lt=today).exclude(Exists(left))


NOT_SETTLED = Q(state=RectificationState.UNSETTLED) | Q(
    state=RectificationState.CLOSED, outcome__in=[Outcome.DECIDED, Outcome.REOPENED]
)
NOT_ANSWERED = Q(state=ReferralState.EXPIRED)

MEASURES: dict[str, Measure] = {
    Indicator.RESPONSE: Measure(_offers, NOT_ANSWERED, "offered_at"),
    Indicator.DECLINED: Measure(_offers, Q(state=ReferralState.DECLINED), "offered_at"),
    Indicator.TIMED_OUT: Measure(_offers, NOT_ANSWERED, "offered_at"),
    Indicator.LATE: Measure(_delivered, ~Q(Exists(promise_kept())), "delivered_at"),
    Indicator.NEGATIVE: Measure(_answers, Q(grade__lte=NEGATIVE_UP_TO), "rated_at"),
    Indicator.COMPLAINTS: Measure(_complaints, NOT_SETTLED, "opened_at", "referral__institution"),
    Indicator.EXPIRED: Measure(_ended, Q(), ""),
}


def reached(rule: StandingRule, *, now: datetime) -> dict[int, Tally]:
    """Institutions for which a rule of a step down speaks, in one statement however many there are."""
    [(origin, target)] = BEGINS[rule.proposes].items()
    measure = MEASURES[rule.indicator]
    rows = _fresh(measure, rule, target, now=now).filter(**{f"{measure.institution}__standing": origin})
    return _tallies(rows.filter(_speaks(rule)), rule, now=now)


def tallied(rule: StandingRule, institutions: Sequence[int], *, now: datetime) -> dict[int, Tally]:
    """What a rule counts of these institutions, nothing included."""
    measure = MEASURES[rule.indicator]
    rows = _grouped(measure, _within(measure, rule, now=now).filter(**{f"{measure.institution}__in": institutions}))
    found = _tallies(rows, rule, now=now)
    since = now - timedelta(days=rule.window_days)
    return {pk: found.get(pk, Tally(rule, since, now)) for pk in institutions}


def is_well(tally: Tally) -> bool:
    """No worse than a rule of a step up allows."""
    rule, n, against = tally.rule, tally.n, tally.against
    if n < rule.minimum:
        return False
    if rule.indicator in {Indicator.COMPLAINTS, Indicator.EXPIRED}:
        return against <= rule.threshold
    if rule.indicator == Indicator.RESPONSE:
        return (n - against) * 100 >= rule.threshold * n
    return against * 100 <= rule.threshold * n


def _speaks(rule: StandingRule) -> Q:
    """The same for a step down, as a condition on ``n`` and ``against``."""
    enough = Q(n__gte=rule.minimum)
    if rule.indicator in {Indicator.COMPLAINTS, Indicator.EXPIRED}:
        return enough & Q(against__gte=rule.threshold)
    if rule.indicator == Indicator.RESPONSE:
        return enough & Q(against__gt=F("n") * Value(100 - rule.threshold) / Value(100.0))
    return enough & Q(against__gte=F("n") * Value(rule.threshold) / Value(100.0))


def _within(measure: Measure, rule: StandingRule, *, now: datetime) -> QuerySet[Any]:
    rows = measure.rows(now)
    if not measure.moment:
        return rows
    return rows.filter(**{f"{measure.moment}__gte": now - timedelta(days=rule.window_days)})


def _fresh(measure: Measure, rule: StandingRule, target: str, *, now: datetime) -> QuerySet[Any]:
    """Grouped, without what happened before the last step of the institution or the last refusal of this one."""
    moment: Any = OuterRef(measure.moment) if measure.moment else now - timedelta(days=rule.window_days)
    of = {"institution": OuterRef(measure.institution)}
    moved = StandingChange.objects.filter(**of, at__gt=moment)
    refused = StandingProposal.objects.filter(**of, target=target, state=ProposalState.REJECTED, decided_at__gt=moment)
    return _grouped(measure, _within(measure, rule, now=now).exclude(Exists(moved)).exclude(Exists(refused)))


def _grouped(measure: Measure, rows: QuerySet[Any]) -> QuerySet[Any]:
    against = measure.against or None
    return (
        rows.order_by()
        .values(of=F(measure.institution))
        .annotate(
            n=Count("pk"),
            against=Count("pk", filter=against),
            found=ArrayAgg("pk", filter=against, default=Value([])),
        )
    )


def _tallies(rows: QuerySet[Any], rule: StandingRule, *, now: datetime) -> dict[int, Tally]:
    since = now - timedelta(days=rule.window_days)
    return {row["of"]: Tally(rule, since, now, row["n"], sorted(row["found"])) for row in rows}
