"""``manage.py rate`` answers from a file alone: these tests have no database."""

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from experts import evaluation
from experts.management.commands.rate import Command

AS_OF = "2026-11-20"
ERROR_ONLY = {"n_counted": None, "weight_sum": None, "shrunken_mean": None, "response_rate": None, "public": None}


def vote(score: object = 5, day: object = AS_OF, enterprise: object = "甲", **fields: object) -> dict[str, object]:
    return {"score": score, "enterprise": enterprise, "date": day, "channel": "link"} | fields


def case(*votes: object, **fields: object) -> dict[str, object]:
    return {"id": "a", "as_of": AS_OF, "board_mean": 4, "asked": 5, "answered": 3, "votes": list(votes)} | fields


def ask(tmp_path: Path, *cases: object) -> list[dict[str, Any]]:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases), encoding="utf-8")
    out = io.StringIO()
    call_command("rate", str(path), "--json", stdout=out)
    answers: list[dict[str, Any]] = json.loads(out.getvalue())
    return answers


def test_it_answers_the_score_its_evidence_and_the_response_rate(tmp_path: Path) -> None:
    votes = [vote(5), vote(1, enterprise="乙", day="2025-11-20"), vote(2, enterprise=3, channel="spoken")]
    assert ask(tmp_path, case(*votes)) == [
        {
            "id": "a",
            "n_counted": 3,
            "weight_sum": 2.5,
            "shrunken_mean": round((20 + 5 + 0.5 + 2) / 7.5, 4),
            "response_rate": 0.6,
            "public": True,
            "error": None,
        }
    ]


def test_nobody_asked_is_no_rate_and_no_votes_are_the_mean(tmp_path: Path) -> None:
    assert ask(tmp_path, case(asked=0, answered=0, board_mean=3.21)) == [
        {
            "id": "a",
            "n_counted": 0,
            "weight_sum": 0.0,
            "shrunken_mean": 3.21,
            "response_rate": None,
            "public": False,
            "error": None,
        }
    ]


@pytest.mark.parametrize(
    ("days", "n"), [((0, 89), 1), ((0, 90), 2), ((0, 0), 1), ((-1, 0), 1), ((-1,), 0), ((0, 89, 90), 2)]
)
def test_one_vote_per_ninety_days_read_from_the_newest(tmp_path: Path, days: tuple[int, ...], n: int) -> None:
    votes = [vote(day=(date.fromisoformat(AS_OF) - timedelta(days=each)).isoformat()) for each in days]
    assert ask(tmp_path, case(*votes))[0]["n_counted"] == n


def test_of_one_day_the_later_in_the_list_counts(tmp_path: Path) -> None:
    answers = ask(tmp_path, case(vote(1), vote(5)), case(vote(5), vote(1)))
    assert [each["shrunken_mean"] for each in answers] == [round(25 / 6, 4), 3.5]


def test_figures_are_rounded_once_to_four_decimals(tmp_path: Path) -> None:
    [got] = ask(tmp_path, case(vote(5, day="2026-08-01"), board_mean=4.123456, asked=3, answered=1))
    weight = 0.5 ** (111 / 365)
    assert (got["weight_sum"], got["shrunken_mean"], got["response_rate"]) == (
        round(weight, 4),
        round((5 * 4.123456 + 5 * weight) / (5 + weight), 4),
        0.3333,
    )


def test_what_is_nobodys_answer_does_not_count_and_unknown_enterprises_all_do(tmp_path: Path) -> None:
    silent = [vote(1, channel=channel) for channel in ("auto", "silence", "staff", "institution")]
    [first, second] = ask(tmp_path, case(*silent), case(vote(enterprise=None), vote(enterprise=None)))
    assert (first["n_counted"], second["n_counted"]) == (0, 2)


def test_a_vote_may_lack_its_channel(tmp_path: Path) -> None:
    bare = vote()
    del bare["channel"]
    assert ask(tmp_path, case(bare))[0]["n_counted"] == 1


BAD = [
    (5, "A case must be an object."),
    (case(answered=6), "answered must not be above asked."),
    (case(asked=-1, answered=-1), "asked must be a whole number, not negative and not beyond measure."),
    (case(asked=2.5), "asked must be a whole number, not negative and not beyond measure."),
    (case(answered=True), "answered must be a whole number, not negative and not beyond measure."),
    (case(board_mean=0.99), "board_mean must be a number from 1 to 5."),
    (case(board_mean=5.01), "board_mean must be a number from 1 to 5."),
    (case(board_mean="4"), "board_mean must be a number from 1 to 5."),
    (case(board_mean=float("nan")), "board_mean must be a number from 1 to 5."),
    (case(as_of="2026-02-30"), "as_of must be a date like 2026-01-31."),
    (case(as_of="2026-11-20T10:00:00+08:00"), "as_of must be a date like 2026-01-31."),
    (case(votes={}), "votes must be a list."),
    (case(7), "A vote must be an object."),
    (case(vote(0)), "score must be a whole number from 1 to 5."),
    (case(vote(6)), "score must be a whole number from 1 to 5."),
    (case(vote(4.5)), "score must be a whole number from 1 to 5."),
    (case(vote(True)), "score must be a whole number from 1 to 5."),
    (case(vote("5")), "score must be a whole number from 1 to 5."),
    (case(vote(enterprise=["a"])), "enterprise must be a text, a whole number or null."),
    (case(vote(day="20261120")), "date must be a date like 2026-01-31."),
    (case(vote(day=None)), "date must be a date like 2026-01-31."),
    (case(vote(channel=[])), "channel must be a text."),
    (case(vote(9, day="2027-01-01")), "score must be a whole number from 1 to 5."),
]


@pytest.mark.parametrize(("bad", "error"), BAD)
def test_a_refused_case_has_its_error_and_spoils_no_other(tmp_path: Path, bad: object, error: str) -> None:
    refused, fine = ask(tmp_path, bad, case(vote(), id="b"))
    assert refused == {"id": "a" if isinstance(bad, dict) else None, **ERROR_ONLY, "error": error}
    assert (fine["id"], fine["n_counted"], fine["error"]) == ("b", 1, None)


@pytest.mark.parametrize("name", ["as_of", "board_mean", "asked", "answered", "votes"])
def test_what_is_missing_of_a_case_is_named(tmp_path: Path, name: str) -> None:
    bad = case(vote())
    del bad[name]
    assert ask(tmp_path, bad)[0]["error"] == f"{name} is missing."


@pytest.mark.parametrize("name", ["score", "enterprise", "date"])
def test_what_is_missing_of_a_vote_is_named(tmp_path: Path, name: str) -> None:
    bad = vote()
    del bad[name]
    assert ask(tmp_path, case(bad))[0]["error"] == f"{name} is missing."


@pytest.mark.parametrize("content", ["{}", "nothing", "[" * 100_000, '"text"', "\udcff"])
def test_a_file_that_is_no_list_of_cases_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "cases.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(CommandError, match="cases"):
        call_command("rate", str(path), "--json")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("rate", str(tmp_path / "missing.json"))


def test_a_number_that_no_computer_holds_spoils_its_own_case_only(tmp_path: Path) -> None:
    good = '{"id": %s, "as_of": "2026-11-21", "board_mean": %s, "asked": %s, "answered": 0, "votes": []}'
    rows = [("NaN", 4, 0), (2, "1e999", 0), (3, 4, "9" * 5000), (4, 4, 0)]
    path = tmp_path / "cases.json"
    path.write_text(f"[{', '.join(good % row for row in rows)}]", encoding="utf-8")
    out = io.StringIO()
    call_command("rate", str(path), "--json", stdout=out)
    answers = json.loads(out.getvalue(), parse_constant=pytest.fail)
    assert [(one["id"], one["error"] is None) for one in answers] == [("NaN", True), (2, False), (3, False), (4, True)]


def test_it_reads_well(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    cases = [case(vote()), case(asked=0, answered=0, id="乙"), case(answered=9, id="\ud800")]
    path.write_text(json.dumps(cases), encoding="utf-8")
    out = io.StringIO()
    call_command("rate", str(path), stdout=out)
    assert out.getvalue().splitlines() == [
        '"a": 4.1667 from 1 votes (1.0000), 60% responded, not public',
        '"\\u4e59": 4.0000 from 0 votes (0.0000), nobody was asked, not public',
        '"\\ud800": error: answered must not be above asked.',
    ]


def test_it_needs_no_checks_of_the_system() -> None:
    assert Command.requires_system_checks == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(AS_OF),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "as_of", "votes", "score", "date", "asked"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(data=st.lists(ANYTHING | st.builds(case, ANYTHING, asked=ANYTHING, votes=ANYTHING), max_size=4))
def test_whatever_is_in_the_file_each_case_is_answered(data: list[object]) -> None:
    got = evaluation.answers(data)
    assert [set(each) for each in got] == [{"id", *ERROR_ONLY, "error"}] * len(data)
