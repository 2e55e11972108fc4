"""Runs alone, with little memory and little time: reads a table from stdin, writes its lines to stdout as JSON.

Nothing of the portal is set up here: whatever the file does to its reader, it does it to this process.
"""

import csv
import io
import json
import resource
import sys
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl

from portal.legible import ILLEGIBLE
from portal.tables import archive, texts
from portal.tables.cells import restore

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
MOST_LINES = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 10_000

Line = tuple[int, list[str]]


class Refused(Exception):
    """A word for why, and at which line."""

    def __init__(self, word: str, line: int = 0) -> None:
        self.word, self.line = word, line
        super().__init__(word)


def main(ending: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    warnings.simplefilter("ignore")
    try:
        for line in _bounded(_workbook() if ending == "xlsx" else _csv()):
            _say(line)
    except Refused as refused:
        _refuse(refused.word, refused.line)
    except texts.Unreadable as unreadable:
        _refuse("encoding", unreadable.line)
    except MemoryError:
        _refuse("limits")
    except Exception:  # whatever a damaged workbook raises, it was read here so that it harms nobody
        _refuse("damaged")


def _refuse(word: str, line: int = 0) -> None:
    _say({"refused": word, "line": line})


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


def _bounded(lines: Iterator[Line]) -> Iterator[Line]:
    """Lines that say something, no wider, longer or more than can be worked on."""
    for count, (number, cells) in enumerate(line for line in lines if any(line[1])):
        if count > MOST_LINES:
            raise Refused("too_many", number)
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise Refused("too_wide", number)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Refused("too_long", number)
        yield number, cells


def _csv() -> Iterator[Line]:
    text = texts.decode(sys.stdin.buffer.read())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=texts.delimiter(text))
    number = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refused("too_long", reader.line_num) from None
        yield number, [restore(cell.strip(" ")) for cell in cells]
        number = reader.line_num + 1


def _workbook() -> Iterator[Line]:
    content = io.BytesIO(sys.stdin.buffer.read())
    try:
        archive.look(content)
    except archive.Bomb:
        raise Refused("bomb") from None
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
    main(sys.argv[1])
