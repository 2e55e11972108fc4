"""Why a step of a plan is not taken, and what a person can do instead."""

from django.utils.translation import gettext_lazy as _

from portal.refusals import Conflict, Forbidden


class NotNow(Conflict):
    title = _("That is not the next step")
    detail = _("The action or the plan has moved on since you opened the page. Please look at it as it is now.")


class PlanClosed(Conflict):
    title = _("The plan is closed")
    detail = _("Nothing is changed in a closed plan. The desk can open it again, with a reason.")


class NotSettled(Conflict):
    title = _("The plan cannot be closed yet")
    detail = _("Every action must have been checked at a re-check or dropped with a reason, and there must be one.")


class OthersCheck(Forbidden):
    title = _("Somebody else checks")
    detail = _("What is done is checked by the desk or a named expert, and never by the person who said it was done.")


class OnlyTheDesk(Forbidden):
    title = _("The desk does this")
    detail = _("Please ask your service specialist.")


class CoachMayNotJudge(Conflict):
    title = _("Whoever coached may not judge")
    detail = _(
        "This expert, or somebody of the same institution or group, has coached or advised the applicant within two "
        "years, or is on this application in the other part. Nobody can set this aside; please choose another expert."
    )
