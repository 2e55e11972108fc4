"""``manage.py clock`` against somebody who reads the file, walks minute by minute and shares no code with it."""

import io
import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.clocks import evaluation

MINUTE = timedelta(minutes=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = {
    "Asia/Shanghai": "2026-02-13",
    "Europe/Berlin": "2026-03-28",
    "America/New_York": "2026-10-31",
    "Australia/Lord_Howe": "2026-04-04",
    "Asia/Kathmandu": "2028-02-28",
    "Asia/Urumqi": "2025-12-31",
}
LONGEST = 4 * 1440  # minutes walked


@st.composite
def windows(draw: st.DrawFn) -> list[list[str]]:
    edges = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    times = [f"{quarter // 4:02d}:{quarter % 4 * 15:02d}" for quarter in edges]
    return [list(pair) for pair in zip(times[0::2], times[1::2], strict=False)]


@st.composite
def instants(draw: st.DrawFn, day: str, first: int, last: int) -> str:
    """Written with any offset, sometimes with seconds."""
    minute = datetime.fromisoformat(f"{day}T00:00:00+00:00") + draw(st.integers(first, last)) * MINUTE
    minute += timedelta(seconds=draw(st.sampled_from([0, 0, 59])))
    offset = timedelta(minutes=draw(st.sampled_from([0, 480, -210])))
    return (minute + offset).replace(tzinfo=None).isoformat() + draw(st.sampled_from([_written(offset)]))


def _written(offset: timedelta) -> str:
    sign, minutes = ("-", -offset) if offset < timedelta() else ("+", offset)
    return f"{sign}{minutes // timedelta(hours=1):02d}:{minutes // MINUTE % 60:02d}"


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    zone, day = draw(st.sampled_from(sorted(ZONES.items())))
    near = [(datetime.fromisoformat(day) + timedelta(days=offset)).date().isoformat() for offset in range(-1, 5)]
    dates = draw(st.lists(st.sampled_from(near), max_size=3, unique=True))
    overrides = [{"date": date, "windows": draw(windows()), "reason": "…"} for date in dates]
    weekly = {name: draw(windows()) for name in draw(st.sets(st.sampled_from(WEEKDAYS)))}
    weekly["sun"] = [["09:00", "12:00"], ["14:00", "18:00"]]
    start = draw(instants(day, 0, 1440))
    case: dict[str, Any] = {"id": draw(st.integers() | st.text(max_size=3)), "calendar": "c", "start": start}
    case["pauses"] = draw(st.lists(_pauses(day), max_size=3))
    case["at"] = draw(st.lists(instants(day, 0, LONGEST), max_size=4))
    if draw(st.booleans()):
        case["budget_minutes"] = draw(st.integers(0, 1200))
    else:
        case["budget_working_days"] = draw(st.sampled_from([0, 0.5, 1, 2, 1.25]))
    calendar = {"timezone": zone, "weekly": weekly, "overrides": overrides}
    return {"working_day_minutes": draw(st.sampled_from([60, 420])), "calendars": {"c": calendar}, "cases": [case]}


def _pauses(day: str) -> st.SearchStrategy[list[str | None]]:
    return st.tuples(instants(day, -600, LONGEST), st.none() | instants(day, -600, LONGEST)).map(list)


def answered(file: dict[str, Any]) -> dict[str, Any]:
    """What the walk says: the same shape as the command's answer, ``error`` as yes or no."""
    case, calendar = file["cases"][0], file["calendars"]["c"]
    zone, start = ZoneInfo(calendar["timezone"]), _minute(case["start"])
    pauses = [(_minute(begin), end and _minute(end)) for begin, end in case["pauses"]]
    asked = [_minute(each) for each in case["at"]]
    if any(end and end < begin for begin, end in pauses) or any(each < start for each in asked):
        return {"id": case["id"], "due": None, "error": True, "elapsed": [None] * len(asked)}
    budget = case.get("budget_minutes")
    if budget is None:
        budget = round(case["budget_working_days"] * file["working_day_minutes"])
    special = {each["date"]: each["windows"] for each in calendar["overrides"]}
    elapsed, due, minute = [0], None, start
    while due is None or len(elapsed) <= LONGEST + 1440:
        if due is None and elapsed[-1] == budget:
            due = minute
        if due is None and any(begin <= minute and end is None for begin, end in pauses):
            due = "paused"
        local = minute.astimezone(zone)
        today = special.get(local.date().isoformat(), calendar["weekly"].get(WEEKDAYS[local.weekday()], []))
        works = any(opens <= f"{local:%H:%M}" < closes for opens, closes in today)
        held = any(begin <= minute and (end is None or minute < end) for begin, end in pauses)
        elapsed.append(elapsed[-1] + (works and not held))
        minute += MINUTE
    counted = [elapsed[(each - start) // MINUTE] for each in asked]
    return {"id": case["id"], "due": due, "error": False, "elapsed": counted}


def _minute(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(second=0)


@settings(max_examples=50, deadline=None)
@given(files())
def test_the_answer_is_that_of_a_walk_minute_by_minute(file: dict[str, Any]) -> None:
    (given,) = evaluation.answers(file)
    if given["due"] not in (None, "paused"):
        given["due"] = datetime.fromisoformat(given["due"]).astimezone(UTC)
        if not file["cases"][0].get("budget_minutes", file["cases"][0].get("budget_working_days")):
            given["due"] = given["due"].replace(second=0)  # a zero budget is due at its start, seconds and all
    assert given | {"error": given["error"] is not None} == answered(file)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SCALARS, lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=6), some, max_size=3)
)
WORDS = st.sampled_from(
    ["2026-03-02T09:00:00+08:00", "2026-03-02T09:00", "2026-03-02", "0001-01-01T00:00:00+14:00", "c", "09:00", "24:00"]
)


@st.composite
def broken(draw: st.DrawFn) -> dict[str, Any]:
    """A file that is right but for a few things, put anywhere."""
    file: dict[str, Any] = draw(files())
    anything = JSON | WORDS | st.sampled_from([10**400, -1, 1e308, float("nan"), float("inf"), "\ud800", "\x00"])
    for _ in range(draw(st.integers(1, 3))):
        place: Any = file
        while isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            key = draw(st.sampled_from(keys))
            if not isinstance(place[key], dict | list) or not place[key] or draw(st.integers(0, 3)) == 0:
                place[key] = draw(anything)
                break
            place = place[key]
    return file


@settings(max_examples=100, deadline=None)
@given(broken() | st.builds(lambda cases: {"cases": cases}, st.lists(JSON, max_size=3)) | JSON)
@example({"cases": [{"id": {"a": [1]}, "at": [None]}]})
def test_no_json_whatever_makes_the_command_fail_otherwise_than_in_one_line(file: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.json"
        path.write_text(json.dumps(file), encoding="utf-8")
        out = io.StringIO()
        try:
            call_command("clock", str(path), "--json", stdout=out)
            call_command("clock", str(path), stdout=io.StringIO())
        except CommandError as refused:
            assert "\n" not in str(refused)
            assert not isinstance(file, dict) or not isinstance(file.get("cases"), list)
            return
    answers = json.loads(out.getvalue())
    assert len(answers) == len(file["cases"])
    assert all(answer.keys() == {"id", "due", "error", "elapsed"} for answer in answers)
    assert all((answer["due"] is None) == (answer["error"] is not None) for answer in answers)


HUGE = "1" * 5000


@pytest.mark.parametrize(
    "number", [HUGE, "-" + HUGE, "1e999", "NaN", "Infinity", "1.5", "true", "null", '"\\ud800"', "[]"]
)
def test_no_number_spoils_more_than_its_own_case(tmp_path: Path, number: str) -> None:
    path = tmp_path / "cases.json"
    right = '{"id": 1.5, "calendar": "c", "start": "2026-03-02T09:00", "budget_minutes": 60}'
    wrong = f'{{"id": {number}, "calendar": "c", "start": "2026-03-02T09:00", "budget_minutes": {number}}}'
    calendar = '{"weekly": {"mon": [["09:00", "12:00"]]}}'
    path.write_text(f'{{"calendars": {{"c": {calendar}}}, "cases": [{wrong}, {right}]}}', encoding="utf-8")
    out = io.StringIO()
    call_command("clock", str(path), "--json", stdout=out)
    out.getvalue().encode("ascii")
    first, second = json.loads(out.getvalue())
    assert first["error"]
    assert second == {"id": 1.5, "due": "2026-03-02T10:00:00+08:00", "error": None, "elapsed": []}
    call_command("clock", str(path), stdout=(plain := io.StringIO()))
    plain.getvalue().encode("utf-8")
