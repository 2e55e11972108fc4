"""Which clock runs in which state, and the instant that becomes a row's ``due_at``."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Case as Sql
from django.db.models import DateTimeField, F, QuerySet, Value, When

from services.cases.models import Case, Referral
from services.cases.states import CaseState, ReferralState
from services.clocks import actions as clocks

CASE, REFERRAL = "case", "referral"


def of_case(case: Case, to: str, *, now: datetime) -> dict[str, object]:
    """Start, pause or stop the clocks of a case entering ``to``; returns the columns that hold the new promise."""
    if to == CaseState.SUBMITTED and case.state == CaseState.RETURNED:
        clocks.stop(CASE, case.pk, "supplement", now=now)
        return {"due_at": clocks.resume(CASE, case.pk, "triage", now=now), "due_clock": "triage"}
    if to == CaseState.SUBMITTED:
        return {"due_at": clocks.start(CASE, case.pk, "triage", now=now, urgency=case.urgency), "due_clock": "triage"}
    if to == CaseState.RETURNED:
        clocks.pause(CASE, case.pk, "triage", now=now, reason="returned")
        return {"due_at": clocks.start(CASE, case.pk, "supplement", now=now), "due_clock": "supplement"}
    clocks.stop(CASE, case.pk, now=now)
    return {"due_at": None, "due_clock": ""}


def of_referral(referral: Referral, to: str, *, now: datetime) -> dict[str, object]:
    """The same for a referral: its answer, then its delivery (standing still while a quote waits), then the
    confirmation. Every other state ends its clocks.
    """
    return ENTERING.get(to, _ended)(referral, now)


def _offered(referral: Referral, now: datetime) -> dict[str, object]:
    return {"due_at": clocks.start(REFERRAL, referral.pk, "answer", now=now, urgency=referral.need.urgency)}


def _accepted(referral: Referral, now: datetime) -> dict[str, object]:
    if referral.state != ReferralState.OFFERED:
        return _at_work(referral, now)
    clocks.stop(REFERRAL, referral.pk, now=now)
    days = referral.need.item.promised_working_days
    return {"due_at": clocks.start(REFERRAL, referral.pk, "delivery", now=now, working_days=days)}


def _quoted(referral: Referral, now: datetime) -> dict[str, object]:
    clocks.pause(REFERRAL, referral.pk, "delivery", now=now, reason="quoted")
    return {"due_at": None}


def _at_work(referral: Referral, now: datetime) -> dict[str, object]:
    if referral.state == ReferralState.ACCEPTED:
        return {}
    clocks.stop(REFERRAL, referral.pk, "confirmation", now=now)
    return {"due_at": clocks.resume(REFERRAL, referral.pk, "delivery", now=now)}


def _delivered(referral: Referral, now: datetime) -> dict[str, object]:
    clocks.pause(REFERRAL, referral.pk, "delivery", now=now, reason="delivered")
    return {"due_at": clocks.start(REFERRAL, referral.pk, "confirmation", now=now)}


def _disputed(referral: Referral, now: datetime) -> dict[str, object]:
    clocks.stop(REFERRAL, referral.pk, "confirmation", now=now)
    return {"due_at": None}


def _ended(referral: Referral, now: datetime) -> dict[str, object]:
    clocks.stop(REFERRAL, referral.pk, now=now)
    return {"due_at": None}


ENTERING: dict[str, Callable[[Referral, datetime], dict[str, object]]] = {
    ReferralState.OFFERED: _offered,
    ReferralState.ACCEPTED: _accepted,
    ReferralState.QUOTED: _quoted,
    ReferralState.IN_PROGRESS: _at_work,
    ReferralState.DELIVERED: _delivered,
    ReferralState.DISPUTED: _disputed,
}


def store_dues(subject_kind: str, clock: str, due: dict[int, datetime | None]) -> None:
    """A calendar or policy was published: the open promises it moved, by id, become the rows' ``due_at`` again."""
    if subject_kind == CASE:
        _follow(Case.objects.filter(pk__in=due, due_clock=clock), due)
    elif subject_kind == REFERRAL:
        _follow(Referral.objects.filter(pk__in=due), due)


def _follow(rows: QuerySet[Case] | QuerySet[Referral], due: dict[int, datetime | None]) -> None:
    moved = [When(pk=pk, then=Value(at, DateTimeField())) for pk, at in due.items()]
    if moved:
        rows.update(due_at=Sql(*moved, default=F("due_at")))
