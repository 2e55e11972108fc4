"""The recipe that cuts the timeline into months, on a database of its own: nothing is lost, nothing stands open."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, cursor

from scripts.launcher import postgres
from tests import databases

RECIPE = Path(settings.BASE_DIR) / "deploy" / "postgresql" / "events-by-month.sql"
NAME = "portal_months"
ADDED = """
INSERT INTO cases_caseevent (verb, audience, rule, from_state, to_state, note, at, case_id)
SELECT 'note', 'internal', 'trial', '', '', '', now() + number * interval '1 month', %s
  FROM generate_series(%s, %s) AS number RETURNING tableoid::regclass::text
"""


MADE = """
import django
django.setup()
from services.cases.models import CaseEvent
from tests.factories import make_case, make_user
case = make_case(submitter=make_user(username="{name}"))
print(case.pk, CaseEvent.objects.filter(case=case).count())
"""
FIRST, LATER = "before-the-months", "after-them"


@contextmanager
def connected() -> Iterator[cursor]:
    with closing(psycopg2.connect(dbname=NAME, **databases.server())) as connection:
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with connection.cursor() as does:
            does.execute("SET timezone = 'UTC'")
            yield does


def through_django(name: str) -> tuple[int, int]:
    """A new case with a line on its timeline; its number, and how many lines it has."""
    ended = subprocess.run(
        [sys.executable, "-c", MADE.format(name=name)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PORTAL_ENV": "test", "DATABASE_URL": databases.address(NAME)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    case, lines = ended.stdout.split()
    return int(case), int(lines)


@pytest.fixture(scope="module")
def case() -> Iterator[int]:
    """One in a database that was cut into months when its timeline had two lines from before and one of today."""
    with databases.copied(NAME):
        number, lines = through_django(FIRST)
        assert lines == 1
        with connected() as does:
            does.execute(ADDED, [number, -2, -1])
        psql = postgres.find(os.environ).path("psql")
        command = [psql, "-q", "-v", "ON_ERROR_STOP=1", "-f", str(RECIPE), databases.address(NAME)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        yield number


def test_what_was_there_is_the_first_part_and_new_lines_find_their_month(case: int) -> None:
    with connected() as does:
        does.execute("SELECT count(*) FROM cases_caseevent_before")
        assert does.fetchone() == (3,)
        does.execute(ADDED, [case, 0, 13])
        places = [place for (place,) in does.fetchall()]
        assert places[0] == "cases_caseevent_before"
        assert len(set(places[1:13])) == 12
        assert places[13] == "cases_caseevent_unplaced", "a line of a month that nobody made is kept, and seen"
        does.execute("SELECT id FROM cases_caseevent WHERE case_id = %s ORDER BY id", [case])
        numbers = [number for (number,) in does.fetchall()]
        assert (len(numbers), len(set(numbers))) == (17, 17)


def test_every_part_has_the_indexes_keys_and_checks_of_the_whole(case: int) -> None:
    with connected() as does:
        does.execute(
            """
            SELECT relid::regclass::text,
                   (SELECT count(*) FROM pg_index WHERE indrelid = relid),
                   (SELECT array_agg(contype::text ORDER BY contype) FROM pg_constraint
                     WHERE conrelid = relid AND contype IN ('c', 'f', 'p')),
                   (SELECT count(*) FROM pg_trigger WHERE tgrelid = relid AND NOT tgisinternal)
              FROM pg_partition_tree('cases_caseevent')
            """
        )
        parts = does.fetchall()
    assert len(parts) == 15
    assert {part[1:3] == parts[0][1:3] for part in parts} == {True}, parts
    assert {triggers for *_rest, triggers in parts} == {parts[0][3]}


@pytest.mark.parametrize("where", ["cases_caseevent", "cases_caseevent_before"])
@pytest.mark.parametrize("change", ["UPDATE {} SET note = 'x'", "DELETE FROM {}"])
def test_lines_stay_as_they_were_written(case: int, where: str, change: str) -> None:
    with connected() as does, pytest.raises(psycopg2.Error, match="Cannot update or delete"):
        does.execute(change.format(where))


def test_months_are_made_once(case: int) -> None:
    with connected() as does:
        for expected in (0, 0):
            does.execute("SELECT cases_caseevent_months(12)")
            assert does.fetchone() == (expected,)


def test_a_line_of_no_case_is_refused_as_before(case: int) -> None:
    with connected() as does, pytest.raises(psycopg2.Error, match="violates foreign key"):
        does.execute(ADDED, [-1, 0, 0])


def test_django_writes_and_reads_as_before(case: int) -> None:
    other, lines = through_django(LATER)
    assert (other > case, lines) == (True, 1)
