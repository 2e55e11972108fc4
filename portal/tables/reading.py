"""A CSV file or workbook as numbered lines of text cells, read by a process of its own (:mod:`portal.tables.child`)."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.tables import archive, texts

READERS = {"csv": "portal.tables.child_csv", "xlsx": "portal.tables.child_xlsx"}
ENDINGS = tuple(READERS)
SECONDS = 40
ROOT = Path(__file__).resolve().parent.parent.parent

WORDS = {
    "encoding": _("Line %(line)d cannot be read. Please save the file as UTF-8 or as an Excel workbook."),
    "too_many": _("The file has more than 20,000 rows. Please divide it."),
    "too_wide": _("Line %(line)d has more than 60 columns."),
    "too_long": _("Line %(line)d holds a cell that is too long. Perhaps a quotation mark is missing there."),
    "bomb": _("This workbook is not opened: it is damaged, or becomes too large when it is unpacked."),
    "damaged": _("The workbook cannot be read. Please save it again, or save it as CSV."),
    "limits": _("The file takes too long to read or too much memory. Please divide it, or save it as CSV."),
}


@dataclass(frozen=True)
class Line:
    """One line that says something, by its number in the file."""

    number: int
    cells: tuple[str, ...]


class Unreadable(ValidationError):
    """Not read, for a reason that its sender can do something about."""

    def __init__(self, word: str, line: int = 0) -> None:
        super().__init__(WORDS[word], code=word, params={"line": line})


def look(file: Any, ending: str) -> None:
    """At once and in this process: what certainly cannot be read.

    :raises Unreadable: with the line, or because it is a bomb.
    """
    file.seek(0)
    try:
        if ending == "xlsx":
            archive.look(file)
        else:
            texts.decode(file.read())
    except archive.Bomb:
        raise Unreadable("bomb") from None
    except texts.Unreadable as error:
        raise Unreadable("encoding", error.line) from None
    finally:
        file.seek(0)


def read(file: Any, ending: str) -> list[Line]:
    """All of it, empty lines left out.

    :raises Unreadable: the file is to blame, or was stopped at the limits of memory and time.
    """
    file.seek(0)
    command = [sys.executable, "-m", READERS[ending]]
    try:
        done = subprocess.run(  # noqa: S603  (nothing of the command comes from outside)
            command, input=file.read(), capture_output=True, cwd=ROOT, timeout=SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("limits") from None
    if done.returncode:
        raise Unreadable("limits")
    return [_line(said) for said in done.stdout.splitlines()]


def _line(said: bytes) -> Line:
    heard = json.loads(said)
    if isinstance(heard, dict):
        raise Unreadable(heard["refused"], heard["line"])
    return Line(heard[0], tuple(heard[1]))
