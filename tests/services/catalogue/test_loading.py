"""Boards and items as rows: loaded in seconds, followed while untouched, never taken from a curator."""

import time
from typing import Any

import pytest
from django.core.management import call_command

from portal import search
from portal.reference.models import Industry, Region
from services.catalogue import indexing, loading
from services.catalogue.models import Board, ServiceItem

pytestmark = pytest.mark.django_db


def test_all_boards_and_items_arrive_as_they_are_written() -> None:
    boards, items = loading.load()
    assert (boards.created, items.created) == (6, 122)
    assert list(Board.objects.order_by("order").values_list("code", flat=True)) == ["SM", "CA", "TI", "IP", "MC", "LS"]
    item = ServiceItem.objects.get(code="SM-01")
    assert item.board.name_zh == "标准计量"
    assert item.name_zh == "强制检定工作计量器具检定"
    assert item.required_credentials == ["METROLOGY_AUTHORISATION"]
    assert (item.designated_only, item.promised_working_days, item.version) == (True, 20, 1)
    assert [question["key"] for question in item.intake_questions][:2] == ["instruments", "verification_purpose"]
    assert item.deadline_question == "certificate_expiry_date"


@pytest.mark.parametrize(
    ("asked", "code"),
    [("地磅检定", "SM-01"), ("强检", "SM-01"), ("compulsory verification", "SM-01"), ("sm-01", "SM-01")],
)
def test_an_item_is_found_by_what_people_say(asked: str, code: str) -> None:
    loading.load()
    found = search.ranked(search.match(ServiceItem.objects.all(), asked), asked)
    assert code in [item.code for item in found[:2]]


def test_loading_again_changes_nothing() -> None:
    loading.load()
    assert [(done.created, done.updated, done.unchanged, done.edited) for done in loading.load()] == [
        (0, 0, 6, 0),
        (0, 0, 122, 0),
    ]


def test_an_item_that_a_curator_edited_is_left_alone_and_an_untouched_one_gets_a_new_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loading.load()
    ServiceItem.objects.filter(code="SM-01").update(promised_working_days=12)
    read = loading._read

    def newer(name: str) -> Any:
        data = read(name)
        if name == "service_catalogue.json":
            for item in data[:2]:
                item["promised_working_days"] = 99
        return data

    monkeypatch.setattr(loading, "_read", newer)
    _boards, items = loading.load()
    assert (items.created, items.updated, items.unchanged, items.edited) == (0, 1, 120, 1)
    rows = ServiceItem.objects.filter(code__in=["SM-01", "SM-02"])
    assert {row.code: (row.promised_working_days, row.version) for row in rows} == {"SM-01": (12, 1), "SM-02": (99, 2)}


def test_a_board_that_a_curator_renamed_keeps_its_name() -> None:
    loading.load()
    Board.objects.filter(code="SM").update(name_zh="计量标准")
    boards, _items = loading.load()
    assert (boards.unchanged, boards.edited) == (5, 1)
    assert Board.objects.get(code="SM").name_zh == "计量标准"


def test_an_edited_item_is_indexed_by_its_new_words() -> None:
    loading.load()
    item = ServiceItem.objects.get(code="SM-01")
    item.keywords = {"zh": ["电子秤年检"], "en": []}
    ServiceItem.objects.filter(code="SM-01").update(search=indexing.of(item))
    assert search.match(ServiceItem.objects.all(), "电子秤年检").filter(code="SM-01").exists()


def test_one_command_loads_everything_in_under_three_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    started = time.perf_counter()
    call_command("load_reference")
    took = time.perf_counter() - started
    assert (Region.objects.count(), Industry.objects.count(), ServiceItem.objects.count()) == (3224, 129, 122)
    assert len(capsys.readouterr().out.splitlines()) >= 5
    assert took < 3
