"""What the enterprise does with its case as a whole: answer, withdraw all of it or one need."""

from datetime import datetime

from portal.accounts.models import User
from portal.transactions import as_one
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Case, Need, Referral, Verb
from services.cases.states import CaseState, NeedState, ReferralState


def withdraw(case: Case, *, by: User, now: datetime, note: str) -> Case:
    """Withdraw a case that is not yet in service."""
    return cases.move(
        case,
        CaseState.WITHDRAWN,
        verb=Verb.WITHDRAWN,
        by=Actor.of(by),
        now=now,
        audience=Audience.ENTERPRISE,
        note=note,
    )


@as_one
def withdraw_need(need: Need, *, by: User, now: datetime, note: str) -> Need:
    """Withdraw one need. An offer that waits for its answer is recalled, work that has begun is cancelled. Whoever only
    got the offer does not know who asks, so the words of the enterprise stay between it and the centre.
    """
    cases.lock(need)
    for referral in Referral.objects.filter(need=need).live():
        offered = referral.state == ReferralState.OFFERED
        cases.move(
            referral,
            ReferralState.RECALLED if offered else ReferralState.CANCELLED,
            verb=Verb.RECALLED if offered else Verb.CANCELLED,
            by=Actor.of(by),
            now=now,
            audience=Audience.SHARED,
            note="" if offered else note,
            reason=note,
        )
    return cases.decide(need, NeedState.WITHDRAWN, by=Actor.of(by), now=now, reason=note)
