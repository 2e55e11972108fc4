"""Ask the centre for help with a finding or an action: one case, linked to what it is about."""

from datetime import datetime

from portal.audit import actions as audit
from portal.transactions import as_one
from services.boards import ordering
from services.boards.consulting.models import Finding, HelpRequest, PlanAction
from services.boards.ordering import Asking
from services.cases.models import Case
from services.intake.actions import Said


@as_one
def ask_for_help(text: str, about: PlanAction | Finding, *, asking: Asking, now: datetime) -> Case:
    """Submit a need in the name of the enterprise whose plan it is."""
    case = ordering.order(Said(text), asking, about.diagnosis.enterprise, now=now)
    link = {"action": about} if isinstance(about, PlanAction) else {"finding": about}
    HelpRequest.objects.create(case=case, **link)
    audit.record(asking.by, "asked for help", about)
    return case
