"""The one next step of a rectification, in the words of whoever looks."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.roles import Role
from services.rectification import people
from services.rectification.models import Rectification
from services.rectification.states import RectificationState as S


@dataclass(frozen=True)
class Step:
    """``form`` names what the reader can do now, "" when it is somebody else's turn."""

    words: str
    form: str = ""


def for_reader(row: Rectification, user: User, *, now: datetime) -> Step:
    if user.role == Role.PROVIDER:
        return _provider(row)
    return _staff(row, user, now) if user.works_here else _enterprise(row)


def _provider(row: Rectification) -> Step:
    if row.state == S.CALLED_BACK:
        return Step(_("Please put it right, and say what was the cause, what you did and when."), "reply")
    words = {
        S.REPLIED: _("Thank you. The centre asks the enterprise whether it is put right."),
        S.RE_ASKED: _("The enterprise has been asked whether it is put right."),
        S.UNSETTLED: _("The enterprise is still not satisfied; a lead of the centre decides how it goes on."),
        S.APPEALED: _("Your appeal is being decided; until then nothing is to be done here."),
    }
    return Step(words.get(S(row.state), _("This is settled.")))


def _enterprise(row: Rectification) -> Step:
    if row.state in {S.REPLIED, S.RE_ASKED}:
        return Step(_("The institution has replied. Is it put right?"), "answer")
    words = {
        S.OPENED: _(
            "We are sorry. A colleague who had nothing to do with the matter calls you within one working day."
        ),
        S.CALLED_BACK: _("The institution puts it right; we check its reply with you."),
        S.UNSETTLED: _("Our team lead decides how it goes on and tells you."),
        S.APPEALED: _("The institution sees it otherwise; somebody uninvolved decides and tells you."),
    }
    return Step(words.get(S(row.state), _("This is settled.")))


def _staff(row: Rectification, user: User, now: datetime) -> Step:
    words, form, permission = {
        S.OPENED: (
            _("Call the enterprise back: what happened, and what is to be put right?"),
            "call",
            "followup.record",
        ),
        S.CALLED_BACK: (_("The institution puts it right and replies."), "", ""),
        S.REPLIED: (_("Ask the enterprise whether it is put right."), "check", "followup.record"),
        S.RE_ASKED: (
            _("The enterprise has a link to answer; if it says so on the phone, record it."),
            "check",
            "followup.record",
        ),
        S.UNSETTLED: (
            _("The enterprise is still not satisfied: a lead decides, with a reason."),
            "decide",
            "triage.lead",
        ),
        S.APPEALED: (_("An appeals officer decides; until then everything rests."), "", ""),
    }.get(S(row.state), (_("This is settled."), "", ""))
    if row.state == S.CALLED_BACK and row.is_late(now):
        words, form, permission = (
            _("The institution is late. A lead may end it with a reason."),
            "decide",
            "triage.lead",
        )
    if not form or not user.has_perm(permission):
        return Step(words)
    if people.handled(row, user):
        return Step(words + " " + _("You handled this case, so a colleague does it: nobody asks about their own work."))
    return Step(words, form)
