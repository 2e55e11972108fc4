"""Composite instruments: which belong together, and the lock that everybody takes in the same order."""

from dataclasses import dataclass
from functools import cached_property

from django.db import connection

from experts.models import Equipment

TREE = """
WITH RECURSIVE up AS (
    SELECT id, parent_id FROM experts_equipment WHERE id = ANY(%s)
    UNION SELECT e.id, e.parent_id FROM experts_equipment AS e JOIN up ON e.id = up.parent_id
), tree AS (
    SELECT id, parent_id FROM up WHERE parent_id IS NULL
    UNION SELECT e.id, e.parent_id FROM experts_equipment AS e JOIN tree ON e.parent_id = tree.id
)
SELECT id, parent_id FROM tree
"""


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


def family_of(*pks: int) -> Family:
    """Of one instrument, or of many together; one query."""
    with connection.cursor() as cursor:
        cursor.execute(TREE, [list(pks)])
        return Family(dict.fromkeys(pks) | dict(cursor.fetchall()))


def lock(pk: int) -> tuple[Family, dict[int, Equipment]]:
    """The whole family, locked in the order of its keys, so that two who want a whole and its part never wait for each
    other. Two queries.
    """
    family = family_of(pk)
    rows = Equipment.objects.filter(pk__in=family.parents).order_by("pk").select_for_update(no_key=True)
    return family, {row.pk: row for row in rows}
