"""Composite instruments: which belong together, and the lock that everybody takes in the same order.

Whoever books or blocks an instrument first passes the gate of its owner, where many are let through at once; whoever
changes what is a part of what has it alone. So a family is what it was until its rows are locked, and stays so.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.db.models import BooleanField, Func, Value

from experts.models import Equipment

TREE = """
WITH RECURSIVE up AS (
    SELECT id, parent_id FROM experts_equipment WHERE id = ANY({keys})
    UNION SELECT e.id, e.parent_id FROM experts_equipment AS e JOIN up ON e.id = up.parent_id
), tree AS (
    SELECT id, parent_id FROM up WHERE parent_id IS NULL
    UNION SELECT e.id, e.parent_id FROM experts_equipment AS e JOIN tree ON e.parent_id = tree.id
)
SELECT {columns} FROM tree
"""
KEYS = TREE.format(keys="%s", columns="id, parent_id")
GATE = "SELECT {}(hashtext('family of ' || owner_id)) FROM experts_equipment WHERE id = %s"
PASSED, ALONE = GATE.format("pg_advisory_xact_lock_shared"), GATE.format("pg_advisory_xact_lock")


class Related(Func):
    """``Equipment.objects.filter(Related(Value(keys)))``: the families of these, in the statement that reads them."""

    template = f"id = ANY(ARRAY({TREE.format(keys='%(expressions)s', columns='id')}))"
    output_field = BooleanField()


@dataclass(frozen=True)
class Family:
    """Instruments with everything they are made of or part of: key → key of what it is a part of."""

    parents: dict[int, int | None]

    @cached_property
    def parts(self) -> dict[int | None, list[int]]:
        found: dict[int | None, list[int]] = {}
        for part, parent in self.parents.items():
            found.setdefault(parent, []).append(part)
        return found

    def claimed(self, pk: int) -> list[int]:
        """The instrument and all its parts, sorted: what a booking of it keeps from others."""
        found, waiting = {pk}, [pk]
        while waiting:
            parts = [part for part in self.parts.get(waiting.pop(), []) if part not in found]
            found.update(parts)
            waiting += parts
        return sorted(found)

    def above(self, pk: int) -> list[int]:
        """What the instrument is a part of, and that in turn."""
        found, at = [], pk
        while above := self.parents.get(at):
            found.append(above)
            at = above
        return found


def family_of(*pks: int) -> Family:
    """Of one instrument, or of many together; one query."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [list(pks)])
        return Family(dict.fromkeys(pks) | dict(cursor.fetchall()))


def lock(pk: int) -> tuple[Family, dict[int, Equipment]]:
    """The whole family, locked in the order of its keys, so that two who want a whole and its part never wait for each
    other. Two queries.
    """
    _pass(PASSED, pk)
    return _locked(pk)


def lock_to_change(*pks: int) -> Family:
    """The families of instruments of one owner, together, for who changes what is a part of what. Two queries."""
    _pass(ALONE, pks[0])
    return _locked(*pks)[0]


def _pass(gate: str, pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(gate, [pk])


def _locked(*pks: int) -> tuple[Family, dict[int, Equipment]]:
    """Read by the statement that locks: it begins when the gate is passed, so it knows what was changed before."""
    rows = Equipment.objects.filter(Related(Value(list(pks)))).order_by("pk").select_for_update(no_key=True)
    locked = {row.pk: row for row in rows}
    return Family({pk: row.parent_id for pk, row in locked.items()}), locked
