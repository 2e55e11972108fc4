"""Rows as PostgreSQL reads them with COPY, collected for one chunk at a time."""

from collections.abc import Iterable
from io import StringIO
from typing import Any

from django.db import connection

COPY = "COPY {table} ({columns}) FROM STDIN WITH (NULL 'None')"
"""Nothing is written as Python writes it."""


class Sheets:
    """The rows of one chunk by table.

    :param columns: the names of each table's columns, with commas between them.
    """

    def __init__(self, columns: dict[str, str]) -> None:
        self._columns = columns
        self._forms = {table: "\t".join(["%s"] * len(names.split(","))) for table, names in columns.items()}
        self._lines: dict[str, list[str]] = {table: [] for table in columns}

    def add(self, table: str, *values: Any) -> None:
        """:param values: one for each column; texts without tabs, line breaks and backslashes."""
        self._lines[table].append(self._forms[table] % values)

    def copy(self) -> int:
        """Send everything to the database; how many rows that were."""
        with connection.cursor() as cursor:
            for table, lines in self._lines.items():
                if lines:
                    text = StringIO("\n".join(lines) + "\n")
                    cursor.copy_expert(COPY.format(table=table, columns=self._columns[table]), text, size=1 << 20)
        return sum(map(len, self._lines.values()))


def flag(value: bool) -> str:
    return "t" if value else "f"


def array(values: Iterable[object]) -> str:
    return "{" + ",".join(map(str, values)) + "}"
