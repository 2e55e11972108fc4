"""Who is asked how often, and where another than the first was chosen."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.routing import actions, exposure
from services.routing.exposure import Share
from tests.factories import (
    make_capability,
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_region,
    make_station,
    make_user,
)

pytestmark = pytest.mark.django_db
QUERIES = 9


@pytest.fixture
def desk() -> User:
    return make_user(Role.SPECIALIST)


@pytest.fixture
def pair() -> tuple[Institution, Institution]:
    return make_institution(), make_institution(region=make_region("440306"))


def offered(desk: User, pair: tuple[Institution, Institution], chosen: Institution, **case: Any) -> None:
    need = make_need(
        make_case(enterprise=make_enterprise(), now=timezone.now(), **case), make_item(), now=timezone.now()
    )
    for institution in pair:
        make_capability(institution, need.item)
    actions.offer(need, institution=chosen, by=desk, now=timezone.now(), reason="企业指定")


def month_ago() -> Any:
    return timezone.now() - timedelta(days=30)


def test_shares_add_up_and_say_who_was_passed_over(desk: User, pair: tuple[Institution, Institution]) -> None:
    near, far = pair
    for chosen in (near, near, far):
        offered(desk, pair, chosen)
    assert exposure.shares(desk, board="TI", since=month_ago()) == [
        Share(near, 2, 66.7, 3, 1, 0),
        Share(far, 1, 33.3, 0, 0, 1),
    ]
    assert exposure.shares(desk, board="CA", since=month_ago()) == []
    assert exposure.shares(desk, board="TI", since=timezone.now()) == []


def test_leads_count_their_own_stations_and_curators_all(desk: User, pair: tuple[Institution, Institution]) -> None:
    offered(desk, pair, pair[0])
    elsewhere = make_user(Role.TEAM_LEAD, station=make_station(parent=make_station()))
    counted = [exposure.shares(user, board="TI", since=month_ago()) for user in (elsewhere, make_user(Role.CURATOR))]
    assert [len(each) for each in counted] == [0, 1]


def report(client: Client, user: User) -> Any:
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client.get(reverse("routing:exposure"), {"board": "TI"})


def test_the_page_shows_shares_and_overrides(client: Client, desk: User, pair: tuple[Institution, Institution]) -> None:
    offered(desk, pair, pair[1])
    html = report(client, make_user(Role.TEAM_LEAD)).content.decode()
    assert "100.0 %" in html and "企业指定" in html
    html = report(client, make_user(Role.CURATOR)).content.decode()
    assert "100.0 %" in html and "企业指定" not in html, "curators see no cases"


def test_the_shares_are_taken_along(client: Client, desk: User, pair: tuple[Institution, Institution]) -> None:
    offered(desk, pair, pair[1])
    client.force_login(make_user(Role.CURATOR))
    answer = client.get(
        reverse("routing:exposure_table", args=["csv"]), {"board": "TI"}, headers={"Accept-Language": "en"}
    )
    header, *lines = csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert header == [
        "Institution",
        "Offers",
        "Share",
        "Stood first",
        "First, but passed over",
        "Asked instead of the first",
    ]
    assert sorted(lines) == sorted(
        [[pair[0].name, "0", "0.0", "1", "1", "0"], [pair[1].name, "1", "100.0", "0", "0", "1"]]
    )
    assert client.get(reverse("routing:exposure_table", args=["pdf"])).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.TEAM_LEAD, 200),
        (Role.CENTRE_LEAD, 200),
        (Role.CURATOR, 200),
        (Role.AUDITOR, 200),
        (Role.SPECIALIST, 403),
        (Role.PROVIDER, 403),
        (Role.ENTERPRISE, 403),
    ],
)
def test_it_is_for_leads_curators_and_auditors(client: Client, role: Role, status: int) -> None:
    answer = report(client, make_user(role))
    assert answer.status_code == status


@pytest.mark.parametrize("number", [1, 3])
def test_it_needs_the_same_queries_for_one_and_for_three(
    client: Client,
    desk: User,
    pair: tuple[Institution, Institution],
    number: int,
    django_assert_num_queries: Any,
) -> None:
    for _each in range(number):
        offered(desk, pair, pair[1])
    lead = make_user(Role.TEAM_LEAD)
    report(client, lead)
    with django_assert_num_queries(QUERIES):
        client.get(reverse("routing:exposure"), {"board": "TI"})
