"""Each index answers something of its own: one that another one begins with is written with every row for nothing."""

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db

BEGINNINGS = """
WITH known AS (
    SELECT i.indrelid AS "table", i.indexrelid::regclass::text AS name, i.indkey::text AS columns,
        i.indclass::text AS kinds, i.indisunique AS only_once
    FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid JOIN pg_am m ON m.oid = r.relam
    WHERE m.amname = 'btree' AND i.indpred IS NULL AND i.indexprs IS NULL
)
SELECT DISTINCT short."table"::regclass::text, short.name FROM known AS short JOIN known AS long USING ("table")
WHERE NOT short.only_once AND short.name <> long.name
    AND long.columns LIKE short.columns || ' %' AND long.kinds LIKE short.kinds || ' %'
ORDER BY 2
"""
INHERITED = {"consulting_diagnosis", "ip_right", "metrology_instrument"}
"""Their enterprise is that of every register of a board; these three have an index that begins with it."""
OURS = {"enterprises", "experts", "portal", "services"}


def beginnings() -> list[str]:
    """Indexes of our tables that are the beginning of another one; Django makes those between two tables itself."""
    models = [model for model in apps.get_models() if model.__module__.partition(".")[0] in OURS]
    tables = {model._meta.db_table for model in models} - INHERITED
    with connection.cursor() as cursor:
        cursor.execute(BEGINNINGS)
        return [name for table, name in cursor.fetchall() if table in tables]


def test_no_index_is_the_beginning_of_another() -> None:
    assert beginnings() == []


def test_one_that_is_would_be_seen() -> None:
    """The twin."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX needless ON cases_caseevent (case_id)")
    assert beginnings() == ["needless"]
