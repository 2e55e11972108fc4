"""A database that somebody works with is not filled, nor one that was filled before."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from services.cases.models import Case
from services.nation import marks
from tests.services.nation.conftest import Loaded


@contextmanager
def refused(why: str) -> Iterator[None]:
    """The command says why, and nothing has changed."""
    before = (marks.comment(), Case.objects.count())
    with pytest.raises(CommandError, match=why):
        yield
    assert (marks.comment(), Case.objects.count()) == before


def test_a_second_nation_is_refused(nation: Loaded) -> None:
    assert marks.comment() == "load_nation filled scale=0.001 seed=1 now=2026-11-20T10:00:00+08:00"
    with refused("was made before"):
        call_command("load_nation", scale=0.001)


def test_what_was_begun_and_not_finished_is_refused_too(nation: Loaded) -> None:
    marks.put("filling", "scale=1")
    with refused("was made before"):
        call_command("load_nation", scale=0.001)


def test_rows_that_nothing_explains_are_somebody_s_own(nation: Loaded) -> None:
    with connection.cursor() as cursor:
        cursor.execute(marks.NOTE, ["cases"])
    with refused("has rows that load_nation did not make"):
        call_command("load_nation", scale=0.001)
