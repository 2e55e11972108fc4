"""A thousandth of a nation, loaded once in a transaction that is never committed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from services.nation import loading

NOW = "2026-11-20T10:00:00+08:00"
ARGUMENTS: dict[str, Any] = {"scale": 0.001, "seed": 1, "now": datetime.fromisoformat(NOW), "jobs": 1}
DIGEST = "SELECT count(*), md5(string_agg(md5(row::text), '' ORDER BY id)) FROM (SELECT {} FROM {}) AS row"
LEFT_OUT = {"password", "policy_id", "calendar_id", "notice_id"}
WRITTEN_EITHER_WAY = re.compile(r"::(text|character varying)(\[\])?|[()]")
"""PostgreSQL writes a list of texts down in another way once it has read its own writing."""
SHAPE = """
SELECT 'constraint', conrelid::regclass::text, conname, convalidated::text, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', tablename, indexname, '', indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, tgenabled::text, '' FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'options', relname, '', '', reloptions::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Loaded:
    accounts: Path
    before: list[tuple[str, ...]]


def digests(cursor: Any) -> dict[str, tuple[int, str]]:
    """Rows and digest of each table; without the password, which is drawn anew each time, and without the numbers of
    reference rows, which depend on what was in the database before.
    """
    found = {}
    cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    for table, columns in loading.COLUMNS.items():
        kept = ", ".join(name for name in columns.split(", ") if name not in LEFT_OUT)
        cursor.execute(DIGEST.format(kept, table))
        found[table] = cursor.fetchone()
    return found


def shape() -> list[tuple[str, ...]]:
    """Every constraint, index, trigger and storage option of the portal's tables."""
    with connection.cursor() as cursor:
        cursor.execute(SHAPE)
        return [tuple(WRITTEN_EITHER_WAY.sub("", str(part)) for part in row) for row in cursor.fetchall()]


@pytest.fixture(scope="package")
def _loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    folder = tmp_path_factory.mktemp("nation")
    with django_db_blocker.unblock(), override_settings(VAR_DIR=folder), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        call_command("load_reference", verbosity=0)
        connection.check_constraints()
        before = shape()
        call_command("load_nation", verbosity=0, **ARGUMENTS)
        yield Loaded(folder / "nation-accounts.json", before)
        transaction.set_rollback(True)


@pytest.fixture
def nation(_loaded: Loaded, db: None) -> Loaded:
    return _loaded
