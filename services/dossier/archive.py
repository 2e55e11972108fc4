"""Everything of a dossier as one zip for machines: each table as CSV and as JSON, what is due, the services, and the
papers. ``index.json`` says what each file holds and where its keys lead, ``papers.json`` what became of each paper.
"""

import io
import json
import logging
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.files.models import Attachment
from portal.tables import writing
from services.boards import exports
from services.boards.board import dated
from services.boards.dated import coming
from services.cases.models import Case, CaseDocument
from services.dossier import content, sheets
from services.dossier.sheets import Sheet

logger = logging.getLogger(__name__)

MOST_BYTES = 500 * 1024 * 1024
MOST_DUE = 1000
CHUNK = 256 * 1024
NO_ROOM = _("The papers together are larger than one archive may be.")
NOT_FOUND = _("The file could not be found where it is kept; please tell the centre.")
ABOUT = [
    *("name", "uscc", "other_identifier", "address", "employees", "revenue_10k_cny", "assets_10k_cny"),
    *("size_class", "region_id", "industry_id"),
]


def write(enterprise: Enterprise, user: User, *, now: datetime) -> Any:
    """A temporary file with the zip in it; it is gone when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        about = {name: getattr(enterprise, name) for name in ABOUT}
        _json(archive, "enterprise.json", {"made_at": now.isoformat(), **about})
        tables = sheets.of(enterprise, user)
        _json(archive, "index.json", sheets.index(tables))
        for sheet in tables:
            _csv(archive, f"{sheet.path}.csv", sheet.header, map(sheet.line, exports.walked(sheet.rows)))
            _listed(archive, f"{sheet.path}.json", map(sheet.record, exports.walked(sheet.rows)))
        _json(archive, "due.json", list(_due(enterprise, now)))
        _json(archive, "cases.json", list(_cases(enterprise, user)))
        _json(archive, "services.json", list(_services(enterprise, user)))
        _json(archive, "papers.json", list(_papers(archive, _attachments(enterprise, user, tables))))
    file.seek(0)
    return file


def _cases(enterprise: Enterprise, user: User) -> Iterator[dict[str, Any]]:
    columns = ("id", "number", "state", "text", "product", "submitted_at", "closed_at")
    yield from Case.objects.visible_to(user).filter(enterprise=enterprise).order_by("pk").values(*columns)


def _due(enterprise: Enterprise, now: datetime) -> Iterator[dict[str, Any]]:
    until = localdate(now) + content.SOON
    for one in coming(dated(), enterprise, until, most=MOST_DUE):
        yield {"on": one.on, "what": str(one.title), "of": one.words, "path": one.path}


def _services(enterprise: Enterprise, user: User) -> Iterator[dict[str, Any]]:
    for row in content.services(enterprise, user):
        yield {
            "case": row.case.number,
            "item": row.need.item_id,
            "item_name": row.need.item.name_zh,
            "institution": row.institution.name_zh,
            "confirmed_at": row.confirmed_at,
            "results": [
                {"kind": one.kind, "number": one.number, "issued_on": one.issued_on} for one in row.results.all()
            ],
        }


def _attachments(enterprise: Enterprise, user: User, tables: Sequence[Sheet]) -> Iterator[tuple[str, Attachment]]:
    """The papers of the boards and those of the cases, each with the folder it goes to."""
    yield from sheets.attachments(tables)
    papers = CaseDocument.objects.visible_to(user).filter(case__enterprise=enterprise)
    for paper in papers.select_related("attachment", "case").order_by("pk"):
        yield f"cases/{paper.case.number}", paper.attachment


def _papers(archive: zipfile.ZipFile, found: Iterable[tuple[str, Attachment]]) -> Iterator[dict[str, Any]]:
    """Write the files, as many as fit; what became of each."""
    left = MOST_BYTES
    for folder, paper in found:
        path = f"papers/{folder}/{paper.pk}-{paper.display_name}"
        why = _left_out(archive, path, paper) if paper.size <= left else str(NO_ROOM)
        left -= 0 if why else paper.size
        yield {
            "path": None if why else path,
            "left_out": why,
            "name": paper.display_name,
            "sha256": paper.sha256,
            "bytes": paper.size,
        }


def _left_out(archive: zipfile.ZipFile, path: str, paper: Attachment) -> str:
    """Write one file; why it is not there, if it is not."""
    try:
        with paper.file.open("rb") as source, archive.open(path, "w") as target:
            while part := source.read(CHUNK):
                target.write(part)
    except FileNotFoundError:
        logger.error("Attachment %s: its file is missing", paper.pk)
        return str(NOT_FOUND)
    return ""


def _json(archive: zipfile.ZipFile, name: str, what: Any) -> None:
    archive.writestr(name, json.dumps(what, ensure_ascii=False, indent=1, default=str))


def _listed(archive: zipfile.ZipFile, name: str, records: Iterable[dict[str, Any]]) -> None:
    """A list of objects, written one by one."""
    with archive.open(name, "w") as raw, io.TextIOWrapper(raw, "utf-8") as text:
        text.write("[")
        for number, record in enumerate(records):
            text.write(",\n" if number else "\n")
            text.write(json.dumps(record, ensure_ascii=False, default=str))
        text.write("\n]")


def _csv(archive: zipfile.ZipFile, name: str, header: Sequence[str], rows: Iterable[list[Any]]) -> None:
    with archive.open(name, "w") as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        text.writelines(writing.lines(map(writing.texts, chain([header], rows))))
