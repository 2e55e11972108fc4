"""Select-with-search: open to everybody, few hits, one query."""

import re
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from portal.reference import loading
from portal.reference.fields import region_field

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reference() -> None:
    loading.load()


def hits(client: Client, name: str, **query: str) -> list[dict[str, str]]:
    return client.get(reverse(f"reference:{name}"), query).json()["results"]


def test_a_visitor_finds_a_region_with_its_path(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):  # the look-up between the savepoint of the request and its release
        found = hits(client, "regions", q="永川")
    assert found == [{"code": "500118", "name": "永川区", "path": "重庆市永川区"}]


def test_the_answer_is_in_the_language_of_the_reader(client: Client) -> None:
    answer = client.get(reverse("reference:regions"), {"q": "yongchuan"}, headers={"Accept-Language": "en"})
    assert answer.json()["results"] == [{"code": "500118", "name": "Yongchuan", "path": "Yongchuan, Chongqing"}]


def test_no_more_than_twenty_hits_come_back(client: Client) -> None:
    assert len(hits(client, "regions", q="5")) == 20
    assert len(hits(client, "industries", q="业")) == 20


def test_without_a_word_the_top_level_is_listed(client: Client) -> None:
    assert len(hits(client, "regions")) == 34
    assert [hit["code"] for hit in hits(client, "industries", q=" ")] == list("ABCDEFGHIJKLMNOPQRST")


def test_an_industry_shows_its_full_code(client: Client) -> None:
    assert hits(client, "industries", q="c33") == [{"code": "33", "name": "金属制品业", "path": "C33 金属制品业"}]


def test_htmx_gets_options(client: Client) -> None:
    answer = client.get(reverse("reference:regions"), {"q": "永川"}, headers={"HX-Request": "true"})
    assert answer["Content-Type"].startswith("text/html")
    assert '<option value="500118">重庆市永川区</option>' in answer.content.decode()
    assert (
        "disabled"
        in client.get(
            reverse("reference:regions"), {"q": "没有这个地方"}, headers={"HX-Request": "true"}
        ).content.decode()
    )


def options(client: Client, **query: str) -> list[str]:
    answer = client.get(reverse("reference:regions"), query, headers={"HX-Request": "true", "Accept-Language": "en"})
    return re.findall(r"<option.*?</option>", answer.content.decode())


def test_no_search_chooses_by_itself() -> None:
    nothing = '<option value="">— please choose —</option>'
    assert options(Client(), q="永川") == [nothing, '<option value="500118">Yongchuan, Chongqing</option>']
    assert options(Client())[0] == nothing
    assert options(Client(), q="no such place")[0] == nothing


@pytest.mark.parametrize(("typed", "found"), [("永川", 2), ("", 36), ("no such place", 3)])
def test_what_was_chosen_stays_chosen(typed: str, found: int) -> None:
    rows = options(Client(), q=typed, of="region_1", region_1="500118")
    assert (len(rows), rows[1]) == (found, '<option value="500118" selected>Yongchuan</option>')


@pytest.mark.parametrize("code", ["", "999999", "x" * 5000])
def test_a_choice_that_is_none_is_left_out(code: str) -> None:
    assert len(options(Client(), q="永川", of="region", region=code)) == 2


def test_the_search_box_sends_what_is_chosen_below_it() -> None:
    box = str(region_field().get_bound_field(forms.Form(auto_id="own_%s"), "region_1"))
    assert 'hx-include="#own_region_1"' in box and """hx-vals='{"of": "region_1"}'""" in box


@pytest.mark.parametrize("typed", ["%", "_", "'", "\\", '"; drop table', "🙂", "x" * 5000])
def test_odd_words_find_nothing_and_break_nothing(client: Client, typed: str) -> None:
    assert client.get(reverse("reference:regions"), {"q": typed}).status_code == 200


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post(reverse("reference:regions")).status_code == 405
