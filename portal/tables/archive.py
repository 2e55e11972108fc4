"""A workbook before it is opened: how much it says it becomes, and that no part of it declares entities."""

import struct
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

UNPACKED_LIMIT = 50 * 1024 * 1024
ENTRIES_LIMIT = 200
RATIO_LIMIT = 100
PROLOGUE = 64 * 1024
"""So far into a part its first element must have begun."""


class Bomb(Exception):
    """Not opened: it would become too large, or it declares what it may not."""


class _Begun(Exception):
    """The first element: what may only stand before it did not."""


def look(file: Any) -> None:
    """Only the table of contents and the first bytes of each part are read.

    :raises Bomb: it is not to be opened.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_sizes(entries)
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels", ".vml")):
                    with archive.open(entry) as part:
                        _check_prologue(part.read(PROLOGUE))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, struct.error) as error:
        raise Bomb from error
    finally:
        file.seek(0)


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > ENTRIES_LIMIT or unpacked > UNPACKED_LIMIT or unpacked > RATIO_LIMIT * max(packed, 1):
        raise Bomb
    if len({entry.filename for entry in entries}) < len(entries):
        raise Bomb


def _check_prologue(head: bytes) -> None:
    def refuse(*_declared: object) -> None:
        raise Bomb

    def begin(*_element: object) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = begin
    try:
        parser.Parse(head)
    except _Begun:
        return
    except (expat.ExpatError, LookupError) as error:
        raise Bomb from error
    raise Bomb
