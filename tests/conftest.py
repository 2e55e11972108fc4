"""What every test may use."""

import gc
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import FunctionType
from unittest.mock import patch

import pytest
from _pytest import runner
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from scripts.prepare import compile_messages
from tests import databases

WORLD = "tests/authz/"
"""Its files share a world that is built for each process that meets it: one process takes them all."""

LONGEST = ("tests/faults/test_time", "tests/faults/test_sub", "tests/scripts", WORLD, "tests/journeys", "tests/faults")
"""The first two need the tables, the third does not: one process makes them while the other is at work already. Faults
and journeys wait a good deal: beside them goes what only reckons.
"""

pytest_plugins = ["tests.fixtures_mail"]


def _call(function: Callable[..., bool], *arguments: object) -> bool:
    return function(*arguments)


_call_with_room = FunctionType(_call.__code__.replace(co_stacksize=70_000), globals())
"""Python 3.11 keeps frames in pieces of 16 KiB, and gets and gives back a piece each time that calls cross its end: a
sixth of all time. A frame that says it is large gets a mebibyte, and those inside it share what it leaves.
"""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    return bool(_call_with_room(runner.pytest_runtest_protocol, item, nextitem))


def pytest_configure() -> None:
    """Pages are read in Chinese too; the catalogues are compiled if a word in them has changed."""
    compile_messages(Path(__file__).resolve().parent.parent)
    databases.name_tables()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        databases.forget_all()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_keepdb: bool, django_db_createdb: bool
) -> None:
    """A copy of the tables instead of all migrations once more; a database that is kept is made from nothing."""
    if django_db_createdb or not django_db_keepdb:
        connection.settings_dict["TEST"]["TEMPLATE"] = databases.tables()


@pytest.fixture(scope="session", autouse=True)
def _emptied_by_us() -> Iterator[None]:
    """What a test has committed is taken away after it, faster than Django does."""
    with patch.object(TransactionTestCase, "_fixture_teardown", databases.empty):
        yield


@pytest.fixture(autouse=True)
def _in_our_own_language() -> Iterator[None]:
    """The language of a page stays active after it; the next test does not begin in it, whichever it is."""
    yield
    translation.deactivate()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded here stays to the end: a quarter of all time would go into looking through it for garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Where several processes share the work, a file stays with one of them; what takes longest comes first.

    Marked before pytest-xdist writes the groups into the names, sorted after pytest-django has put last what needs no
    tables.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            path = item.location[0]
            item.add_marker(pytest.mark.xdist_group(WORLD if path.startswith(WORLD) else path))
    yield
    items.sort(key=lambda item: _place(item.location[0]))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Without its group in its name each test goes to whichever process is free, and set-ups are done twice."""
    if hasattr(session.config, "workerinput") and any("@" not in item.nodeid for item in session.items):
        raise pytest.UsageError("pytest-xdist lost the groups: its version and pytest's do not fit")


def _place(path: str) -> int:
    return next((place for place, start in enumerate(LONGEST) if path.startswith(start)), len(LONGEST))
