"""From times to percentiles, throughput and ratios."""

import pytest

from benchmarks.load.figures import Taken, figures, percentile, ratio, worst


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, 0.0),
        ([7.0], 0.99, 7.0),
        ([1.0, 2.0, 3.0, 4.0], 0.5, 2.5),
        ([1.0, 2.0, 3.0, 4.0, 5.0], 0.95, 4.8),
        ([1.0, 2.0, 3.0], 1.0, 3.0),
    ],
)
def test_a_percentile_lies_between_the_two_nearest(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == pytest.approx(expected)


def test_what_clients_took_is_added_up() -> None:
    one = Taken(2.0, [0.010, 0.030], [100, 300], ["409"], web_ms=6.0, database_ms=2.0)
    two = Taken(2.0, [0.020, 0.040], [200, 200], [], web_ms=2.0, database_ms=2.0)
    found = figures(one + two)
    assert found.as_json() == {
        "operations": 4,
        "refused": 1,
        "per_second": 1.0,
        "p50": 25.0,
        "p95": 38.5,
        "p99": 39.7,
        "bytes": 200,
        "web_ms": 2.0,
        "database_ms": 1.0,
        "refusal": "409",
    }


def test_nothing_done_is_no_figure_and_nobody_fails() -> None:
    found = figures(Taken(3.0))
    assert (found.operations, found.per_second, found.p99, found.web_ms) == (0, 0.0, 0.0, None)


def test_a_ratio_needs_both_sides() -> None:
    assert ratio(3.0, 4.0) == 0.75
    assert [ratio(None, 4.0), ratio(3.0, None), ratio(3.0, 0.0)] == [None, None, None]


def test_the_worst_is_looked_for_among_what_is_known() -> None:
    assert worst([0.5, None, 0.2], low=True) == 0.2
    assert worst([0.5, None, 0.2], low=False) == 0.5
    assert worst([None], low=True) is None
