"""Questions put together once: the same rows as without, for each who asks, and a refusal of what cannot be kept."""

from contextlib import closing
from datetime import date, timedelta
from threading import Thread
from typing import Any

import psycopg2
import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.among import Among
from portal.kept import CannotBeKept, Kept, brought, kept
from portal.notices.models import Notice
from services.cases.models import Case, Need
from services.cases.states import CaseState
from tests.factories import NOW, make_case, make_enterprise, make_need, make_user

pytestmark = pytest.mark.django_db


@kept
def notices_of(*, user: User, since: Any) -> QuerySet[Notice]:
    return Notice.objects.visible_to(user).filter(created_at__gte=since).select_related("user").order_by("pk")


@kept
def cases_of(order: str, *, user: User) -> QuerySet[Case]:
    return Case.objects.visible_to(user).select_related("enterprise").order_by(order)


def told(user: User, key: str) -> Notice:
    return Notice.objects.create(key=key, user=user, event="x")


def test_each_reads_their_own_however_often_it_was_asked_by_others() -> None:
    lin, wang = make_user(), make_user()
    expected = {user: [told(user, f"{user.pk}-{each}") for each in range(3)] for user in (lin, wang)}
    for user in (lin, wang, lin):
        assert notices_of(user=user, since=NOW - timedelta(days=36500)) == expected[user]
        assert notices_of(user=user, since=NOW + timedelta(days=36500)) == []


def test_rows_are_those_of_the_queryset_with_what_it_joins(django_assert_num_queries: Any) -> None:
    person = make_user()
    firm = make_enterprise(person)
    made = [make_case(enterprise=firm), make_case(enterprise=firm), make_case()]
    for order in ("pk", "-pk"):
        with django_assert_num_queries(1):
            rows = cases_of(order, user=person)
            assert [row.enterprise for row in rows] == [firm, firm]
        assert rows == list(Case.objects.filter(pk__in=[one.pk for one in made[:2]]).order_by(order))


@kept
def case_with(*, pk: int) -> QuerySet[Case]:
    return Case.objects.filter(pk=pk)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
def test_a_number_that_no_column_holds_is_nobodys_and_the_transaction_goes_on(number: int) -> None:
    """The twin: asked of PostgreSQL it would be an error, after which nothing more could be asked."""
    one = make_case()
    assert case_with(pk=number) == []
    assert case_with(pk=one.pk) == [one]
    with pytest.raises(DataError), transaction.atomic():
        next(iter(case_with.statements.values())).read({"pk": number})


def test_a_role_has_a_statement_of_its_own() -> None:
    case = make_case()
    reader, stranger = make_user(Role.AUDITOR), make_user(Role.ENTERPRISE)
    assert (cases_of("pk", user=reader), cases_of("pk", user=stranger)) == ([case], [])


def test_a_value_under_another_name_asks_another_question() -> None:
    case = make_case()
    by = Kept(lambda **column: Case.objects.filter(**column).order_by("pk"))
    assert by(submitter_id=case.submitter_id) == [case]
    assert by(station_id=case.station_id) == [case]
    assert by(submitter_id=case.submitter_id + 1) == by(owner_id=case.submitter_id) == []


def test_what_was_kept_by_one_thread_is_asked_by_another_on_its_own_connection() -> None:
    before = connection.connection
    seen: list[Any] = []

    def ask() -> None:
        try:
            names()
            seen.append(connection.connection)
        finally:
            connection.close()

    names = Kept(lambda: Enterprise.objects.values_list("name"))
    names()
    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert seen[0] is not None and seen[0] is not before


def test_a_value_that_is_changed_on_its_way_cannot_be_kept() -> None:
    with pytest.raises(CannotBeKept):
        Kept(lambda *, at: Case.objects.filter(pk=at + 1))(at=7)
    with pytest.raises(CannotBeKept):
        Kept(lambda *, word: Case.objects.filter(text__contains=word))(word="word")
    with pytest.raises(CannotBeKept):
        Kept(lambda *, day: Case.objects.filter(wanted_on__gt=day + timedelta(days=1)))(day=date(2026, 11, 22))


@pytest.mark.parametrize("value", [None, True, 1.5, b"x"])
def test_nothing_stands_in_for_what_may_change_the_statement(value: Any) -> None:
    with pytest.raises(CannotBeKept, match="stands in"):
        Kept(lambda *, at: Case.objects.filter(pk=at))(at=value)


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_or_not_at_all() -> None:
    case = make_case()
    locked = Kept(lambda *, pk: Case.objects.select_for_update().filter(pk=pk))
    with transaction.atomic():
        assert locked(pk=case.pk) == [case]
    with pytest.raises(TransactionManagementError):
        locked(pk=case.pk)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_ended_is_djangos_error_and_the_next_one_learns_anew() -> None:
    case = make_case()
    ask = Kept(lambda *, pk: Case.objects.filter(pk=pk))
    for kept_before in (False, True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        if kept_before:
            assert ask(pk=case.pk) == [case]
        with closing(psycopg2.connect(**without_the_class_of_cursors())) as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        with pytest.raises(OperationalError):
            ask(pk=case.pk)
        connection.close()
        assert ask(pk=case.pk) == [case]


def without_the_class_of_cursors() -> dict[str, Any]:
    return {name: value for name, value in connection.get_connection_params().items() if name != "cursor_factory"}


def test_a_list_is_one_value_however_long_it_is() -> None:
    """Only ``Among`` takes it whole; ``in`` would be another question for each length."""
    cases = [make_case() for _each in range(3)]
    numbers = [case.number for case in cases]
    by_key = Kept(lambda *, keys: Case.objects.filter(Among("pk", keys)).order_by("pk"))
    by_number = Kept(lambda *, numbers: Case.objects.filter(Among("number", numbers)).order_by("pk"))
    for most in (3, 1, 0):
        assert by_key(keys=[case.pk for case in cases[:most]]) == cases[:most]
        assert by_number(numbers=numbers[:most]) == cases[:most]
    assert (len(by_key.statements), len(by_number.statements)) == (1, 1)
    with pytest.raises(CannotBeKept):
        Kept(lambda *, numbers: Case.objects.filter(number__in=numbers))(numbers=numbers)


def test_what_was_brought_stands_where_a_prefetch_puts_it(django_assert_num_queries: Any) -> None:
    case = make_case()
    made = [make_need(case), make_need(case)]
    shown, needs = Case.objects.get(pk=case.pk), list(Need.objects.filter(case=case).order_by("pk"))
    brought(shown, "needs", needs)
    with django_assert_num_queries(0):
        assert list(shown.needs.all()) == made
        assert all(need.case is shown for need in shown.needs.all())


def test_a_choice_is_asked_for_by_its_word() -> None:
    case = make_case()
    in_state = Kept(lambda *, state: Case.objects.filter(state=state))
    assert (in_state(state=CaseState.SUBMITTED), in_state(state=CaseState.CLOSED)) == ([case], [])


def test_of_whoever_asks_nothing_but_key_and_role_can_be_asked() -> None:
    with pytest.raises(User.DoesNotExist):
        Kept(lambda *, user: Notice.objects.filter(email=user.email))(user=make_user(email="lin@example.com"))


def test_without_stand_ins_one_persons_rows_would_be_anothers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the guard."""
    monkeypatch.setattr("portal.kept._stand_in", lambda value, at: value)
    monkeypatch.setattr("portal.kept._is_stand_in", lambda param, known: False)
    lin, wang = make_user(), make_user()
    of_lin = told(lin, "a")
    own = Kept(lambda *, user: Notice.objects.visible_to(user))
    assert own(user=lin) == [of_lin]
    assert own(user=wang) == [of_lin]
