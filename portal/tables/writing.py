"""Rows given out as CSV or as a workbook, a few at a time; nothing in them is ever run as a formula."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from portal.files.responses import HEADERS
from portal.tables.cells import guard
from portal.tables.workbook import Workbook

CSV, XLSX = "csv", "xlsx"
FORMATS = (CSV, XLSX)
MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of its machine."""
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Rows = Iterable[Iterable[Any]]


def response(name: str, ending: str, header: Iterable[Any], rows: Rows) -> HttpResponseBase:
    """A download that belongs to whoever asked: it is kept nowhere."""
    table = (texts(row) for part in ([header], rows) for row in part)
    if ending == XLSX:
        answer: HttpResponseBase = FileResponse(workbook(table), content_type=XLSX_TYPE)
    else:
        answer = StreamingHttpResponse(lines(table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.{ending}")
    for header_name, value in HEADERS.items():
        answer[header_name] = value
    return answer


def lines(table: Iterable[list[str]]) -> Iterator[str]:
    """A CSV file, line by line."""
    write = csv.writer(_Echo()).writerow
    yield MARK
    for row in table:
        yield write([guard(cell) for cell in row])


def workbook(table: Iterable[list[str]]) -> Any:
    """A workbook of one sheet in a file that is gone when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    with Workbook(file) as book:
        for row in table:
            book.write(row)
    file.seek(0)
    return file


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def texts(row: Iterable[Any]) -> list[str]:
    return ["" if value is None else str(value) for value in row]
