"""Results of a run as the benchmark stores them, small."""

from typing import Any

from benchmarks.load import results


def side(median: float, per_second: float, **more: Any) -> dict[str, Any]:
    told = {"operations": 10, "refused": 0, "refusal": "", "per_second": per_second, "bytes": 20_000}
    return {**told, "p50": median, "p95": 2 * median, "p99": 3 * median, "web_ms": 8.0, "database_ms": 2.0, **more}


def scale(levels: dict[str, Any], **counted: dict[str, Any]) -> dict[str, Any]:
    return {"rows": {"cases_case": 8170}, "counted": counted, "levels": levels, "memory_mb": {"start": [90.0, 91.0]}}


def counted(statements: int, counts: int = 0) -> dict[str, Any]:
    told = {"savepoints": 0, "writes": 0, "sql_ms": 3.0, "whole_ms": 9.0, "bytes": 20_000}
    return {**told, "statements": statements, "counts": counts}


def run(**more: Any) -> dict[str, Any]:
    """The queue at two scales: a third slower at the larger one, at 40 % of the bare view, at eight clients at 20 %."""
    found = results.empty(["queue"], ["0.01", "1.0"])
    for name, median in (("0.01", 10.0), ("1.0", 14.0)):
        bare = side(1.0, 250.0, web_ms=2.0, database_ms=0.5)
        levels = {"1": {"queue": {"portal": side(median, 100.0), "bare": bare}}}
        levels["8"] = {"queue": {"portal": side(median, 50.0), "bare": bare}}
        found["scales"][name] = scale(levels, queue=counted(10))
    return {**found, **more}
