"""The states of a follow-up and the steps between them: a literal table; and what it asks about."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class FollowUpState(TextChoices):
    SCHEDULED = "scheduled", _("Planned")
    DUE = "due", _("Asked, no answer yet")
    ATTEMPTED = "attempted", _("Called, no answer yet")
    COMPLETED = "completed", _("Answered")
    UNREACHABLE = "unreachable", _("Not reachable")
    WAIVED = "waived", _("Waived")


S = FollowUpState

FOLLOW_UP_STEPS: dict[FollowUpState, frozenset[FollowUpState]] = {
    S.SCHEDULED: frozenset({S.DUE, S.WAIVED}),
    S.DUE: frozenset({S.ATTEMPTED, S.COMPLETED, S.UNREACHABLE, S.WAIVED}),
    S.ATTEMPTED: frozenset({S.ATTEMPTED, S.COMPLETED, S.UNREACHABLE, S.WAIVED}),
    S.COMPLETED: frozenset(),
    S.UNREACHABLE: frozenset(),
    S.WAIVED: frozenset(),
}
ASKED = frozenset({S.DUE, S.ATTEMPTED})
TERMINAL = frozenset({S.COMPLETED, S.UNREACHABLE, S.WAIVED})


class Kind(TextChoices):
    """What is asked: how it was (this alone rates the institution), what came of it, what it is worth by now."""

    SATISFACTION = "satisfaction", _("Satisfaction")
    EFFECT = "effect", _("Effect")
    IMPACT = "impact", _("Impact")


class Solved(TextChoices):
    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No, not yet")


class Scale(IntegerChoices):
    """How good one side of a service was, as words rather than stars."""

    VERY_GOOD = 5, _("Very good")
    GOOD = 4, _("Good")
    FAIR = 3, _("Fair")
    POOR = 2, _("Poor")
    VERY_POOR = 1, _("Very poor")
