"""The states of a diagnosis, of the actions of its plan and of a supply-chain project: literal tables."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DiagnosisState(TextChoices):
    DRAFT = "draft", pgettext_lazy("diagnosis", "Draft")
    OPEN = "open", _("Being improved")
    CLOSED = "closed", pgettext_lazy("diagnosis", "Closed")


DIAGNOSIS_STEPS: dict[DiagnosisState, frozenset[DiagnosisState]] = {
    DiagnosisState.DRAFT: frozenset({DiagnosisState.OPEN}),
    DiagnosisState.OPEN: frozenset({DiagnosisState.CLOSED}),
    DiagnosisState.CLOSED: frozenset({DiagnosisState.OPEN}),
}
"""A draft opens with its first finding or action; a closed plan is opened again with a reason."""


class ActionState(TextChoices):
    OPEN = "open", pgettext_lazy("action", "To be done")
    DONE = "done", pgettext_lazy("action", "Done, not checked yet")
    CHECKED = "checked", pgettext_lazy("action", "Done and checked")
    DROPPED = "dropped", pgettext_lazy("action", "Dropped")


ACTION_STEPS: dict[ActionState, frozenset[ActionState]] = {
    ActionState.OPEN: frozenset({ActionState.DONE, ActionState.DROPPED}),
    ActionState.DONE: frozenset({ActionState.CHECKED, ActionState.OPEN, ActionState.DROPPED}),
    ActionState.CHECKED: frozenset(),
    ActionState.DROPPED: frozenset(),
}
"""Back from done to open leads only the re-check that did not find it done."""
SETTLED = frozenset({ActionState.CHECKED, ActionState.DROPPED})


class Evidence(TextChoices):
    """How sure a realised benefit is."""

    REPORTED = "reported", _("Self-reported")
    SUPPORTED = "supported", _("Supported by documents")
    CHECKED = "checked", pgettext_lazy("evidence", "Checked")


class ProjectState(TextChoices):
    ISSUE = "issue", _("Issue, no project yet")
    PLANNED = "planned", pgettext_lazy("project", "Planned")
    UNDER_WAY = "under_way", pgettext_lazy("project", "Under way")
    FINISHED = "finished", pgettext_lazy("project", "Finished")
    STOPPED = "stopped", pgettext_lazy("project", "Stopped")


P = ProjectState

PROJECT_STEPS: dict[ProjectState, frozenset[ProjectState]] = {
    P.ISSUE: frozenset({P.PLANNED, P.UNDER_WAY, P.STOPPED}),
    P.PLANNED: frozenset({P.UNDER_WAY, P.STOPPED}),
    P.UNDER_WAY: frozenset({P.FINISHED, P.STOPPED}),
    P.FINISHED: frozenset({P.UNDER_WAY}),
    P.STOPPED: frozenset({P.PLANNED, P.UNDER_WAY}),
}
PROJECTS_OPEN = frozenset({P.ISSUE, P.PLANNED, P.UNDER_WAY})


class AwardState(TextChoices):
    PREPARING = "preparing", pgettext_lazy("award", "Being prepared")
    SUBMITTED = "submitted", pgettext_lazy("award", "Submitted")
    WON = "won", pgettext_lazy("award", "Awarded")
    NOT_WON = "not_won", pgettext_lazy("award", "Not awarded")
    GIVEN_UP = "given_up", pgettext_lazy("award", "Given up")


W = AwardState

AWARD_STEPS: dict[AwardState, frozenset[AwardState]] = {
    W.PREPARING: frozenset({W.SUBMITTED, W.GIVEN_UP}),
    W.SUBMITTED: frozenset({W.WON, W.NOT_WON, W.GIVEN_UP}),
    W.WON: frozenset(),
    W.NOT_WON: frozenset(),
    W.GIVEN_UP: frozenset({W.PREPARING}),
}
