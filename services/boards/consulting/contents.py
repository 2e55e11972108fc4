"""What stands in a plan, for its page, its print, its file and programs: the same statements for any number of rows."""

from datetime import date
from typing import Any

from django.db.models import Prefetch

from services.boards.consulting import totals
from services.boards.consulting.models import Diagnosis, FindingPhoto, Stage


def of(diagnosis: Diagnosis, *, today: date) -> dict[str, Any]:
    """``stages`` with their findings, each with what is ``planned`` against it; ``actions`` with what they brought in,
    those ``apart`` from any finding; ``rechecks``, the latest first; ``totals``.
    """
    actions = list(diagnosis.actions.select_related("recheck").prefetch_related("benefits").order_by("due_on", "pk"))
    photos = FindingPhoto.objects.select_related("attachment").order_by("pk")
    findings = list(diagnosis.findings.prefetch_related(Prefetch("photos", photos)).order_by("pk"))
    for one in findings:
        one.planned = [action for action in actions if action.finding_id == one.pk]  # type: ignore[attr-defined]
    stages = [(stage, [one for one in findings if one.stage == stage]) for stage in Stage]
    return {
        "diagnosis": diagnosis,
        "stages": [(stage, found) for stage, found in stages if found],
        "actions": actions,
        "apart": [action for action in actions if action.finding_id is None],
        "rechecks": list(diagnosis.rechecks.select_related("by").order_by("-visited_on", "-pk")),
        "totals": totals.of(actions, late=sum(action.is_late(today) for action in actions)),
    }
