"""Why an answer is not taken, and what a person can do instead."""

from django.utils.translation import gettext_lazy as _

from portal.refusals import Conflict, Forbidden, Gone, Missing


class LinkUnknown(Missing):
    title = _("This link is not complete")
    detail = _(
        "Please open it again from the mail or message; or sign in and answer from your case; or call the centre."
    )


class LinkClosed(Gone):
    title = _("This link is closed")
    detail = _(
        "A link is open for 14 days, and an answer can be changed for 7. To say more, sign in and write to your "
        "contact person, or call the centre."
    )


class AlreadyAnswered(Conflict):
    title = _("Thank you, we have your answer")
    detail = _(
        "This was answered in the meantime. Open the link again to see the answer; for 7 days it can be changed."
    )


class NotAsked(Conflict):
    title = _("Not possible in this state")
    detail = _("This follow-up is not waiting for an answer.")


class NotForYou(Forbidden):
    title = _("Somebody else has to ask")
    detail = _("Whoever handled the case, or belongs to the rated institution, neither asks nor answers.")


class TooSoon(Conflict):
    title = _("Please try at another time of the day")
    detail = _(
        "Somebody has tried this morning or this afternoon already. Tries count when they are made at different times: "
        "call again in the next half of a working day."
    )


class OnlyTheLead(Forbidden):
    detail = _("Only a team lead may waive a follow-up.")
