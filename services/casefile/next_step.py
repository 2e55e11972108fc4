"""What happens next in a case, whose turn it is and by when: always one answer, in the reader's words."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from math import inf

from django.utils.translation import gettext as _

from services.cases.models import Case, Need, Referral
from services.cases.states import (
    CASE_WORDS_ENTERPRISE,
    NEED_TERMINAL,
    REFERRAL_NOT_TAKEN,
    CaseState,
    NeedState,
    ReferralState,
)


@dataclass(frozen=True)
class NextStep:
    """One sentence, the instant it is due (None while nothing is promised), whether the reader has to act, and the day
    for which the result is promised.
    """

    words: str
    due_at: datetime | None = None
    yours: bool = False
    promised_on: date | None = None


def for_enterprise(case: Case, needs: list[Need]) -> NextStep:
    """The needs come with their referrals prefetched."""
    if case.state == CaseState.RETURNED:
        asked = _("Please answer the questions below. Our clock stands still meanwhile.")
        return NextStep(asked, case.due_at, yours=True)
    if case.state == CaseState.LAPSED:
        return NextStep(_("The case rests. Answer the questions below to take it up again."), yours=True)
    if case.state == CaseState.SUBMITTED:
        return NextStep(_("A service specialist reads your need and finds out which help it takes."), case.due_at)
    if case.state == CaseState.CLOSED:
        return NextStep(_done(needs))
    if not case.is_open:
        return NextStep(str(CASE_WORDS_ENTERPRISE[CaseState(case.state)]))
    live = [one for need in needs for one in need.referrals.all() if one.is_live]
    step = _yours(live) or _waiting(live, needs)
    promised = [need.promised_on for need in needs if need.promised_on and need.state not in NEED_TERMINAL]
    return replace(step, promised_on=max(promised, default=None))


def _done(needs: list[Need]) -> str:
    if any(need.state == NeedState.FULFILLED for need in needs):
        return _("Everything is done. In a few days we ask you how it went: three short questions.")
    return _("The case is closed without a service. Why is said at each need below.")


def _yours(live: list[Referral]) -> NextStep | None:
    """What waits for the enterprise, the earliest promise first."""
    for referral in sorted(live, key=lambda one: one.due_at.timestamp() if one.due_at else inf):
        if referral.state == ReferralState.DELIVERED:
            asked = _(
                "Please look at the result and confirm it, or say what is wrong. Without an answer by then it is "
                "confirmed automatically and marked so."
            )
            return NextStep(asked, referral.due_at, yours=True)
        if referral.state == ReferralState.QUOTED:
            return NextStep(_("Please look at plan and price and agree, or ask for a change."), yours=True)
        if referral.waiting_for:
            owed = {"institution": referral.institution.name, "what": referral.get_waiting_for_display()}
            words = _(
                "%(institution)s cannot go on: %(what)s. What it asks of you is at the top of “What has happened”."
            )
            return NextStep(words % owed, yours=True)
    return None


def _waiting(live: list[Referral], needs: list[Need]) -> NextStep:
    due = min((one.due_at for one in live if one.due_at), default=None)
    if any(one.state == ReferralState.DISPUTED for one in live):
        return NextStep(_("The institution answers your objection."), due)
    if any(one.state == ReferralState.OFFERED and _asked_in_vain(one.need_id, needs) for one in live):
        return NextStep(_("We have asked the next institution; it has to answer."), due)
    if any(one.state == ReferralState.OFFERED for one in live):
        return NextStep(_("The institution we asked has to answer."), due)
    if any(need.state == NeedState.SEEKING for need in needs):
        sought = (need.due_at for need in needs if need.state == NeedState.SEEKING and need.due_at)
        return NextStep(_("We are looking for a qualified institution for you."), min(sought, default=due))
    if any(one.state == ReferralState.ACCEPTED for one in live):
        return NextStep(_("The institution has taken it on and plans the work."), due)
    return NextStep(_("The institution is at work."), due)


def _asked_in_vain(need: int, needs: list[Need]) -> bool:
    """Whether somebody was asked before. Not said: who, and why it came to nothing."""
    asked = [one for each in needs if each.pk == need for one in each.referrals.all()]
    return any(one.state in REFERRAL_NOT_TAKEN for one in asked)
