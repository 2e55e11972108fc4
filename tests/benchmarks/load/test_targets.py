"""Each target is judged from the results of one run: met, not met, not measured."""

from typing import Any

import pytest

from benchmarks.load.targets import Verdict, judge
from tests.benchmarks.load.results_of import counted, run, side


def verdict(results: dict[str, Any], target: str, where: str = "") -> Verdict:
    [found] = [one for one in judge(results) if one.target == target and one.where.startswith(where)]
    return found


def test_a_page_that_grows_with_the_nation_is_not_flat() -> None:
    found = verdict(run(), "median at 1.0 ÷ at 0.01")
    assert (found.where, found.measured, found.bound, found.verdict) == ("queue", "1.40", "≤ 1.3", "not met")


def test_the_lowest_share_of_the_bare_view_counts() -> None:
    found = verdict(run(), "throughput ÷ that of the bare view", "queue")
    assert (found.measured, found.verdict, found.note) == ("0.20", "not met", "0.25 by processor time")


def test_what_was_not_measured_is_said_to_be_so() -> None:
    found = verdict(run(), "throughput ÷ that of the bare view", "calendar")
    assert (found.measured, found.verdict) == ("–", "not measured")


def test_a_scenario_of_which_nothing_went_through_was_not_measured() -> None:
    results = run()
    results["scales"]["1.0"]["levels"]["1"]["queue"]["portal"] = side(0.0, 0.0, operations=0, refused=9)
    assert verdict(results, "median at 1.0 ÷ at 0.01").verdict == "not measured"


@pytest.mark.parametrize(("statements", "expected"), [(12, "met"), (13, "not met")])
def test_statements_are_counted_against_their_bound(statements: int, expected: str) -> None:
    results = run()
    results["scales"]["1.0"]["counted"]["queue"] = counted(statements)
    assert verdict(results, "SQL statements", "queue").verdict == expected


def test_a_page_that_counts_a_table_is_named() -> None:
    results = run()
    results["scales"]["0.01"]["counted"]["queue"] = counted(5, counts=1)
    found = verdict(results, "pages that count a table")
    assert (found.where, found.measured, found.verdict) == ("queue", "1", "not met")


FLOOD = {"per_second": 99.9, "seconds": 60.1, "lag_seconds": 3.0}


@pytest.mark.parametrize(
    ("owed", "lag"),
    [
        (FLOOD, "met"),
        ({**FLOOD, "lag_seconds": 11.0}, "not met"),
        ({**FLOOD, "per_second": 40.0}, "not measured"),
        ({**FLOOD, "seconds": 5.0}, "not measured"),
        ({}, "not measured"),
    ],
)
def test_the_worker_is_judged_only_where_enough_came_in(owed: dict[str, float], lag: str) -> None:
    """By what was owed at that rate, not by what the machine could send over HTTP."""
    slow = {**FLOOD, "per_second": 40.0}
    assert verdict(run(owed=owed, flood=slow), "outbox lag at the end, s").verdict == lag


def test_a_rate_that_was_not_reached_is_not_met() -> None:
    found = verdict(run(flood={**FLOOD, "per_second": 40.0}), "submissions a second over HTTP, held for 60 s")
    assert (found.measured, found.verdict) == ("40.00", "not met")


def test_memory_is_judged_after_ten_thousand_requests_at_the_whole_nation() -> None:
    kept = {"scale": "1.0", "requests": 10_000, "before_mb": 100.0, "half_mb": 128.0, "after_mb": 140.0, "own_mb": 90.0}
    whole = verdict(run(memory=kept), "MB of a web process")
    assert (whole.verdict, whole.note) == ("not met", "90 MB of its own")
    assert verdict(run(memory=kept), "MB that it grew over the second half").verdict == "not met"
    assert verdict(run(memory={**kept, "scale": "0.1"}), "MB of a web process").verdict == "not measured"
    assert verdict(run(memory={**kept, "half_mb": 120.0, "after_mb": 125.0}), "MB of a web process").verdict == "met"
