"""The states of a follow-up and the steps between them: a literal table."""

from django.db.models import TextChoices
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
