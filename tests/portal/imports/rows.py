"""Lists to import, and the way of one through its states."""

import csv
import io
from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.accounts.models import User
from portal.imports import actions, kinds
from portal.imports.models import ImportRun
from tests.factories import NOW

HEADER = ["名称（中文）", "所在地区", "电话", "电子邮箱"]


def upload(rows: Sequence[Sequence[str]], *, encoding: str = "utf-8-sig", name: str = "清单.csv") -> SimpleUploadedFile:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return SimpleUploadedFile(name, out.getvalue().encode(encoding))


def make_checked(by: User, rows: Sequence[Sequence[str]], *, kind: str = "institutions") -> ImportRun:
    """Received and checked by the worker."""
    run = actions.receive(kinds.registered()[kind], upload(rows), by=by, now=NOW)
    actions.check(run, now=NOW)
    run.refresh_from_db()
    return run


def make_done(by: User, rows: Sequence[Sequence[str]], *, kind: str = "institutions") -> ImportRun:
    """Confirmed and written."""
    run = actions.confirm(make_checked(by, rows, kind=kind), by=by, now=NOW)
    while actions.write(run, now=NOW):
        pass
    run.refresh_from_db()
    return run
