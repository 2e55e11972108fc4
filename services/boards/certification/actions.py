"""A step of a roadmap is changed; a certificate that was delivered is made or renewed on the register."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.files import actions as files
from portal.transactions import as_one
from services.boards.actions import StaleEntry
from services.boards.certification.models import Certificate, Step
from services.cases.models import Referral, Result
from services.catalogue.models import ConflictRole

SCHEMES: dict[str, str] = json.loads((Path(__file__).parent / "data" / "schemes.json").read_text(encoding="utf-8"))
"""The scheme by the code of the service."""


@as_one
def change_step(
    step: Step,
    columns: dict[str, Any],
    *,
    version: int,
    by: User,
    now: datetime,
    paper: UploadedFile | None = None,
) -> Step:
    """:raises StaleEntry: ``version`` is no longer the current one."""
    if paper:
        columns = {**columns, "paper": files.store(paper, by=by)}
    same = Step.objects.filter(pk=step.pk, version=version)
    if not same.update(**columns, version=F("version") + 1, changed_at=now):
        raise StaleEntry
    audit.record(by, "changed", step, {"fields": sorted(columns), "state": columns["state"]})
    step.refresh_from_db()
    return step


def keep_certificate(referral: Referral, results: Sequence[Result], *, now: datetime) -> int:
    """Each certificate of a body that certifies stands on the register: as it was, renewed, or as a new row. What a
    result does not say, its last day, is left for the enterprise to enter. Several of one delivery are several rows.
    """
    if referral.need.item.conflict_role != ConflictRole.CERTIFY or referral.case.enterprise is None:
        return 0
    certificates = [one for one in results if one.kind == Result.Kind.CERTIFICATE and one.number]
    numbers = {one.number for one in certificates}
    for result in sorted(certificates, key=lambda one: (one.issued_on, one.pk)):
        _keep(referral, result, referral.case.enterprise, beside=numbers, now=now)
    return len(certificates)


def _keep(
    referral: Referral, result: Result, enterprise: Enterprise, *, beside: Collection[str], now: datetime
) -> None:
    """:param beside: the numbers of its delivery: none of them is renewed by another."""
    scheme = SCHEMES.get(referral.need.item_id, Certificate.Scheme.OTHER)
    body = referral.institution.name_zh
    own = Certificate.objects.kept().filter(enterprise=enterprise).select_for_update()
    fresh = {"issued_on": result.issued_on, "valid_to": None, "surveillance_on": None, "last_surveillance_on": None}
    there = own.filter(number=result.number).first()
    if there is None and scheme != Certificate.Scheme.OTHER:
        like = own.filter(scheme=scheme, body=body).exclude(number__in=beside)[:2]
        there = like[0] if len(like) == 1 else None  # of two sites nobody can tell which one it renews
    if there is None:
        given = {"scheme": scheme, "number": result.number, "body": body, **fresh}
        Certificate.objects.create(enterprise=enterprise, created_at=now, changed_at=now, **given)
    elif there.issued_on is None or there.issued_on < result.issued_on:
        changes = {**fresh, "number": result.number, "state": Certificate.State.VALID}
        Certificate.objects.filter(pk=there.pk).update(**changes, version=F("version") + 1, changed_at=now)
