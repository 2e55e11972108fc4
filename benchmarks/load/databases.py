"""The national data at each scale, in databases of their own that are kept: a second run does not load them again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from django.db import connection
from psycopg2.sql import SQL, Identifier, Literal

from scripts.launcher import running

ROOT = Path(__file__).resolve().parents[2]
SEED = "1"
COUNTED = ("cases_case", "enterprises_enterprise", "experts_institution", "labs_booking", "outbox_message")


def name_of(scale: str) -> str:
    return f"bench_{scale.replace('.', '_')}"


def address(name: str) -> str:
    """The server of DATABASE_URL, another database."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def ready(scale: str) -> str:
    """The name of the database with the data; made when it is not there, or when the tables have changed since."""
    name, draft, tables = name_of(scale), f"{name_of(scale)}_draft", running.migrations()
    if not remark(name).endswith(tables):
        for old in (name, draft):
            _administer(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(old)))
        _administer(SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(Identifier(draft)))
        manage(draft, "migrate", "--verbosity", "0")
        manage(draft, "load_nation", "--scale", scale, "--seed", SEED)
        _administer(SQL("VACUUM ANALYZE"), database=draft)
        made = Literal(f"{remark(draft)} tables {tables}")
        _administer(SQL("COMMENT ON DATABASE {} IS {}").format(Identifier(draft), made))
        _administer(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(draft), Identifier(name)))
    return name


def remark(name: str) -> str:
    """What is noted of a database: by which data and which tables it was made; "" where it is not there."""
    question = SQL("SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = {}")
    rows = _administer(question.format(Literal(name)))
    return str(rows[0][0]) if rows else ""


def manage(name: str, *arguments: str) -> None:
    """A management command on that database, with what it says on the screen."""
    environment = {**os.environ, "DATABASE_URL": address(name), "PORTAL_STATEMENT_SECONDS": "3600"}
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed on {name}.")


@contextmanager
def pointed_to(name: str) -> Iterator[None]:
    """The process's own connection leads there meanwhile."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def counted() -> dict[str, int]:
    """How many rows the tables hold, roughly: what the planner knows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples::bigint FROM pg_class WHERE relname = ANY(%s)", [list(COUNTED)])
        return dict(cursor.fetchall())


def _administer(statement: Any, *, database: str = "postgres") -> list[tuple]:
    known = {key: value for key, value in connection.get_connection_params().items() if key != "cursor_factory"}
    with closing(psycopg2.connect(**{**known, "dbname": database, "options": ""})) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
