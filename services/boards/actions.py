"""What is done to the entries of a register: added, changed, put away and taken out again."""

from datetime import datetime
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.files import actions as files
from portal.refusals import Conflict
from portal.transactions import as_one
from services.boards.models import Entry

E = TypeVar("E", bound=Entry)


class StaleEntry(Conflict):
    title = _("Somebody else has changed this")
    detail = _("The row has changed since you opened it. Please look at it as it is now, and change it again.")


@as_one
def add(
    model: type[E],
    enterprise: Enterprise,
    columns: dict[str, Any],
    *,
    by: User,
    now: datetime,
    paper: UploadedFile | None = None,
) -> E:
    """Enter one row. What its staff entered for an enterprise is on the audit trail."""
    kept = files.store(paper, by=by) if paper else None
    row: E = model._base_manager.create(enterprise=enterprise, created_at=now, changed_at=now, paper=kept, **columns)
    model.derive([row.pk], now=now)
    audit.record(by, "entered", row, {"enterprise": enterprise.pk})
    return row


@as_one
def change(
    row: E, columns: dict[str, Any], *, version: int, by: User, now: datetime, paper: UploadedFile | None = None
) -> E:
    """Change some columns; another paper takes the place of the one before, which the history keeps.

    :raises StaleEntry: ``version`` is no longer the current one.
    """
    if paper:
        columns = {**columns, "paper": files.store(paper, by=by)}
    _set(row, columns, version=version, now=now)
    audit.record(by, "changed", row, {"fields": sorted(columns)})
    return row


@as_one
def retire(row: E, why: str, *, version: int, by: User, now: datetime) -> E:
    """Put it away: lists, reminders and the dossier leave it out, the history stays.

    :raises StaleEntry: ``version`` is no longer the current one.
    """
    _set(row, {"retired_at": now, "retired_why": why}, version=version, now=now)
    audit.record(by, "put away", row)
    return row


@as_one
def restore(row: E, *, version: int, by: User, now: datetime) -> E:
    """Take it out again.

    :raises StaleEntry: ``version`` is no longer the current one.
    """
    _set(row, {"retired_at": None, "retired_why": ""}, version=version, now=now)
    audit.record(by, "taken out again", row)
    return row


def _set(row: Entry, columns: dict[str, Any], *, version: int, now: datetime) -> None:
    same = type(row)._default_manager.filter(pk=row.pk, version=version)
    if not same.update(**columns, version=F("version") + 1, changed_at=now):
        raise StaleEntry
    type(row).derive([row.pk], now=now)
    row.refresh_from_db()
