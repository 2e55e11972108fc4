"""`evaluate_triage`: the figures, what counts as right, cross-validation, and files that cannot be used."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from services.catalogue import loading as catalogue
from services.catalogue.models import ServiceItem
from services.triage.suggestion import evaluation, loading
from services.triage.suggestion.results import Example, Scored, Suggestion
from tests.services.triage.suggesting import suggester

KEYS = [
    "n",
    "board_top1",
    "board_top2",
    "item_hit5",
    "out_precision",
    "out_recall",
    "urgency_accuracy",
    "ms_per_text",
]
ROWS = [
    {"id": "1", "text": "地磅要检定", "boards": ["SM"], "items": ["SM-01"], "urgency": "normal"},
    {"id": "2", "text": "想注册商标", "boards": ["IP"], "items": ["IP-08"], "urgency": "normal"},
    {"id": "3", "text": "怎么办营业执照", "boards": ["OUT"], "items": [], "urgency": "normal"},
    {"id": "4", "text": "商标被抢注", "boards": ["LS"], "items": ["LS-01"], "urgency": "urgent"},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.json"
    path.write_text(json.dumps(ROWS, ensure_ascii=False), encoding="utf-8")
    return path


def run(*args: Any) -> str:
    out = StringIO()
    call_command("evaluate_triage", *map(str, args), stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_one_json_object_with_the_agreed_keys(file: Path) -> None:
    catalogue.load()
    found = json.loads(run(file, "--json"))
    assert list(found) == KEYS
    assert found.pop("ms_per_text") > 0
    assert found == {
        "n": 4,
        "board_top1": 0.6667,
        "board_top2": 0.6667,
        "item_hit5": 0.6667,
        "out_precision": 1.0,
        "out_recall": 1.0,
        "urgency_accuracy": 0.6667,
    }


@pytest.mark.django_db
def test_for_people_the_figures_stand_in_lines_with_the_misses_below(file: Path) -> None:
    catalogue.load()
    lines = run(file, "--misses").splitlines()
    assert lines[0].split() == ["texts", "4"]
    assert len(lines) == len(KEYS) + 1
    assert lines[-1].startswith("4\tLS-01\t")


@pytest.mark.django_db
def test_an_empty_catalogue_is_said(file: Path) -> None:
    with pytest.raises(CommandError, match="load the catalogue first"):
        run(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON"),
        (b"\xb2\xe2\xca\xd4", "is not UTF-8"),
        (b"{}", "must hold a list"),
        (b"[]", "is empty"),
        (b"[3]", "Row 1: not an object"),
        (b'[{"boards": ["SM"]}]', "Row 1: .text. must be a string"),
        (b'[{"text": "a", "boards": "SM"}]', "Row 1: .boards. must be a list"),
        (b'[{"text": "a", "boards": []}]', "Row 1: .boards. is empty"),
        (b'[{"text": "a", "boards": ["SM"], "items": [1]}]', "Row 1: .items. must be a list"),
        (b'[{"text": "a", "boards": ["SM"]}, {"text": "b", "boards": ["SM"], "urgency": "x"}]', "Row 2: .urgency."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        run(path)


def test_a_missing_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.json")
    with pytest.raises(CommandError, match="Name a file"):
        run()


def outcome(labels: list[str], boards: list[str], *, door: str = "") -> evaluation.Outcome:
    suggestion = Suggestion(
        boards=tuple(Scored(code, 0.5) for code in boards),
        items=(Scored("SM-01", 0.5),),
        out_of_scope=Scored(door, 0.5) if door else None,
        urgency=Scored("normal", 1.0),
    )
    return evaluation.Outcome({"boards": labels, "items": ["SM-01"], "urgency": "normal"}, suggestion)


def test_saying_another_door_about_one_of_ours_costs_the_first_place_only() -> None:
    found = evaluation.figures([outcome(["SM"], ["SM"], door="hall")], 1.0)
    assert (found["board_top1"], found["board_top2"], found["out_precision"]) == (0.0, 1.0, 0.0)


def test_any_label_counts_for_the_first_place_and_the_first_label_for_two() -> None:
    found = evaluation.figures([outcome(["SM", "CA"], ["CA", "TI", "SM"])], 1.0)
    assert (found["board_top1"], found["board_top2"]) == (1.0, 0.0)


def test_texts_for_other_doors_do_not_count_for_boards() -> None:
    found = evaluation.figures([outcome(["OUT"], ["SM"], door="hall"), outcome(["OUT"], ["SM"])], 1.0)
    assert found == {
        "n": 2,
        "board_top1": None,
        "board_top2": None,
        "item_hit5": None,
        "out_precision": 1.0,
        "out_recall": 0.5,
        "urgency_accuracy": None,
        "ms_per_text": 1.0,
    }


def test_near_copies_are_tested_together() -> None:
    rows = [
        {"text": "压力表到期了去哪里检", "boards": ["SM"], "items": ["SM-01"], "urgency": "normal"},
        {"text": "想注册商标", "boards": ["IP"], "items": ["IP-08"], "urgency": "normal"},
        {"text": "压力表到期了去哪检", "boards": ["SM"], "items": ["SM-01"], "urgency": "normal"},
    ]
    assert evaluation.near_copies(rows) == [[0, 2], [1]]
    assert sorted(place for fold in evaluation.folds(rows) for place in fold) == [0, 1, 2]


def test_cross_validation_tests_every_text_once_with_what_the_others_taught() -> None:
    seen: list[int] = []

    def build(examples: list[Any]) -> Any:
        seen.append(len(examples))
        return suggester()

    outcomes, _ = evaluation.cross_validate([dict(row) for row in ROWS], build)
    assert sorted(one.row["id"] for one in outcomes) == ["1", "2", "3", "4"]
    assert seen == [3, 3, 3, 3]


@pytest.mark.django_db
def test_cross_validation_of_a_file_prints_the_same_figures(file: Path) -> None:
    catalogue.load()
    assert list(json.loads(run(file, "--cross-validate", "--json"))) == KEYS


@pytest.mark.django_db
def test_the_current_suggester_is_kept_until_the_catalogue_changes() -> None:
    loading.forget()
    assert loading.current() is None
    catalogue.load()
    kept = loading.current()
    assert kept is not None
    assert loading.current() is kept
    ServiceItem.objects.filter(code="IP-08").update(active=False)
    changed = loading.current()
    assert changed is not None
    assert changed is not kept
    assert "IP-08" not in changed.items
    loading.forget()


@pytest.mark.django_db
def test_looking_whether_it_is_current_costs_one_query(django_assert_num_queries: Any) -> None:
    catalogue.load()
    loading.current()
    with django_assert_num_queries(1):
        loading.current()
    loading.forget()


@pytest.mark.django_db
def test_decisions_are_learnt_again_after_an_hour_and_asked_for_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.load()
    asked: list[str] = []

    def decided() -> list[Example]:
        asked.append("asked")
        return [Example("蓝火星球传送门办理", ("OUT",), door="other", decision="QS-20261120-00008")]

    loading.forget()
    first = loading.current(decided)
    assert loading.current(decided) is first
    assert asked == ["asked"]
    monkeypatch.setattr(loading, "LEARN_AGAIN_SECONDS", 0.0)
    assert loading.current(decided) is not first
    assert asked == ["asked", "asked"]
    loading.forget()
