"""From the open action to the closed plan: done, looked at again, dropped, closed, opened again."""

from collections.abc import Mapping
from datetime import date, datetime

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.transactions import as_one
from services.boards.consulting import people
from services.boards.consulting.actions import door
from services.boards.consulting.faults import NotSettled, OthersCheck
from services.boards.consulting.models import Diagnosis, PlanAction, Recheck
from services.boards.consulting.states import ActionState, DiagnosisState


@as_one
def done(action: PlanAction, *, by: User, now: datetime, note: str = "") -> PlanAction:
    """Say that it is done; somebody else will look.

    :raises NotNow: it is not open.
    """
    return door.move(action, ActionState.DONE, by=by, now=now, reason=note, done_by=by, done_at=now)


@as_one
def drop(action: PlanAction, reason: str, *, by: User, now: datetime) -> PlanAction:
    """It will not be done, for a reason.

    :raises NotNow: it is settled already.
    """
    return door.move(action, ActionState.DROPPED, by=by, now=now, reason=reason, dropped_why=reason)


@as_one
def recheck(
    diagnosis: Diagnosis,
    *,
    visited_on: date,
    summary: str,
    found: Mapping[PlanAction, bool],
    by: User,
    now: datetime,
) -> Recheck:
    """A visit that looked at what is said to be done.

    :param found: whether each action that was looked at was found done; where it was not, it is open again.
    :raises OthersCheck: the person may not check, or said themselves that one of them is done.
    :raises NotNow: one of them is not waiting to be checked.
    """
    current = door.writable(diagnosis)
    people.check_may_check(by, current)
    if any(action.done_by_id == by.pk for action in found):
        raise OthersCheck
    visit = Recheck.objects.create(diagnosis=current, visited_on=visited_on, summary=summary, by=by, at=now)
    for action, is_done in found.items():
        if is_done:
            door.move(action, ActionState.CHECKED, by=by, now=now, checked_by=by, recheck=visit)
        else:
            door.move(action, ActionState.OPEN, by=by, now=now, reason=summary[:300])
    Diagnosis.objects.filter(pk=current.pk, recheck_on__lte=visited_on).update(recheck_on=None)
    audit.record(by, "re-checked", current, {"actions": len(found)})
    return visit


@as_one
def close(diagnosis: Diagnosis, *, by: User, now: datetime) -> Diagnosis:
    """:raises NotSettled: an action is neither checked nor dropped, or there is none."""
    current = door.locked(diagnosis)
    actions = PlanAction.objects.filter(diagnosis=current)
    if not actions.exists() or actions.unsettled().exists():
        raise NotSettled
    audit.record(by, "closed", current)
    return door.move_plan(current, DiagnosisState.CLOSED, by=by, now=now, closed_at=now)


@as_one
def reopen(diagnosis: Diagnosis, reason: str, *, by: User, now: datetime) -> Diagnosis:
    """:raises OnlyTheDesk: somebody else asks for it."""
    people.check_desk(by)
    audit.record(by, "opened again", diagnosis)
    return door.move_plan(diagnosis, DiagnosisState.OPEN, by=by, now=now, reason=reason, closed_at=None)
