"""The public directory of institutions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from experts.actions import record_asking
from services.cases.states import ReferralState
from services.directory import listing
from tests.factories import (
    TODAY,
    days_ago,
    make_capability,
    make_credential,
    make_institution,
    make_item,
    make_rating,
    make_referral,
)

pytestmark = pytest.mark.django_db
SAVEPOINT = 2  # set and released by the transaction around each request
EN = {"headers": {"accept-language": "en"}}


def test_the_list_shows_listed_institutions_and_nobody_else(client: Client) -> None:
    shown = make_institution()
    on_probation = make_institution(standing="probation")
    for standing in ("applied", "reviewing", "suspended", "removed", "refused"):
        make_institution(standing=standing)
    make_institution(kind="centre")
    page = client.get("/directory/", **EN)
    assert {row.pk for row in page.context["institutions"]} == {shown.pk, on_probation.pk}


def test_the_list_counts_approved_capabilities_for_offered_items(client: Client) -> None:
    institution = make_institution()
    make_capability(institution, make_item())
    make_capability(institution, make_item(), state="proposed")
    make_capability(institution, make_item(active=False))
    [row] = client.get("/directory/", **EN).context["institutions"]
    assert len(row.offers) == 1


def test_the_list_narrows_by_name_and_board(client: Client) -> None:
    tester, certifier = make_institution(name_zh="天府检测院"), make_institution(name_zh="天府认证中心")
    make_capability(tester, make_item("TI"))
    make_capability(certifier, make_item("CA"))
    by_name = client.get("/directory/", {"q": "认证"}).context["institutions"]
    by_board = client.get("/directory/", {"board": "testing"}).context["institutions"]
    assert (by_name, by_board) == ([certifier], [tester])


def test_an_unknown_board_is_said_at_its_field(client: Client) -> None:
    page = client.get("/directory/", {"board": "nothing"}, **EN)
    assert page.status_code == 200
    assert "board" in page.context["form"].errors


def test_the_list_goes_on_by_key(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    oldest, middle, newest = (make_institution() for _ in range(3))
    first = client.get("/directory/", **EN)
    second = client.get("/directory/", {"before": first.context["older"]}, **EN)
    assert first.context["institutions"] == [newest, middle]
    assert second.context["institutions"] == [oldest]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_three_queries(client: Client, rows: int, django_assert_num_queries) -> None:
    for _ in range(rows):
        make_capability(make_institution(), make_item("TI"))
    with django_assert_num_queries(SAVEPOINT + 3):
        client.get("/directory/", **EN)


def test_an_institution_shows_offers_and_only_credentials_in_force(client: Client) -> None:
    institution = make_institution(introduction_en="We test tiles.")
    make_capability(institution, make_item(name_en="Tile testing"), price="from 300 CNY", designated=True)
    valid = make_credential(institution, valid_to=timezone.localdate() + timedelta(days=365))
    expired = make_credential(
        institution, valid_to=TODAY.replace(year=TODAY.year - 1), valid_from=TODAY.replace(year=2020)
    )
    claimed = make_credential(institution, state="claimed")
    text = client.get(f"/directory/{institution.pk}/", **EN).content.decode()
    assert "We test tiles." in text and "Tile testing" in text and "from 300 CNY" in text
    assert valid.number in text
    assert expired.number not in text and claimed.number not in text


def test_contact_data_of_an_institution_are_not_public(client: Client) -> None:
    institution = make_institution(contact_name="Zhou Min", phone="+8613900139000", email="zhou@lab.example")
    text = client.get(f"/directory/{institution.pk}/", **EN).content.decode()
    assert not any(secret in text for secret in ("Zhou Min", "13900139000", "139****9000", "zhou@lab.example"))


@pytest.mark.parametrize("standing", ["applied", "suspended", "removed", "refused"])
def test_an_institution_that_is_not_listed_is_not_found(client: Client, standing: str) -> None:
    assert client.get(f"/directory/{make_institution(standing=standing).pk}/", **EN).status_code == 404


def test_two_answers_are_not_shown(client: Client) -> None:
    institution = make_institution()
    for _ in range(2):
        make_rating(institution, grade=5, rated_at=days_ago(1))
    page = client.get(f"/directory/{institution.pk}/", **EN)
    assert page.context["score"].shown is None
    assert "Fewer than 3 answers" in page.content.decode()


def test_three_answers_are_shown_with_their_number_and_the_response_rate(client: Client) -> None:
    institution = make_institution()
    record_asking(institution, board="TI", referral_ref=1, now=days_ago(9))
    for _ in range(3):
        make_rating(institution, grade=5, rated_at=days_ago(1))
    text = client.get(f"/directory/{institution.pk}/", **EN).content.decode()
    assert "of 5 · 3 answers" in text
    assert "3 of 4 asked answered" in text


def test_the_services_delivered_are_counted(client: Client) -> None:
    institution = make_institution()
    for state in (ReferralState.CONFIRMED, ReferralState.CONFIRMED, ReferralState.DELIVERED):
        make_referral(institution=institution, state=state)
    page = client.get(f"/directory/{institution.pk}/", **EN)
    assert page.context["services"] == 2
    assert "2 services delivered" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_an_institution_costs_five_queries(client: Client, rows: int, django_assert_num_queries) -> None:
    institution = make_institution()
    for number in range(rows):
        make_capability(institution, make_item("TI"))
        make_credential(institution, type=f"KIND{number}")
        make_rating(institution)
    with django_assert_num_queries(SAVEPOINT + 5):
        client.get(f"/directory/{institution.pk}/", **EN)
