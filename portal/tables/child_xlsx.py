"""The child that reads the first sheet of a workbook."""

import io
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl

from portal.legible import ILLEGIBLE
from portal.tables import archive, child


def lines() -> Iterator[child.Line]:
    content = io.BytesIO(sys.stdin.buffer.read())
    try:
        archive.look(content)
    except archive.Bomb:
        raise child.Refused("bomb") from None
    book = openpyxl.load_workbook(content, read_only=True, data_only=True, keep_links=False)
    sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    sheet.reset_dimensions()  # what the file says of its own size is not believed
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield number, [_text(value) for value in row]


def _text(value: Any) -> str:
    """As a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return ILLEGIBLE.sub("", str(value)).strip(" ")


if __name__ == "__main__":
    child.main(lines)
