"""Why a step is not taken, and what a person can do instead."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from portal.refusals import Conflict, Forbidden, Gone, Missing
from services.rectification.models import Rectification


class NotNow(Conflict):
    """The table of steps has no such step from the state the row is in now."""

    def __init__(self, row: Rectification) -> None:
        super().__init__(
            _("This step is not possible now. The current state is “%(state)s”.") % {"state": row.get_state_display()},
            extra={"state": row.state},
            title=_("Not possible in this state"),
        )


class TooSoon(Conflict):
    title = _l("Please try at another time")
    detail = _l("The last call is less than two hours ago. Whoever does not answer now may answer at another time.")


class NobodyToAsk(Conflict):
    title = _l("There is nobody to write to")
    detail = _l("The case has neither mail address nor mobile. Please call, or ask at the counter.")


class SomebodyElseCalls(Forbidden):
    title = _l("Somebody else has to call")
    detail = _l("Whoever handled the case, or belongs to the institution, does not call about it.")


class NotTheInstitution(Forbidden):
    detail = _l("Only the people of the institution itself can do this.")


class NotForStaff(Forbidden):
    title = _l("Only the enterprise can say this")
    detail = _l("Nobody of the centre or of the institution answers for it. What it says on the phone is recorded.")


class OnlyTheLead(Forbidden):
    detail = _l("Only a team lead who did not handle the case decides this.")


class Involved(Forbidden):
    title = _l("Somebody else has to decide")
    detail = _l("Whoever had to do with the case, or belongs to one of its sides, does not decide about the appeal.")


class LinkUnknown(Missing):
    title = _l("This link is not complete")
    detail = _l(
        "Please open it again from the mail or message; or sign in and answer from your case; or call the centre."
    )


class LinkClosed(Gone):
    title = _l("This link is closed")
    detail = _l("It was answered, or its time is over. Your case says how it goes on; you can also call the centre.")


class AppealTooLate(Conflict):
    title = _l("The time to appeal is over")
    detail = _l("The time in which this rating could be appealed is over. You can still reply to it.")


class AlreadyAppealed(Conflict):
    title = _l("There is an appeal already")
    detail = _l("Each rating can be appealed once.")


class AlreadyDecided(Conflict):
    detail = _l("This appeal has been decided already.")


class AlreadyReplied(Conflict):
    title = _l("There is a reply already")
    detail = _l("Each rating has one reply. To correct it, write to the centre.")
