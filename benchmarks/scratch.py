"""A database of its own for a benchmark, beside the one of DATABASE_URL, dropped when it is done."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def database() -> Iterator[None]:
    """Migrated and empty; the connection points to it meanwhile."""
    own = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"{own}_benchmark_{os.getpid()}"
    try:
        connection.creation.create_test_db(verbosity=0, serialize=False)
        yield
    finally:
        if connection.settings_dict["NAME"] != own:  # never the one that was there before
            connection.creation.destroy_test_db(own, verbosity=0)
