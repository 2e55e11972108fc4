"""What the database would have written itself while rows came in one by one: their history, and the next numbers."""

from django.db import connection

HISTORIES = {
    "enterprises_enterprise": "enterprises_enterprisehistory",
    "experts_institution": "experts_institutionhistory",
    "experts_credential": "experts_credentialhistory",
    "experts_expert": "experts_experthistory",
    "experts_equipment": "experts_equipmenthistory",
    "experts_rating": "experts_ratinghistory",
    "directory_capability": "directory_capabilityhistory",
    "labs_bookingrule": "labs_bookingrulehistory",
    "labs_booking": "labs_bookinghistory",
}
COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT LIKE 'pgh\\_%%'
"""
WRITE = """
INSERT INTO {history} (pgh_id, pgh_created_at, pgh_label, pgh_obj_id, {columns})
SELECT id, %s, 'insert', id, {columns} FROM {table} ORDER BY id
"""
SEQUENCES = """
SELECT format('SELECT setval(%%L, coalesce(max(%%I), 0) + 1, false) FROM %%I',
    pg_get_serial_sequence(quote_ident(relname), attname), attname, relname)
FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relname = ANY (%s) AND attidentity <> '' AND NOT attisdropped
"""


def write_history(table: str, made: str) -> int:
    """One line for each row, as the trigger on its table writes it when a row is added."""
    history = HISTORIES[table]
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [history])
        (columns,) = cursor.fetchone()
        cursor.execute(WRITE.format(history=history, table=table, columns=columns), [made])
        return int(cursor.rowcount)


def running(case: int) -> int:
    """What the sequence of the case numbers gave to so manieth a case; it comes round again after 99,999."""
    return (case - 1) % 99_999 + 1


def set_sequences(tables: list[str], cases: int) -> None:
    """The next row of each table and the next case get numbers that are free."""
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES, [tables])
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        cursor.execute("SELECT setval('cases_number', %s)", [running(cases)])
