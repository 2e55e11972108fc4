"""No list of the portal counts a table that grows with the nation: counts stop at a limit, or are about one owner."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.accounts.roles import Role
from tests.authz.routes import Route, routes
from tests.factories import make_case, make_enterprise, make_need, make_referral, make_station, make_user
from tests.people import browser_of, make_notice

pytestmark = pytest.mark.django_db

COUNT = re.compile(r'COUNT\(\*\) AS "__count"')
OF_ONE = re.compile(r'"(enterprise|institution|user|case|referral|equipment|owner|applicant|expert)_id" = \d+')
SMALL = re.compile(r'FROM "(catalogue|accounts_privacynotice|reference|triage_warningstep)')
LISTS = [route for route in routes().values() if not route.parameters and not route.name.endswith(("/add/", "schema"))]


def counts_a_table(sql: str) -> bool:
    """Whether this goes through all rows of a table, however many there are."""
    return bool(COUNT.search(sql)) and not (OF_ONE.search(sql) or SMALL.search(sql) or "LIMIT" in sql)


@pytest.fixture
def rows() -> None:
    make_station()
    make_notice()
    make_referral(make_need(make_case(enterprise=make_enterprise())))


def _counts_of(user: User, lists: list[Route]) -> list[str]:
    client = browser_of(user)
    client.raise_request_exception = False
    with CaptureQueriesContext(connection) as asked:
        for route in lists:
            client.get(route.address({}))
    return [query["sql"] for query in asked.captured_queries if counts_a_table(query["sql"])]


@pytest.mark.parametrize("role", [*Role])
def test_no_list_counts_a_table(rows: None, role: Role) -> None:
    assert _counts_of(make_user(role), LISTS) == []


def test_a_count_of_all_is_seen() -> None:
    """The twin: what is looked for is what Django says."""
    with CaptureQueriesContext(connection) as asked:
        User.objects.count()
        User.objects.all()[:10].count()
    assert [counts_a_table(query["sql"]) for query in asked.captured_queries] == [True, False]
