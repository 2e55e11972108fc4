"""The rules of the catalogue's data, one by one, on the files as they are shipped."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "services" / "catalogue" / "fixtures"
TEXTS = ("name", "summary", "qualification", "turnaround", "result")


def read(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


ITEMS: list[dict[str, Any]] = read("service_catalogue.json")
VOCABULARY: dict[str, Any] = read("vocabulary.json")
TERMS: list[dict[str, Any]] = read("terms.json")


def codes(vocabulary: str) -> set[str]:
    return {row["code"] for row in VOCABULARY[vocabulary]}


def questions(item: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {question["key"]: question for question in item["intake_questions"]}


every_item = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["code"])


def test_there_are_122_items_with_codes_of_their_own() -> None:
    assert len({item["code"] for item in ITEMS}) == len(ITEMS) == 122
    assert Counter(item["board"] for item in ITEMS) == {"SM": 23, "CA": 21, "TI": 21, "IP": 20, "MC": 21, "LS": 16}


def test_positions_on_a_board_are_gapless() -> None:
    for board in codes("boards"):
        orders = [item["order"] for item in ITEMS if item["board"] == board]
        assert orders == list(range(1, len(orders) + 1)), board


@every_item
def test_the_code_begins_with_its_board(item: dict[str, Any]) -> None:
    assert re.fullmatch(rf"{item['board']}-\d{{2}}", item["code"])


@every_item
def test_vocabularies_are_closed(item: dict[str, Any]) -> None:
    assert item["board"] in codes("boards")
    assert item["credential_mode"] in codes("credential_modes")
    assert item["conflict_role"] in codes("conflict_roles")
    assert item["promise_covers"] in codes("promise_covers")
    assert item["turnaround_basis"] in ("published", "estimate")
    assert item["delivery"]
    assert set(item["delivery"]) <= codes("delivery_kinds")
    assert item["basis"]
    assert set(item["basis"]) <= codes("basis")
    assert {question["type"] for question in item["intake_questions"]} <= set(VOCABULARY["question_types"])


@every_item
def test_credentials_are_decided(item: dict[str, Any]) -> None:
    for decided in [item, *item["credential_rules"]]:
        credentials = decided["required_credentials"]
        assert credentials
        assert set(credentials) <= codes("credentials")
        assert "NONE" not in credentials or (credentials, decided["credential_mode"]) == (["NONE"], "any")
        assert decided["credential_mode"] in codes("credential_modes")
        assert decided.get("conflict_role", "none") in codes("conflict_roles")


@every_item
def test_a_rule_asks_a_question_of_its_item_and_an_answer_among_the_choices(item: dict[str, Any]) -> None:
    for rule in item["credential_rules"]:
        question = questions(item)[rule["when"]["question"]]
        if question["type"] == "bool":
            assert isinstance(rule["when"]["equals"], bool)
        else:
            assert rule["when"]["equals"] in [choice["key"] for choice in question["choices"]]


@every_item
def test_the_deadline_is_a_date_that_the_item_asks_for(item: dict[str, Any]) -> None:
    if item["deadline_question"] is not None:
        assert questions(item)[item["deadline_question"]]["type"] == "date"


@every_item
def test_questions_are_well_formed_and_one_at_least_is_required(item: dict[str, Any]) -> None:
    assert len(questions(item)) == len(item["intake_questions"])
    assert any(question["required"] for question in item["intake_questions"])
    for question in item["intake_questions"]:
        assert question["label_zh"]
        assert question["label_en"]
        assert ("choices" in question) == (question["type"] == "choice")
        assert ("columns" in question) == (question["type"] == "table")
        for part in (question.get("choices", []), question.get("columns", [])):
            assert len({row["key"] for row in part}) == len(part)
            assert all(row["label_zh"] and row["label_en"] for row in part)


def test_a_key_means_the_same_everywhere() -> None:
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for item in ITEMS:
        for key, question in questions(item).items():
            told = {part: question.get(part) for part in ("label_zh", "label_en", "type", "choices", "columns")}
            meanings[key].add(json.dumps(told, ensure_ascii=False, sort_keys=True))
    assert {key: told for key, told in meanings.items() if len(told) > 1} == {}


@every_item
def test_texts_are_there_in_both_languages(item: dict[str, Any]) -> None:
    for text in TEXTS:
        assert item[f"{text}_zh"].strip()
        assert item[f"{text}_en"].strip()
        assert re.search("[\u4e00-\u9fff]", item[f"{text}_zh"])
        assert not re.search("[\u4e00-\u9fff]", item[f"{text}_en"])


@every_item
def test_promises_and_keywords_are_within_reason(item: dict[str, Any]) -> None:
    assert 1 <= item["promised_working_days"] <= 250
    assert 10 <= len(item["keywords"]["zh"]) <= 20
    assert 5 <= len(item["keywords"]["en"]) <= 10
    for language in ("zh", "en"):
        assert len(set(item["keywords"][language])) == len(item["keywords"][language])


def test_boards_and_credentials_have_names_in_both_languages() -> None:
    assert [board["code"] for board in VOCABULARY["boards"]] == ["SM", "CA", "TI", "IP", "MC", "LS"]
    for row in VOCABULARY["boards"] + VOCABULARY["credentials"] + VOCABULARY["delivery_kinds"]:
        assert row["name_zh"]
        assert row["name_en"]
    for row in VOCABULARY["credentials"]:
        re.compile(row["number_pattern"] or "")


def test_the_pool_knows_the_same_credentials() -> None:
    shipped = json.loads((ROOT / "experts" / "fixtures" / "credentials.json").read_text(encoding="utf-8"))
    assert shipped == VOCABULARY["credentials"]


def test_terms_are_unique_and_never_avoid_themselves() -> None:
    assert len(TERMS) == 185
    assert len({term["key"] for term in TERMS}) == len({term["term_zh"] for term in TERMS}) == 185
    assert [term["key"] for term in TERMS if term["term_en"] in term["avoid_en"]] == []
