"""Corrections of scope: found from the refusals, settled by a curator."""

from datetime import datetime

from portal.accounts.models import User
from services.cases.models import DeclineReason, Referral
from services.cases.states import ReferralState
from services.routing.models import ScopeCorrection


def note(now: datetime, *, limit: int = 1000) -> int:
    """One correction for every refusal as outside the scope. May run twice, late, or two at once. The number found."""
    refused = Referral.objects.filter(
        state=ReferralState.DECLINED, decline_reason=DeclineReason.OUTSIDE_SCOPE, scope_correction__isnull=True
    )
    rows = [
        ScopeCorrection(referral_id=pk, institution_id=institution, item_id=item, reason=reason, said_at=now)
        for pk, institution, item, reason in refused.order_by("pk").values_list(
            "pk", "institution", "need__item", "reason"
        )[:limit]
    ]
    ScopeCorrection.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def settle(correction: ScopeCorrection, *, by: User, now: datetime, note: str) -> bool:
    """Say what was done about it. Whether it was still to do."""
    found = ScopeCorrection.objects.filter(pk=correction.pk, state=ScopeCorrection.State.OPEN)
    return bool(found.update(state=ScopeCorrection.State.DONE, done_by=by, done_at=now, note=note))
