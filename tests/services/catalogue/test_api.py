"""Boards and items for programs, open to everybody; and the description of the whole API."""

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from services.catalogue import indexing
from services.catalogue.models import ServiceItem
from tests.factories import BOARDS, make_board, make_item

pytestmark = pytest.mark.django_db

LIST_QUERIES = 3
"""The transaction of the request is two of them."""


def test_boards_come_in_their_order_and_need_no_key() -> None:
    for code in BOARDS:
        make_board(code)
    rows = APIClient().get("/api/v1/boards/").json()
    assert [row["code"] for row in rows] == list(BOARDS)
    assert rows[0]["name_zh"] == "标准计量"
    assert APIClient().get("/api/v1/boards/SM/").json()["slug"] == "metrology"


def test_items_are_those_offered_by_cursor_filter_and_words() -> None:
    made = [make_item("SM", name_zh="压力表检定"), make_item("TI", name_zh="跌落试验"), make_item(active=False)]
    for item in made:
        ServiceItem.objects.filter(pk=item.pk).update(search=indexing.of(item))
    client = APIClient()
    codes = [row["code"] for row in client.get("/api/v1/items/").json()["results"]]
    assert codes == sorted(item.code for item in made[:2])
    first = client.get("/api/v1/items/?page_size=1").json()
    assert len(first["results"]) == 1 and client.get(first["next"]).json()["results"][0]["code"] == codes[1]
    assert [row["code"] for row in client.get("/api/v1/items/?board=SM").json()["results"]] == [made[0].code]
    assert [row["code"] for row in client.get("/api/v1/items/?q=跌落").json()["results"]] == [made[1].code]
    assert client.get(f"/api/v1/items/{made[2].code}/").status_code == 404


def test_nobody_writes_the_catalogue_here() -> None:
    board = make_board()
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(APIClient(), method)(f"/api/v1/boards/{board.code}/", {}, format="json")
        assert answer.status_code in {401, 403, 405} and answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_three_queries(rows: int, django_assert_num_queries) -> None:
    for _one in range(rows):
        make_item()
    with django_assert_num_queries(LIST_QUERIES):
        APIClient().get("/api/v1/items/")


def test_the_description_of_the_api_is_valid_and_without_warnings(tmp_path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_every_post_asks_for_its_key_and_every_operation_knows_the_problem() -> None:
    schema = yaml.safe_load(Client().get("/api/schema/").content)
    posts = [methods["post"] for methods in schema["paths"].values() if "post" in methods]
    assert posts and all("Idempotency-Key" in [one["name"] for one in post["parameters"]] for post in posts)
    every = [operation for methods in schema["paths"].values() for operation in methods.values()]
    assert all("application/problem+json" in operation["responses"]["default"]["content"] for operation in every)
    sending = schema["paths"]["/api/v1/cases/"]["post"]["requestBody"]["content"]["application/json"]
    assert sending["examples"]["ASanitary-wareMaker"]["value"]["product"] == "卫生陶瓷"
