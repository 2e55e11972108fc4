"""The states of an import and the steps between them: a literal table."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(TextChoices):
    READ = "read", _("Being checked")
    CHECKED = "checked", _("Checked, waits for you")
    CONFIRMED = "confirmed", _("About to begin")
    RUNNING = "running", _("Being written")
    DONE = "done", pgettext_lazy("import", "Done")
    FAILED = "failed", _("Could not be done")
    CANCELLED = "cancelled", pgettext_lazy("import", "Discarded")


S = ImportState

STEPS: dict[ImportState, frozenset[ImportState]] = {
    S.READ: frozenset({S.CHECKED, S.FAILED, S.CANCELLED}),
    S.CHECKED: frozenset({S.CONFIRMED, S.CANCELLED}),
    S.CONFIRMED: frozenset({S.RUNNING, S.CANCELLED}),
    S.RUNNING: frozenset({S.DONE, S.FAILED}),
    S.DONE: frozenset(),
    S.FAILED: frozenset(),
    S.CANCELLED: frozenset(),
}
WRITING = frozenset({S.CONFIRMED, S.RUNNING})
WORKING = WRITING | {S.READ}
"""The worker's turn."""
CANCELLABLE = frozenset(state for state, to in STEPS.items() if S.CANCELLED in to)
OVER = frozenset({S.DONE, S.FAILED, S.CANCELLED})
