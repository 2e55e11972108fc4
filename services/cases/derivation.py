"""The states nobody sets by hand: a need's from its referrals, a case's from its needs."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from portal.kept import kept
from services.cases import promises, reading
from services.cases.models import Case, Need, Referral
from services.cases.states import (
    DERIVED,
    NEED_DECIDED,
    NEED_OF_REFERRAL,
    NEED_TERMINAL,
    REFERRAL_LIVE,
    CaseState,
    NeedState,
    ReferralState,
)

REOPENABLE = DERIVED | {CaseState.FOLLOWED_UP}


def state_of_need(need: Need, referrals: Iterable[Referral], open_needs: set[int]) -> NeedState:
    """What the need's referrals make of it; ``open_needs`` are the ids of the case's needs that are not settled."""
    if need.state in NEED_DECIDED:
        return NeedState(need.state)
    speaking = [one for one in referrals if one.state in REFERRAL_LIVE or one.state == ReferralState.CONFIRMED]
    if speaking:
        return NEED_OF_REFERRAL[ReferralState(max(speaking, key=lambda one: one.pk).state)]
    return NeedState.WAITING if need.after_id in open_needs else NeedState.SEEKING


def state_of_case(needs: Iterable[NeedState]) -> CaseState:
    """What the states of its needs make of a triaged case."""
    unsettled = [state for state in needs if state not in NEED_TERMINAL]
    if not unsettled:
        return CaseState.CLOSED
    if all(state == NeedState.AWAITING_CONFIRMATION for state in unsettled):
        return CaseState.AWAITING_CONFIRMATION
    return CaseState.IN_SERVICE


def derive(case: Case, *, now: datetime) -> bool:
    """Bring needs and case in line with the referrals, under the case's lock. Returns whether the case closed just
    now.
    """
    if case.state not in REOPENABLE:
        return False
    needs: list[Need] = reading.needs_alone(case=case.pk)
    referrals: list[Referral] = _referrals(case=case.pk)
    open_needs = {need.pk for need in needs if need.state not in NEED_TERMINAL}
    seeking = []
    for need in needs:
        state = state_of_need(need, [one for one in referrals if one.need_id == need.pk], open_needs)
        if _settle(need, state, now=now) and state == NeedState.SEEKING:
            seeking.append(need)
        if state in NEED_TERMINAL:
            open_needs.discard(need.pk)
    promises.seek(case, seeking, now=now)
    return _settle_case(case, needs, referrals, now=now)


@kept
def _referrals(*, case: int) -> QuerySet[Referral]:
    return Referral.objects.filter(case=case)


def _settle(need: Need, state: NeedState, *, now: datetime) -> bool:
    """Whether the need has changed."""
    if need.state == state:
        return False
    if need.state == NeedState.SEEKING:
        promises.found(need, now=now)
    need.state = state
    need.settled_at = now if state in NEED_TERMINAL else None
    need.version += 1
    need.save(update_fields=["state", "settled_at", "version", "due_at"])
    return True


def _settle_case(case: Case, needs: list[Need], referrals: list[Referral], *, now: datetime) -> bool:
    """Whether the case closed just now."""
    state = state_of_case(NeedState(need.state) for need in needs)
    if case.state == CaseState.FOLLOWED_UP and state == CaseState.CLOSED:
        return False
    closed_now = state == CaseState.CLOSED != case.state
    promised = promises.earliest(needs, referrals)
    case.state = state
    case.due_at, case.due_clock = promised["due_at"], promised["due_clock"]
    case.closed_at = (case.closed_at or now) if state == CaseState.CLOSED else None
    case.save(update_fields=["state", "due_at", "due_clock", "closed_at"])
    return closed_now
