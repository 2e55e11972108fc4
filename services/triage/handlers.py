"""Read when Django starts: the notices find here when a warning need not leave any more."""

from collections.abc import Mapping

from portal.notices.settled import settles
from services.cases.models import Need
from services.triage import warnings


@settles(warnings.DESK, warnings.ENTERPRISE)
def is_over(facts: Mapping[str, str]) -> bool:
    """Whether the need, or its date, has moved on since."""
    need = Need.objects.select_related("item").filter(pk=facts["need"]).first()
    if need is None or need.state not in (warnings.TO_FINISH if facts["taken"] else warnings.TO_BEGIN):
        return True
    return bool(need.answers.get(need.item.deadline_question or "") != facts["needed_on"])
