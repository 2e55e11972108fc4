"""What happens next in a case, whose turn it is and by when: always one answer, in the reader's words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from services.cases.models import Case, Need, Referral
from services.cases.states import CASE_WORDS_ENTERPRISE, CaseState, NeedState, ReferralState


@dataclass(frozen=True)
class NextStep:
    """One sentence, the instant it is due (None while nothing is promised) and whether the reader has to act."""

    words: str
    due_at: datetime | None = None
    yours: bool = False


def for_enterprise(case: Case, needs: list[Need]) -> NextStep:
    """The needs come with their referrals prefetched."""
    if case.state == CaseState.RETURNED:
        return NextStep(_("Please answer the questions below. Our clock stands still meanwhile."), case.due_at, True)
    if case.state == CaseState.SUBMITTED:
        return NextStep(_("A service specialist reads your need and finds out which help it takes."), case.due_at)
    if not case.is_open:
        return NextStep(str(CASE_WORDS_ENTERPRISE[CaseState(case.state)]))
    live = [one for need in needs for one in need.referrals.all() if one.is_live]
    for referral in live:
        if referral.state == ReferralState.DELIVERED:
            return NextStep(_("Please look at the result and confirm it, or say what is wrong."), referral.due_at, True)
        if referral.state == ReferralState.QUOTED:
            return NextStep(_("Please look at plan and price and agree, or ask for a change."), None, True)
    return _waiting(live, needs)


def _waiting(live: list[Referral], needs: list[Need]) -> NextStep:
    due = min((one.due_at for one in live if one.due_at), default=None)
    if any(one.state == ReferralState.DISPUTED for one in live):
        return NextStep(_("The institution answers your objection."), due)
    if any(need.state == NeedState.SEEKING for need in needs):
        return NextStep(_("We are looking for a qualified institution for you."), due)
    if any(one.state == ReferralState.OFFERED for one in live):
        return NextStep(_("The institution we asked has to answer."), due)
    return NextStep(_("The institution is at work."), due)
