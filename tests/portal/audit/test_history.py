"""Who acts is said once for each transaction, and every row of the history knows it."""

from collections.abc import Iterator
from typing import Any

import pghistory
import pytest
from django.db import connection, transaction

from enterprises.models import Enterprise
from portal.audit.history import SAYS_WHO, SaidOnce
from tests.factories import make_enterprise

SAID: list[str] = []


def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    SAID.append(sql)
    return execute(sql, params, many, context)


@pytest.fixture
def saying() -> Iterator[None]:
    """What reaches the database while somebody acts, as in a request."""
    SAID.clear()
    with pghistory.context(user=1), connection.execute_wrapper(SaidOnce()), connection.execute_wrapper(listen):
        yield


def told() -> list[bool]:
    """Of each statement that writes, whether it says who acts."""
    return [sql.startswith(SAYS_WHO) for sql in SAID if "UPDATE" in sql]


def write(row: Enterprise, address: str) -> None:
    Enterprise.objects.filter(pk=row.pk).update(address=address)


def known(row: Enterprise) -> list[tuple[str, Any]]:
    lines = row.history.filter(pgh_label="update").order_by("pgh_id")  # type: ignore[attr-defined]
    return [(line.address, (line.pgh_context or {}).get("user")) for line in lines]


@pytest.mark.django_db
def test_it_is_said_once_and_known_by_each_row(saying: None) -> None:
    row = make_enterprise()
    for address in "abc":
        write(row, address)
    assert [sql.startswith(SAYS_WHO) for sql in SAID].count(True) == 1
    assert known(row) == [("a", 1), ("b", 1), ("c", 1)]


@pytest.mark.django_db
def test_it_is_said_again_when_somebody_else_acts(saying: None) -> None:
    row = make_enterprise()
    write(row, "a")
    pghistory.context(user=2)
    write(row, "b")
    write(row, "c")
    assert told() == [False, True, False]
    assert known(row) == [("a", 1), ("b", 2), ("c", 2)]


@pytest.mark.django_db(transaction=True)
def test_it_is_said_again_after_a_savepoint_was_gone_back_to(saying: None) -> None:
    row = make_enterprise()
    with transaction.atomic():
        row = Enterprise.objects.select_for_update().get(pk=row.pk)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            write(row, "gone")
            raise ZeroDivisionError
        write(row, "a")
        write(row, "b")
    gone_back = next(at for at, sql in enumerate(SAID) if "ROLLBACK TO" in sql)
    assert [sql.startswith(SAYS_WHO) for sql in SAID[gone_back + 1 :]].count(True) == 1
    assert known(row) == [("a", 1), ("b", 1)]


@pytest.mark.django_db(transaction=True)
def test_it_is_said_in_each_transaction(saying: None) -> None:
    row = make_enterprise()
    write(row, "a")
    for address in "bc":
        with transaction.atomic():
            write(row, address)
    assert told() == [True, True, True]
    assert known(row) == [("a", 1), ("b", 1), ("c", 1)]


@pytest.mark.django_db(transaction=True)
def test_without_forgetting_a_row_would_not_know(saying: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the setting is gone with its transaction."""
    row = make_enterprise()
    monkeypatch.setattr("portal.audit.history.TRANSACTION_STATUS_IDLE", None)
    write(row, "a")
    with transaction.atomic():
        write(row, "b")
    assert known(row) == [("a", None), ("b", None)]


@pytest.mark.django_db
def test_what_is_said_in_bytes_is_left_as_it_is(saying: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(b"SELECT 1")
        assert cursor.fetchone() == (1,)
