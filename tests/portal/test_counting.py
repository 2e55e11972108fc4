"""Counts with a limit."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import counting
from portal.accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_count_stops_at_its_limit() -> None:
    for _each in range(3):
        make_user()
    rows = User.objects.order_by("pk")
    with CaptureQueriesContext(connection) as asked:
        assert [counting.capped(rows, most=most) for most in (2, 3, 1500)] == ["2+", "3", "3"]
    assert all("LIMIT" in query["sql"] for query in asked.captured_queries)
    assert counting.capped(User.objects.none()) == "0"


def test_several_counts_are_one_statement() -> None:
    people = [make_user() for _each in range(3)]
    few = User.objects.filter(pk=people[0].pk)
    with CaptureQueriesContext(connection) as asked:
        found = User.objects.values_list(counting.Counted(User.objects.all(), most=1), counting.Counted(few)).first()
    assert (found, len(asked)) == ((2, 1), 1)


def test_pages_are_numbered_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "LISTED", 4)
    people = [make_user() for _each in range(6)]
    pages = counting.CappedPaginator(User.objects.order_by("pk"), 2)
    assert (pages.count, pages.num_pages) == (4, 2)
    assert list(pages.page(2)) == people[2:4]
