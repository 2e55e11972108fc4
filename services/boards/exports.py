"""A register to take along: the columns of its import, so that what goes out comes in again."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from services.boards.register import Register

AT_ONCE = 1000


def header(register: Register[Any]) -> list[str]:
    return [str(field.label or "") for field in register.form.base_fields.values()]


def lines(register: Register[Any], rows: "QuerySet[Any]") -> Iterator[list[Any]]:
    return (register.values(row) for row in walked(rows))


def walked(rows: "QuerySet[Any]") -> Iterator[Any]:
    """By primary key, a thousand at a time."""
    after = 0
    part: list[Any] = [None] * AT_ONCE
    while len(part) == AT_ONCE:
        part = list(rows.filter(pk__gt=after).order_by("pk")[:AT_ONCE])
        yield from part
        after = part[-1].pk if part else after
