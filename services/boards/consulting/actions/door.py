"""The only door through which a plan and its actions change state: lock the diagnosis, check the table, compare and
set, write the step.
"""

from datetime import datetime
from typing import Any

from django.db.models import F

from portal.accounts.models import User
from portal.transactions import as_one
from services.boards.consulting.faults import NotNow, PlanClosed
from services.boards.consulting.models import Diagnosis, PlanAction, PlanStep
from services.boards.consulting.states import ACTION_STEPS, DIAGNOSIS_STEPS, ActionState, DiagnosisState


def locked(diagnosis: Diagnosis) -> Diagnosis:
    """As it is now, locked to the end of the transaction."""
    current: Diagnosis = Diagnosis.objects.select_for_update(no_key=True).get(pk=diagnosis.pk)
    return current


def writable(diagnosis: Diagnosis) -> Diagnosis:
    """Locked, and neither closed nor put away.

    :raises PlanClosed: it is.
    """
    current = locked(diagnosis)
    if current.is_closed or current.retired_at:
        raise PlanClosed
    return current


@as_one
def move(
    action: PlanAction, to: ActionState, *, by: User, now: datetime, reason: str = "", **columns: Any
) -> PlanAction:
    """Take one step of the table.

    :raises NotNow: the table has no such step.
    :raises PlanClosed: the plan is closed.
    """
    diagnosis = writable(action.diagnosis)
    current = PlanAction.objects.get(pk=action.pk)
    if to not in ACTION_STEPS[ActionState(current.state)]:
        raise NotNow
    same = PlanAction.objects.filter(pk=current.pk, version=current.version)
    if same.update(state=to, version=F("version") + 1, **columns) != 1:
        raise NotNow
    PlanStep.objects.create(
        diagnosis=diagnosis, action=current, from_state=current.state, to_state=to, by=by, at=now, reason=reason
    )
    return PlanAction.objects.select_related("diagnosis").get(pk=current.pk)


@as_one
def move_plan(
    diagnosis: Diagnosis, to: DiagnosisState, *, by: User, now: datetime, reason: str = "", **columns: Any
) -> Diagnosis:
    """The same for the plan as a whole.

    :raises NotNow: the table has no such step.
    """
    current = locked(diagnosis)
    if to not in DIAGNOSIS_STEPS[DiagnosisState(current.state)]:
        raise NotNow
    Diagnosis.objects.filter(pk=current.pk).update(state=to, version=F("version") + 1, changed_at=now, **columns)
    PlanStep.objects.create(diagnosis=current, from_state=current.state, to_state=to, by=by, at=now, reason=reason)
    current.refresh_from_db()
    return current


def opened(diagnosis: Diagnosis, *, by: User, now: datetime) -> Diagnosis:
    """Locked and ready to be written into; a draft becomes a plan by that.

    :raises PlanClosed: it is closed.
    """
    current = writable(diagnosis)
    if current.state == DiagnosisState.DRAFT:
        current = move_plan(current, DiagnosisState.OPEN, by=by, now=now)
    return current
