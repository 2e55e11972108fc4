"""What is found, what is to be done about it, and what it brings in."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.files import actions as files
from portal.transactions import as_one
from services.boards.actions import StaleEntry
from services.boards.consulting import people
from services.boards.consulting.actions import door
from services.boards.consulting.faults import NotNow, OthersCheck
from services.boards.consulting.models import Diagnosis, Finding, FindingPhoto, PlanAction, RealisedBenefit
from services.boards.consulting.states import ActionState, Evidence


@as_one
def add_finding(
    diagnosis: Diagnosis, columns: dict[str, Any], *, by: User, now: datetime, photos: Iterable[UploadedFile] = ()
) -> Finding:
    """Write down one finding, with its photos.

    :raises PlanClosed: the plan is closed.
    """
    current = door.opened(diagnosis, by=by, now=now)
    finding = Finding.objects.create(diagnosis=current, entered_by=by, entered_at=now, **columns)
    _attach(finding, photos, by=by)
    audit.record(by, "entered", finding, {"enterprise": current.enterprise_id})
    return finding


@as_one
def change_finding(
    finding: Finding, columns: dict[str, Any], *, version: int, by: User, photos: Iterable[UploadedFile] = ()
) -> None:
    """Correct its words; further photos are added.

    :raises StaleEntry: ``version`` is no longer the current one.
    """
    door.writable(finding.diagnosis)
    same = Finding.objects.filter(pk=finding.pk, version=version)
    if not same.update(version=F("version") + 1, **columns):
        raise StaleEntry
    _attach(finding, photos, by=by)
    audit.record(by, "changed", finding, {"fields": sorted(columns)})


def _attach(finding: Finding, photos: Iterable[UploadedFile], *, by: User) -> None:
    for photo in photos:
        FindingPhoto.objects.create(finding=finding, attachment=files.store(photo, by=by))


@as_one
def add_action(diagnosis: Diagnosis, columns: dict[str, Any], *, by: User, now: datetime) -> PlanAction:
    """Enter one action.

    :raises PlanClosed: the plan is closed.
    """
    current = door.opened(diagnosis, by=by, now=now)
    action = PlanAction.objects.create(diagnosis=current, entered_by=by, entered_at=now, **columns)
    audit.record(by, "entered", action, {"enterprise": current.enterprise_id})
    return action


@as_one
def change_action(action: PlanAction, columns: dict[str, Any], *, version: int, by: User) -> None:
    """Change what is planned, as long as it is not done.

    :raises NotNow: it is done, checked or dropped.
    :raises StaleEntry: ``version`` is no longer the current one.
    """
    door.writable(action.diagnosis)
    current = PlanAction.objects.get(pk=action.pk)
    if current.state != ActionState.OPEN:
        raise NotNow
    if not PlanAction.objects.filter(pk=action.pk, version=version).update(version=F("version") + 1, **columns):
        raise StaleEntry
    audit.record(by, "changed", action, {"fields": sorted(columns)})


@as_one
def report_benefit(
    action: PlanAction,
    *,
    year: int,
    amount_cny: Decimal,
    basis: str,
    by: User,
    now: datetime,
    paper: UploadedFile | None = None,
) -> RealisedBenefit:
    """What it brought in in a year; said again, it takes the place of what was said before and is to be checked anew.

    :raises NotNow: the action is not done yet, or was dropped.
    """
    door.locked(action.diagnosis)
    if PlanAction.objects.get(pk=action.pk).state not in {ActionState.DONE, ActionState.CHECKED}:
        raise NotNow
    kept = files.store(paper, by=by) if paper else None
    level = Evidence.SUPPORTED if kept else Evidence.REPORTED
    said = {"amount_cny": amount_cny, "basis": basis, "paper": kept, "level": level, "entered_by": by}
    benefit, _made = RealisedBenefit.objects.update_or_create(
        action=action, year=year, defaults={**said, "entered_at": now, "checked_by": None, "checked_at": None}
    )
    audit.record(by, "entered", benefit, {"level": level})
    return benefit


@as_one
def check_benefit(benefit: RealisedBenefit, *, by: User, now: datetime) -> None:
    """Somebody else has looked at the figures and their basis.

    :raises OthersCheck: the enterprise itself, or whoever entered it.
    """
    diagnosis = door.locked(benefit.action.diagnosis)
    people.check_may_check(by, diagnosis)
    current = RealisedBenefit.objects.get(pk=benefit.pk)
    if current.entered_by_id == by.pk:
        raise OthersCheck
    columns = {"level": Evidence.CHECKED, "checked_by": by, "checked_at": now}
    RealisedBenefit.objects.filter(pk=benefit.pk).update(**columns)
    audit.record(by, "checked", benefit)
