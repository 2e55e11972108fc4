"""Read when Django starts: the notices find here when an offer that a rule made at night is settled by the morning."""

from collections.abc import Mapping

from portal.notices.settled import settles
from services.cases.models import Referral
from services.cases.states import ReferralState


@settles("offered_provider", "offered_enterprise")
def is_answered(facts: Mapping[str, str]) -> bool:
    """Whether the offer was answered or taken back. What people offer is told at once and names no referral."""
    offered = Referral.objects.filter(pk=facts.get("referral", 0), state=ReferralState.OFFERED)
    return "referral" in facts and not offered.exists()
