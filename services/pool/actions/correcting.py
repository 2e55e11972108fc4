"""Settle a refusal as outside the scope: the data of the pool follow what the institution said."""

from datetime import datetime

from portal.accounts.models import User
from portal.refusals import Conflict
from portal.transactions import as_one
from services.directory.models import Capability
from services.routing import corrections
from services.routing.models import ScopeCorrection

PAUSE, KEPT = "pause", "kept"


@as_one
def settle(correction: ScopeCorrection, *, outcome: str, note: str, by: User, now: datetime) -> None:
    """
    :raises Conflict: somebody else has settled it.
    """
    if not corrections.settle(correction, by=by, now=now, note=note):
        raise Conflict
    if outcome == PAUSE:
        held = Capability.objects.filter(institution=correction.institution_id, item=correction.item_id)
        for capability in held.approved():
            capability.state = Capability.State.PAUSED
            capability.save(update_fields=["state"])
