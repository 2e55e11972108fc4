"""All rows of all models, as text: what an attack must leave exactly as it was."""

from functools import cache

from django.apps import apps
from django.db import connection

PACKAGES = ("portal", "enterprises", "experts", "services")
TRACES = {
    "audit.auditentry",  # that somebody tried may be recorded
    "accounts.attempt",  # and counted
    "accounts.session",
    "idempotency.idempotencykey",
    "triage.presence",
    "intake.draft",  # what was typed is kept for whoever typed it
}
"""What a refused request may leave behind."""

Rows = set[tuple[str, str]]


def rows() -> Rows:
    """Each with the label of its model; asked in one statement, since there are two hundred models."""
    with connection.cursor() as cursor:
        cursor.execute(_all())
        return set(cursor.fetchall())


def changed(before: Rows) -> dict[str, list[str]]:
    """By model, the rows that came, went or became others since `before`."""
    found: dict[str, list[str]] = {}
    for label, row in sorted(rows() ^ before):
        found.setdefault(label, []).append(row)
    return found


@cache
def _all() -> str:
    ours = [model for model in apps.get_models() if model.__module__.startswith(PACKAGES)]
    tables = {model._meta.label_lower: model._meta.db_table for model in ours}
    assert set(tables) >= TRACES, TRACES - set(tables)
    kept = [
        f"SELECT '{label}', one::text FROM {table} AS one" for label, table in tables.items() if label not in TRACES
    ]
    return " UNION ALL ".join(kept)
