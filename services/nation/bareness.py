"""Tables without what makes each row slow: their indexes, keys and triggers are taken off and put back whole.

PostgreSQL builds each index in one pass and checks each key against all rows when it comes back, so what is in force
afterwards is what was in force before, and every row has passed it. The statements are written by PostgreSQL itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

CONSTRAINTS = """
SELECT
    conrelid::regclass::text, contype = 'f',
    format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
    format('ALTER TABLE %%s VALIDATE CONSTRAINT %%I', conrelid::regclass, conname)
FROM pg_constraint
WHERE contype IN ('p', 'u', 'x', 'f') AND (conrelid = ANY (%(tables)s::regclass[]) OR
    contype = 'f' AND confrelid = ANY (%(tables)s::regclass[]))
ORDER BY conrelid::regclass::text, contype <> 'p', conname
"""
INDEXES = """
SELECT indrelid::regclass::text, format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY (%(tables)s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
ORDER BY 1, 2
"""
QUIET = "ALTER TABLE {0} DISABLE TRIGGER USER; ALTER TABLE {0} SET (autovacuum_enabled = false)"
AWAKE = "ALTER TABLE {0} ENABLE TRIGGER USER; ALTER TABLE {0} RESET (autovacuum_enabled)"


@dataclass(frozen=True)
class Bare:
    """What was taken off one table, as statements that put it back: keys and indexes, then foreign keys, and the look
    at every row of these.
    """

    table: str
    indexes: tuple[str, ...]
    references: tuple[str, ...]
    validations: tuple[str, ...]
    loaded: bool


def strip(tables: Iterable[str]) -> list[Bare]:
    """Take everything off the tables, and the foreign keys off those that point at them."""
    named = list(tables)
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS, {"tables": named})
        constraints = cursor.fetchall()
        cursor.execute(INDEXES, {"tables": named})
        indexes = cursor.fetchall()
    references = [(table, drop, f"{add} NOT VALID", look) for table, refers, drop, add, look in constraints if refers]
    keys = [(table, drop, add) for table, refers, drop, add, _look in constraints if not refers]
    _run(drop for _table, drop, *_add in [*references, *indexes, *keys])
    _run(QUIET.format(table) for table in named)
    return [
        Bare(
            table,
            tuple(add for of, _drop, add in [*keys, *indexes] if of == table),
            tuple(add for of, _drop, add, _look in references if of == table),
            tuple(look for of, _drop, _add, look in references if of == table),
            table in named,
        )
        for table in sorted({table for table, *_rest in constraints})
    ]


def build(bare: Bare) -> None:
    """Keys and indexes again, each in one pass; triggers and the housekeeping of the database too."""
    _run(bare.indexes)
    if bare.loaded:
        _run([AWAKE.format(bare.table)])


def refer(stripped: Iterable[Bare]) -> None:
    """Foreign keys again, for what comes from now on. It locks both tables, so one process does it for all."""
    _run(statement for bare in stripped for statement in bare.references)


def validate(bare: Bare) -> None:
    """Every row is looked up in the tables it refers to."""
    _run(bare.validations)


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
