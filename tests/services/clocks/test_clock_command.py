"""``manage.py clock`` answers from a file alone: these tests have no database."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from services.clocks.management.commands.clock import Command
from tests.services.clocks.calendars import OVERRIDES, WEEK

CALENDARS: dict[str, Any] = {
    "centre": {"timezone": "Asia/Shanghai", "weekly": WEEK, "overrides": OVERRIDES},
    "shut": {"timezone": "Asia/Shanghai", "weekly": {}, "overrides": []},
    "torn": {"timezone": "Asia/Shanghai", "weekly": {"mon": [["12:00", "09:00"]]}},
    "once": {
        "timezone": "Asia/Shanghai",
        "weekly": {},
        "overrides": [{"date": "2026-03-02", "windows": [["09:00", "10:00"]]}],
    },
}
START = "2026-03-02T09:00:00+08:00"


def ask(tmp_path: Path, *cases: object, **top: object) -> list[dict[str, Any]]:
    path = tmp_path / "cases.json"
    path.write_text(
        json.dumps({"working_day_minutes": 420, "calendars": CALENDARS, "cases": cases} | top), encoding="utf-8"
    )
    out = io.StringIO()
    call_command("clock", str(path), "--json", stdout=out)
    answers: list[dict[str, Any]] = json.loads(out.getvalue())
    return answers


def case(**fields: object) -> dict[str, object]:
    return {"id": "a", "calendar": "centre", "start": START, "budget_minutes": 60} | fields


def test_it_answers_due_and_elapsed(tmp_path: Path) -> None:
    pauses = [["2026-03-02T09:30:00+08:00", "2026-03-02T10:00:00+08:00"]]
    at = ["2026-03-02T09:00:00+08:00", "2026-03-02T11:00:00+08:00", "2026-03-02T02:00:00Z", "2026-03-09T09:00:00+08:00"]
    assert ask(tmp_path, case(pauses=pauses, at=at)) == [
        {"id": "a", "due": "2026-03-02T10:30:00+08:00", "error": None, "elapsed": [0, 90, 30, 2070]}
    ]


def test_working_days_have_the_length_the_file_gives(tmp_path: Path) -> None:
    days: dict[str, object] = {"budget_minutes": None, "budget_working_days": 1}
    half = days | {"budget_working_days": 0.5}
    assert [each["due"] for each in ask(tmp_path, case(**days), case(**half))] == [
        "2026-03-02T18:00:00+08:00",
        "2026-03-02T14:30:00+08:00",
    ]
    assert ask(tmp_path, case(**days), working_day_minutes=60)[0]["due"] == "2026-03-02T10:00:00+08:00"


def test_an_open_pause_says_paused(tmp_path: Path) -> None:
    pauses = [["2026-03-02T09:30:00+08:00", None]]
    answer = ask(tmp_path, case(pauses=pauses, at=["2026-03-05T09:00:00+08:00"]))[0]
    assert (answer["due"], answer["elapsed"], answer["error"]) == ("paused", [30], None)
    assert ask(tmp_path, case(pauses=pauses, budget_minutes=30))[0]["due"] == "2026-03-02T09:30:00+08:00"


def test_an_instant_without_offset_is_read_in_the_calendars_zone(tmp_path: Path) -> None:
    assert ask(tmp_path, case(start="2026-03-02T09:00"))[0]["due"] == "2026-03-02T10:00:00+08:00"


WRONG = [
    ({"calendar": "none"}, "There is no calendar"),
    ({"calendar": None}, "There is no calendar"),
    ({"calendar": ["centre"]}, "There is no calendar"),
    ({"calendar": "shut"}, "no working time in 400 days"),
    ({"calendar": "shut", "budget_minutes": 0}, "no working time in 400 days"),
    ({"calendar": "once", "budget_minutes": 61}, "no working time in 400 days"),
    ({"calendar": "torn"}, "12:00–09:00"),
    ({"start": None}, "is not an instant"),
    ({"start": "yesterday"}, "is not an instant"),
    ({"start": "9999-12-31T23:59:59-14:00"}, "out of range"),
    ({"start": "0001-01-01T00:00:00+14:00"}, "out of range"),
    ({"budget_minutes": -1}, "must not be negative"),
    ({"budget_minutes": 1.5}, "must be whole"),
    ({"budget_minutes": "60"}, "must be a number"),
    ({"budget_minutes": True}, "must be a number"),
    ({"budget_minutes": None}, "either"),
    ({"budget_minutes": 10**9}, "out of range"),
    ({"budget_working_days": 1}, "either"),
    ({"pauses": [["2026-03-02T11:00:00+08:00", "2026-03-02T10:00:00+08:00"]]}, "ends before it begins"),
    ({"pauses": [["2026-03-02T11:00:00+08:00"]]}, "pair of instants"),
    ({"pauses": "none"}, "must be a list"),
    ({"at": ["2026-03-02T08:59:00+08:00"]}, "lies before the start"),
    ({"at": [START, None]}, "is not an instant"),
    ({"at": START}, "must be a list"),
]


@pytest.mark.parametrize(("fields", "error"), WRONG)
def test_a_case_that_makes_no_sense_has_its_error_and_the_rest_is_answered(
    tmp_path: Path, fields: dict[str, object], error: str
) -> None:
    wrong, right = ask(tmp_path, case(**fields), case(id="b"))
    asked = fields.get("at")
    assert wrong == {
        "id": "a",
        "due": None,
        "error": wrong["error"],
        "elapsed": [None] * (len(asked) if isinstance(asked, list) else 0),
    }
    assert error in wrong["error"]
    assert (right["id"], right["due"], right["error"]) == ("b", "2026-03-02T10:00:00+08:00", None)


def test_things_that_are_no_cases_are_answered_too(tmp_path: Path) -> None:
    answers = ask(tmp_path, None, 7, case(id=3), [])
    assert [each["id"] for each in answers] == [None, None, 3, None]
    assert [bool(each["error"]) for each in answers] == [True, True, False, True]


def test_a_bad_working_day_spoils_only_cases_that_count_in_days(tmp_path: Path) -> None:
    days = case(budget_minutes=None, budget_working_days=1)
    answers = ask(tmp_path, days, case(), working_day_minutes=0)
    assert [bool(each["error"]) for each in answers] == [True, False]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cases": 1}', "null", "[" * 100_000])
def test_a_file_without_cases_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cases.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("clock", str(path), "--json")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("clock", str(tmp_path / "missing.json"))


def test_people_can_read_it_without_json(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    cases = [case(at=[START]), case(id="b", start="?")]
    path.write_text(json.dumps({"calendars": CALENDARS, "cases": cases}), encoding="utf-8")
    out = io.StringIO()
    call_command("clock", str(path), stdout=out)
    assert out.getvalue() == "a: due 2026-03-02T10:00:00+08:00; elapsed 0\nb: error: “?” is not an instant.\n"


def test_it_asks_for_no_checks() -> None:
    assert Command.requires_system_checks == []
