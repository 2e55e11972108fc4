"""A step and the steps it is made of: one savepoint, and all of it or nothing."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from portal.notices.models import Notice
from portal.transactions import as_one
from tests.factories import make_user

pytestmark = pytest.mark.django_db


class Refused(Exception):
    pass


@as_one
def inner(key: str, *, refuses: bool = False) -> None:
    Notice.objects.create(key=key, user=make_user(), event="x")
    if refuses:
        raise Refused


@as_one
def outer(*, refuses: bool = False) -> None:
    inner("first")
    inner("second", refuses=refuses)


@as_one
def goes_on(guard: Any) -> int:
    """What is done after the refusal of a step inside."""
    inner("first")
    try:
        with guard():
            inner("second", refuses=True)
    except Refused:
        pass
    return Notice.objects.count()


class Unguarded:
    def __enter__(self) -> None: ...

    def __exit__(self, *_error: object) -> None: ...


def test_steps_inside_a_step_need_no_savepoint_of_their_own() -> None:
    with CaptureQueriesContext(connection) as seen:
        outer()
    assert [each["sql"].split()[0] for each in seen if "SAVEPOINT" in each["sql"]] == ["SAVEPOINT", "RELEASE"]
    assert Notice.objects.count() == 2


def test_what_breaks_inside_undoes_the_whole_step_and_nothing_before_it() -> None:
    inner("before")
    with pytest.raises(Refused):
        outer(refuses=True)
    assert [each.key for each in Notice.objects.all()] == ["before"]


def test_after_a_refusal_the_next_step_is_whole_again() -> None:
    with pytest.raises(Refused):
        outer(refuses=True)
    outer()
    assert Notice.objects.count() == 2


def test_who_guards_a_step_inside_may_go_on_without_it() -> None:
    assert goes_on(transaction.atomic) == 1


def test_who_does_not_guard_it_cannot_go_on() -> None:
    """The twin: nobody commits half of a step by catching an error on its way out."""
    with pytest.raises(TransactionManagementError):
        goes_on(Unguarded)
    assert not Notice.objects.exists()
