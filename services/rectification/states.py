"""The states of a rectification and of an appeal, and the steps between them: literal tables."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RectificationState(TextChoices):
    OPENED = "opened", _("To be called back")
    CALLED_BACK = "called_back", _("With the institution")
    REPLIED = "replied", _("To be verified")
    RE_ASKED = "re_asked", _("Enterprise asked again")
    UNSETTLED = "unsettled", _("The lead decides")
    APPEALED = "appealed", _("Under appeal")
    CLOSED = "closed", _("Rectification closed")
    UPHELD = "upheld", _("Appeal upheld")


S = RectificationState

RECTIFICATION_STEPS: dict[RectificationState, frozenset[RectificationState]] = {
    S.OPENED: frozenset({S.CALLED_BACK, S.CLOSED, S.APPEALED}),
    S.CALLED_BACK: frozenset({S.REPLIED, S.CLOSED, S.APPEALED}),
    S.REPLIED: frozenset({S.RE_ASKED, S.APPEALED}),
    S.RE_ASKED: frozenset({S.REPLIED, S.CALLED_BACK, S.UNSETTLED, S.CLOSED, S.APPEALED}),
    S.UNSETTLED: frozenset({S.CALLED_BACK, S.CLOSED, S.APPEALED}),
    S.APPEALED: frozenset({S.OPENED, S.CALLED_BACK, S.REPLIED, S.RE_ASKED, S.UNSETTLED, S.UPHELD}),
    S.CLOSED: frozenset({S.OPENED}),  # the enterprise answers anew, and is not satisfied again
    S.UPHELD: frozenset(),
}
OVER = frozenset({S.CLOSED, S.UPHELD})
APPEALABLE = frozenset(S) - OVER - {S.APPEALED}
"""An appeal may be lodged here; dismissed, it comes back to where it stood."""

CLOCKS: dict[RectificationState, str] = {
    S.OPENED: "call_back",
    S.CALLED_BACK: "rectification",
    S.REPLIED: "call_back",
    S.RE_ASKED: "call_back",
    S.UNSETTLED: "call_back",
    S.APPEALED: "appeal",
}
"""The one clock that is open in each state; it stands still while the enterprise is asked again."""

WORDS_ENTERPRISE = {
    S.OPENED: _("We will call you"),
    S.CALLED_BACK: _("The institution puts it right"),
    S.REPLIED: _("We will ask you whether it is put right"),
    S.RE_ASKED: _("Please tell us whether it is put right"),
    S.UNSETTLED: _("Our team lead takes care of it"),
    S.APPEALED: _("Being reviewed"),
    S.CLOSED: _("Settled"),
    S.UPHELD: _("Reviewed and closed"),
}
WORDS_PROVIDER = {
    S.CALLED_BACK: _("Please put it right and reply"),
    S.REPLIED: _("Your reply is with the centre"),
    S.RE_ASKED: _("The enterprise is asked again"),
    S.UNSETTLED: _("The centre decides"),
    S.APPEALED: _("Your appeal is being reviewed"),
    S.CLOSED: _("Closed"),
    S.UPHELD: _("Appeal upheld"),
}


class Outcome(TextChoices):
    """How a rectification was closed."""

    SATISFIED = "satisfied", _("The enterprise is satisfied")
    MISUNDERSTANDING = "misunderstanding", _("A misunderstanding, withdrawn by the enterprise")
    REOPENED = "reopened", _("The need was taken up again")
    DECIDED = "decided", _("Decided by the lead")
    JOINED = "joined", _("Taken care of together with the one under way")


class CallOutcome(TextChoices):
    """How a call to the enterprise went."""

    CONFIRMED = "confirmed", _("Reached: it is as the enterprise said")
    MISUNDERSTANDING = "misunderstanding", _("Reached: a misunderstanding, the enterprise takes it back")
    NOT_REACHED = "not_reached", _("Not reached")
    ANSWERED = "answered", _("Reached, answered")


class Verdict(TextChoices):
    """What the enterprise says about what the institution did."""

    SATISFIED = "satisfied", _("Yes, it is put right")
    AGAIN = "again", _("No, the institution should try again")
    REOPEN = "reopen", _("No, please take the matter up again")
    UNREACHABLE = "unreachable", _("Not reachable")


SAID = [(one.value, one.label) for one in (Verdict.SATISFIED, Verdict.AGAIN, Verdict.REOPEN)]


class AppealState(TextChoices):
    LODGED = "lodged", _("Appeal lodged")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")
