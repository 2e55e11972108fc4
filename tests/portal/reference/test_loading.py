"""Rows that come as files: loaded once, followed while untouched, left alone once edited."""

from datetime import date
from typing import Any

import pytest

from portal.reference import loading
from portal.reference.loading import follow
from portal.reference.models import Industry, Region

pytestmark = pytest.mark.django_db


def row(code: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "parent_id": None,
        "section": code,
        "level": 1,
        "name_zh": name,
        "name_en": name,
        "pinyin": name,
        "size_rule": "",
        **more,
    }


def test_the_second_load_changes_nothing() -> None:
    assert [(done.created, done.unchanged) for done in loading.load()] == [(3224, 0), (129, 0)]
    assert [(done.created, done.updated, done.unchanged, done.edited) for done in loading.load()] == [
        (0, 0, 3224, 0),
        (0, 0, 129, 0),
    ]


def test_an_untouched_row_follows_the_file_and_an_edited_one_stays() -> None:
    follow(Industry, [row("A", "first"), row("B", "second"), row("C", "third")])
    Industry.objects.filter(code="B").update(name_zh="edited here")

    done = follow(Industry, [row("A", "FIRST"), row("B", "SECOND"), row("C", "third"), row("D", "fourth")])

    assert (done.created, done.updated, done.unchanged, done.edited) == (1, 1, 1, 1)
    assert dict(Industry.objects.values_list("code", "name_zh")) == {
        "A": "FIRST",
        "B": "edited here",
        "C": "third",
        "D": "fourth",
    }


def test_an_updated_row_goes_on_following() -> None:
    for name in ("one", "two", "three"):
        follow(Industry, [row("A", name)])
    assert Industry.objects.get().name_zh == "three"


def test_a_row_that_was_edited_to_what_the_file_says_is_not_counted_as_edited() -> None:
    follow(Industry, [row("A", "one")])
    Industry.objects.update(name_zh="two", name_en="two", pinyin="two")
    assert follow(Industry, [row("A", "two")]).unchanged == 1


def test_rows_that_the_file_does_not_know_stay() -> None:
    Region.objects.create(code="510185101", parent=None, level=1, name_zh="石桥街道", name_en="Shiqiao")
    loading.load()
    assert Region.objects.filter(code="510185101").exists()


def test_columns_that_are_derived_are_written_and_not_compared() -> None:
    derived = {"pinyin": "derived"}
    plain = {key: value for key, value in row("A", "one").items() if key != "pinyin"}
    follow(Industry, [plain], derive=lambda source, existing: derived)
    assert Industry.objects.get().pinyin == "derived"
    Industry.objects.update(pinyin="other")
    assert follow(Industry, [plain], derive=lambda source, existing: derived).unchanged == 1


def test_dates_survive_the_comparison() -> None:
    source = {
        "code": "500118",
        "parent_id": None,
        "level": 1,
        "name_zh": "永川区",
        "name_en": "Yongchuan",
        "pinyin": "",
        "valid_from": "2006-10-22",
        "valid_to": None,
    }
    follow(Region, [source])
    assert Region.objects.get().valid_from == date(2006, 10, 22)
    assert follow(Region, [source]).unchanged == 1
