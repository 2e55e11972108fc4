"""The same SQL through the driver, without Django: what a page said is said again; a write inserts the same rows."""

import secrets
from collections.abc import Sequence
from typing import Any

import psycopg2
from django.db import connection

from benchmarks.limits.statements import WRITE
from benchmarks.limits.views import number
from benchmarks.load.driver import Operation
from benchmarks.load.world import World


def connected() -> Any:
    """A connection as Django opens it, in psycopg2's own hands."""
    known = {name: value for name, value in connection.get_connection_params().items() if name != "cursor_factory"}
    link = psycopg2.connect(**known)
    link.autocommit = True
    return link


def reading(said: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """What a page only reads; what it writes beside, such as that it was looked at, could not be said twice."""
    return [(sql, params) for sql, params in said if sql.lstrip().upper().startswith("SELECT")]


def replay(said: Sequence[tuple[str, Any]]) -> Operation:
    """These statements in one transaction, as the portal says them, and every row fetched."""
    link = connected()

    def operation() -> int:
        with link.cursor() as cursor:
            cursor.execute("BEGIN")
            for sql, params in said:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()
            cursor.execute("COMMIT")
        return 0

    operation.close = link.close  # type: ignore[attr-defined]
    return operation


def insert(world: World) -> Operation:
    """A case, its line, its clock and a message, committed."""
    link = connected()
    values = {"station": world.desk[0].place, "calendar": world.calendar}

    def operation() -> int:
        user = secrets.choice(world.firms).user
        with link.cursor() as cursor:
            cursor.execute(WRITE, {**values, "user": user, "number": number(), "text": secrets.choice(world.segmented)})
        return 0

    operation.close = link.close  # type: ignore[attr-defined]
    return operation
