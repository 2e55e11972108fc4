"""Why a step is refused: the table has none, or somebody else was quicker."""

from django.utils.translation import gettext as _

from portal.refusals import Conflict
from services.cases.actors import Actor
from services.cases.models import Case, Need, Referral


class IllegalMove(Conflict):
    """The table of steps has no such step from the state the row is in now."""

    def __init__(self, row: Case | Need | Referral, to: str) -> None:
        super().__init__(
            _("This step is not possible now. The current state is “%(state)s”.") % {"state": row.get_state_display()},
            extra={"state": row.state, "wanted": str(to)},
            title=_("Not possible in this state"),
        )


class StaleState(Conflict):
    """Somebody else changed the row between looking and acting."""

    def __init__(self, case: Case) -> None:
        last = case.events.select_related("person").order_by("-id").first()
        super().__init__(
            _("Somebody else has changed this in the meantime. What you typed is kept below."),
            extra={
                "state": case.state,
                "who": str(Actor(last.person, last.rule)) if last else "",
                "did": str(last.get_verb_display()) if last else "",
                "at": last.at if last else None,
            },
        )
