"""A year of special days from a file: JSON ``[{date, windows, reason}]``, or a table saved as CSV.

The table's columns are ``date``, ``windows`` (``09:00-12:00 13:30-17:30``; empty for a day off) and ``reason``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from io import StringIO
from typing import Any

from services.clocks import reading
from services.clocks.faults import BadCalendar
from services.clocks.publishing import Day

LARGEST = 256 * 1024  # bytes; a year has 366 lines
COLUMNS = {"date", "windows", "reason"}


def read(name: str, content: bytes) -> list[Day]:
    """The days of a file, with its name as their source.

    :raises BadCalendar: when it is no such file
    """
    text = _decoded(content)
    rows = _table(text) if name.lower().endswith(".csv") else _parsed(text)
    return [Day(day, each.windows, each.reason, name) for day, each in reading.overrides(rows).items()]


def _decoded(content: bytes) -> str:
    """UTF-8, or what spreadsheets on Chinese Windows save."""
    if len(content) > LARGEST:
        raise BadCalendar("The file is too large for the days of a year.")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadCalendar("The file is no text.")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadCalendar("The file is neither JSON nor a table saved as CSV.") from error


def _table(text: str) -> list[dict[str, Any]]:
    rows = csv.DictReader(StringIO(text), skipinitialspace=True)
    if not COLUMNS - {"reason"} <= set(rows.fieldnames or ()):
        raise BadCalendar("The first line of the table must name the columns date, windows and reason.")
    return [_row(row) for row in rows]


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    windows = [window.split("-") for window in (row["windows"] or "").replace("–", "-").split()]
    return {"date": (row["date"] or "").strip(), "windows": windows, "reason": (row.get("reason") or "").strip()}
