"""The portal's tables are made once in a run of tests; its processes and the portals they start get copies of them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import quote
from uuid import uuid4

import psycopg2
from django.conf import settings
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, cursor
from psycopg2.sql import SQL, Identifier

NAMED = "PORTAL_TEST_TABLES"


def name_tables() -> None:
    """Said in the environment, so that all processes of one run know it."""
    os.environ.setdefault(NAMED, f"portal_tables_{uuid4().hex[:12]}")


def tables() -> str:
    """The database with the tables and nothing in them. Who asks first makes it, the others wait."""
    name = os.environ[NAMED]
    with administrator() as does:
        does.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        does.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if not does.rowcount:
            draft = f"{name}_draft"
            does.execute(SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(Identifier(draft)))
            _migrate(draft)
            does.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(draft), Identifier(name)))
    return name


def forget_tables() -> None:
    """A run that never asked for a database has no server either, maybe."""
    try:
        with administrator() as does:
            _drop(does, os.environ[NAMED])
    except psycopg2.OperationalError:
        return


@contextmanager
def copied(name: str) -> Iterator[None]:
    """A database with that name and the portal's tables."""
    source = tables()
    with administrator() as does:
        _drop(does, name)
        does.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(source)))
    try:
        yield
    finally:
        with administrator() as does:
            _drop(does, name)


def server() -> dict[str, str]:
    """Where the tests' server is, in the words of psycopg2."""
    known = settings.DATABASES["default"]
    return {name.lower(): known[name] for name in ("HOST", "PORT", "USER", "PASSWORD") if known[name]}


def address(name: str) -> str:
    """The address of a database on the tests' server, for other processes."""
    known = settings.DATABASES["default"]
    who = quote(known["USER"], safe="") + (f":{quote(known['PASSWORD'], safe='')}" if known["PASSWORD"] else "")
    host = quote(known["HOST"], safe="") + (f":{known['PORT']}" if known["PORT"] else "")
    return f"postgres://{who}@{host}/{name}"


@contextmanager
def administrator() -> Iterator[cursor]:
    with closing(psycopg2.connect(dbname="postgres", **server())) as connection:
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with connection.cursor() as does:
            yield does


def _drop(does: cursor, name: str) -> None:
    does.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _migrate(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address(name)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
