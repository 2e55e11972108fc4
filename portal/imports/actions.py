"""A file comes in, is checked, confirmed and written. Whoever does the work may die at any point and begin again."""

import logging
import time
from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.files import actions as files
from portal.files.models import Attachment
from portal.files.names import extension
from portal.imports import checking, headers
from portal.imports.checking import Checked
from portal.imports.kinds import Data, Kind, NotTheirs
from portal.imports.models import ImportRow, ImportRun
from portal.imports.states import CANCELLABLE, STEPS, WRITING, ImportState
from portal.refusals import Conflict
from portal.tables import reading
from portal.transactions import as_one

logger = logging.getLogger(__name__)

AT_ONCE = 500
SECONDS = 60
KEPT = timedelta(days=90)
Outcome = ImportRow.Outcome
PASSING = (OperationalError, SoftTimeLimitExceeded)
"""What the next turn may not meet again."""
NO_LONGER = _("You may no longer bring in lists of this kind here.")
OUR_FAULT = _(
    "Something went wrong on our side, and it has been noted. You may send the file again: what was added already is "
    "not added twice."
)


class NotPossible(Conflict):
    title = _("This import has moved on")
    detail = _("It has been confirmed, discarded or finished meanwhile. Please look at it as it is now.")


@as_one
def receive(kind: Kind, upload: UploadedFile, *, by: User, now: datetime, scope: str = "") -> ImportRun:
    """Keep the file; the worker checks it.

    :raises ValidationError: the file is not taken.
    """
    file = files.store(upload, by=by)
    run = ImportRun.objects.create(
        kind=kind.slug, scope=scope, file=file, by=by, at=now, changed_at=now, state=ImportState.READ
    )
    audit.record(by, "sent for import", run, {"kind": kind.slug})
    return run


@as_one
def confirm(run: ImportRun, *, by: User, now: datetime) -> ImportRun:
    """From now on it may be written.

    :raises NotPossible: it is not, or no longer, waiting for that.
    :raises NotTheirs: whoever sent it may no longer do this.
    """
    row = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    row.meant()
    _move(row, ImportState.CONFIRMED, now=now)
    audit.record(by, "confirmed import", row, {"kind": row.kind, "rows": row.good})
    return row


@as_one
def cancel(run: ImportRun, *, by: User, now: datetime) -> ImportRun:
    """Discard it before anything of it is written.

    :raises NotPossible: it is being written already, or over.
    """
    row = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if row.state not in CANCELLABLE:
        raise NotPossible
    _move(row, ImportState.CANCELLED, now=now)
    audit.record(by, "discarded import", row, {"kind": row.kind})
    return row


def work(now: datetime, *, seconds: float = SECONDS) -> int:
    """Check and write what waits, until the time is up; how many rows were written. Whatever the database could not do
    for one of them waits for the next turn, and the others go on.
    """
    until, written = time.monotonic() + seconds, 0
    for run in ImportRun.objects.waiting().select_related("file", "by"):
        try:
            if run.state == ImportState.READ:
                check(run, now=now)
            while run.state in WRITING and time.monotonic() < until and (batch := write(run, now=timezone.now())):
                written += batch
        except OperationalError:
            logger.exception("Import %s waits for its next turn", run.pk)
    return written


def check(run: ImportRun, *, now: datetime) -> None:
    """Read the file and keep each row with what is wrong about it. The database is not held while the file is read."""
    with translation.override(run.by.language):
        try:
            _keep(run, *_read(run), now=now)
        except reading.Unreadable as error:
            _fail(run, error.messages[0], now=now)
        except headers.NotOurColumns as error:
            _fail(run, str(error.sentence), now=now)
        except NotTheirs:
            _fail(run, str(NO_LONGER), now=now)
        except PASSING:
            raise
        except Exception:
            logger.exception("Import %s could not be checked", run.pk)
            _fail(run, str(OUR_FAULT), now=now)


@as_one
def write(run: ImportRun, *, now: datetime) -> int:
    """The next few hundred rows: what they say, their marks and the counts stand or fall together.

    :return: how many were dealt with; 0 when there is nothing left, or somebody else is at it.
    """
    row = ImportRun.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=run.pk, state__in=WRITING)
    if not (held := row.select_related("by").first()):
        return 0
    if held.state == ImportState.CONFIRMED:
        _move(held, ImportState.RUNNING, now=now)
    rows = list(held.rows.filter(outcome=Outcome.OPEN).order_by("line")[:AT_ONCE])
    with translation.override(held.by.language):
        if rows and (problem := _tried(held, rows, now=now)):
            _move(held, ImportState.FAILED, now=now, problem=problem)
            return 0
    if len(rows) < AT_ONCE:
        _move(held, ImportState.DONE, now=now)
    return len(rows)


@as_one
def forget(now: datetime) -> int:
    """Delete rows and files of imports that are long over; their counts stay."""
    old = list(ImportRun.objects.over_since(now - KEPT).values_list("pk", "file"))
    runs, attachments = [pk for pk, _file in old], [file for _pk, file in old if file]
    ImportRow.objects.filter(run__in=runs).delete()
    ImportRun.objects.filter(pk__in=runs).update(file=None, forgotten_at=now)
    Attachment.objects.filter(pk__in=attachments).delete()
    return len(runs)


def _read(run: ImportRun) -> tuple[list[tuple[int, Data]], list[str]]:
    """The rows by the names of the form, and the headers that mean nothing."""
    assert run.file is not None  # only a run that is over has none
    with run.file.file.open("rb") as file:
        lines = reading.read(file, extension(run.file.display_name))
    if not lines:
        raise headers.NotOurColumns(_("The file is empty."))
    columns = headers.read(lines[0], run.meant().form)
    return [(line.number, columns.data(line)) for line in lines[1:] if not headers.is_example(line)], columns.ignored


@as_one
def _keep(run: ImportRun, rows: Sequence[tuple[int, Data]], ignored: list[str], *, now: datetime) -> None:
    held = ImportRun.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=run.pk, state=ImportState.READ)
    if not (mine := held.first()):
        return
    first: dict[Hashable, int] = {}
    kind, bad = run.meant(), 0
    for part in checking.parts(rows):
        checked = list(checking.check(kind, part, first))
        bad += sum(1 for row in checked if row.problems)
        ImportRow.objects.bulk_create(_row(run, row) for row in checked)
    _move(mine, ImportState.CHECKED, now=now, total=len(rows), bad=bad, ignored=ignored[:60])


def _row(run: ImportRun, checked: Checked) -> ImportRow:
    outcome = Outcome.BAD if checked.problems else Outcome.OPEN
    return ImportRow(run=run, line=checked.line, data=checked.data, problems=checked.problems, outcome=outcome)


def _tried(run: ImportRun, rows: Sequence[ImportRow], *, now: datetime) -> str:
    """What keeps these rows from being written, in words; nothing of them is kept then."""
    try:
        with transaction.atomic():
            _write(run, rows, now=now)
    except PASSING:
        raise
    except NotTheirs:
        return str(NO_LONGER)
    except Exception as error:
        logger.exception("Import %s was stopped at line %s", run.pk, rows[0].line)
        unfit = _("The rows from line %(line)d on do not fit what is on record.") % {"line": rows[0].line}
        return str(unfit if isinstance(error, DatabaseError) else OUR_FAULT)
    return ""


def _write(run: ImportRun, rows: Sequence[ImportRow], *, now: datetime) -> None:
    kind = run.meant()
    _alone(kind)
    by_line = {row.line: row for row in rows}
    checked = list(checking.check(kind, [(row.line, row.data) for row in rows]))
    fit = [row for row in checked if not row.problems]
    there = kind.on_record([row.cleaned for row in fit])
    new = [row for row in fit if there.isdisjoint(kind.keys(row.cleaned))]
    kind.add([row.cleaned for row in new], by=run.by, now=now)
    added = {row.line for row in new}
    for row in checked:
        mark = by_line[row.line]
        mark.outcome = Outcome.BAD if row.problems else Outcome.ADDED if row.line in added else Outcome.KNOWN
        mark.problems, mark.data = row.problems, row.data if row.problems else {}
    ImportRow.objects.bulk_update(rows, ["outcome", "problems", "data"])
    ImportRun.objects.filter(pk=run.pk).update(
        added=F("added") + len(new), known=F("known") + len(fit) - len(new), bad=F("bad") + len(rows) - len(fit)
    )


def _alone(kind: Kind) -> None:
    """Two files with the same thing in them do not add it twice: one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import {kind.slug}"])


def _fail(run: ImportRun, problem: str, *, now: datetime) -> None:
    with transaction.atomic():
        held = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if held.state == ImportState.READ:
            _move(held, ImportState.FAILED, now=now, problem=problem[:500])


def _move(run: ImportRun, to: ImportState, *, now: datetime, **columns: object) -> None:
    """:raises NotPossible: the table knows no such step. The caller holds the row."""
    if to not in STEPS[ImportState(run.state)]:
        raise NotPossible
    for name, value in {"state": to, "changed_at": now, **columns}.items():
        setattr(run, name, value)
    run.save(update_fields=["state", "changed_at", *columns])
