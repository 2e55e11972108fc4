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
    detail = _("It was open for 14 days. Sign in and answer from your case, or ask the centre for a new link.")


class AlreadyAnswered(Gone):
    title = _("Thank you, we have your answer")
    detail = _("This was answered already, and the first answer stays. To add something, write to your contact person.")


class NotAsked(Conflict):
    title = _("Not possible in this state")
    detail = _("This follow-up is not waiting for an answer.")


class NotForYou(Forbidden):
    title = _("Somebody else has to ask")
    detail = _("Whoever handled the case, or belongs to the rated institution, neither asks nor answers.")


class OnlyTheLead(Forbidden):
    detail = _("Only a team lead may waive a follow-up.")
