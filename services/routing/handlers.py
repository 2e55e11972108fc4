"""Read when Django starts: the notices find here when what the ladder said at night is settled by the morning."""

from collections.abc import Mapping

from portal.notices.settled import settles
from services.cases.models import Need
from services.cases.states import NeedState

UNSERVED = frozenset({NeedState.WAITING, NeedState.SEEKING, NeedState.OFFERED, NeedState.UNMET})


@settles("ladder_handed_back", "ladder_nobody_left")
def has_gone_on(facts: Mapping[str, str]) -> bool:
    """Whether somebody has asked another institution, or decided about the need."""
    return "need" in facts and not Need.objects.seeking().filter(pk=facts["need"]).exists()


@settles("ladder_failures", "ladder_supply_gap")
def is_served(facts: Mapping[str, str]) -> bool:
    """Whether an institution has taken the need on after all, or nobody needs it any more."""
    return "need" in facts and not Need.objects.filter(pk=facts["need"], state__in=UNSERVED).exists()
