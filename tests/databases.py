"""The portal's tables, and the demo centre in them, are made once in a run of tests; its processes and the portals they
start get copies.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg2
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from psycopg2.errors import InsufficientPrivilege
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, cursor
from psycopg2.sql import SQL, Identifier

NAMED = "PORTAL_TEST_TABLES"
ALWAYS_THE_SAME = {"django_content_type", "django_migrations", "auth_permission"}
"""Made by the migrations out of the code; no test writes them."""


def name_tables() -> None:
    """Said in the environment, so that all processes of one run know it."""
    os.environ.setdefault(NAMED, f"portal_tables_{uuid4().hex[:12]}")


def tables() -> str:
    """The database with the tables and nothing in them."""
    return made_once("", template="template0", fill=_migrate)


def made_once(kind: str, *, template: str, fill: Callable[[str], None]) -> str:
    """A database of the run that others are copied from. Who asks first makes and fills it, the others wait."""
    name = os.environ[NAMED] + kind
    with administrator() as does:
        does.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        does.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if not does.rowcount:
            draft = f"{name}_draft"
            _drop(does, draft)
            _copy(does, draft, template)
            fill(draft)
            does.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(draft), Identifier(name)))
    return name


def folder() -> Path:
    """Where the run keeps what belongs to such databases and is not in them."""
    return Path(tempfile.gettempdir(), os.environ[NAMED])


def forget_all() -> None:
    """What the run made. A run that never asked for a database has no server either, maybe."""
    shutil.rmtree(folder(), ignore_errors=True)
    try:
        with administrator() as does:
            does.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [os.environ[NAMED]])
            for (name,) in does.fetchall():
                _drop(does, name)
    except psycopg2.OperationalError:
        return


def empty(case: TransactionTestCase) -> None:
    """All that a test has committed; what is always the same stays, Django would make it anew each time. Tables with
    nothing in them are left alone, unless they lead to others: two hundred new files take longer than most tests.
    """
    for alias in case._databases_names(include_mirrors=False):
        with connections[alias].cursor() as does:
            names = sorted(set(connections[alias].introspection.table_names(does)) - ALWAYS_THE_SAME)
            does.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names))
            if filled := [name for (name,) in does.fetchall()]:
                does.execute(f"TRUNCATE {', '.join(filled)} CASCADE")


@contextmanager
def copied(name: str, source: str = "") -> Iterator[None]:
    """A database with that name and everything that is in the source, or the tables alone."""
    source = source or tables()
    with administrator() as does:
        _drop(does, name)
        _copy(does, name, source)
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


def _copy(does: cursor, name: str, source: str) -> None:
    create = SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
    does.execute(create.format(Identifier(name), Identifier(source)))


def _drop(does: cursor, name: str) -> None:
    """Whatever is still connected; a vacuum of the server's own may not be ended by us and makes way by itself."""
    gone = SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name))
    try:
        does.execute(gone + SQL(" WITH (FORCE)"))
    except InsufficientPrivilege:
        does.execute(gone)


def _migrate(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.migrating"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address(name), "DJANGO_SETTINGS_MODULE": "portal.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
