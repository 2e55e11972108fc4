"""How long it takes to ask everybody: ``launch.py bench followups [--json] [--services N]``.

plan  the two follow-ups of so many confirmed services, in one run of the schedule
ask   so many that are due, each with its link, its notice and its message, in one run

A second run finds nothing left. On a scratch database beside the one of DATABASE_URL; ``mb`` is by how much the
process grew.
"""

import argparse
import json
import resource
import sys
from collections.abc import Callable
from time import perf_counter

from benchmarks import scratch
from services.followup import actions
from tests.factories import NOW
from tests.services.followup.rows import LATER, make_many_confirmed


def measure(count: int) -> dict[str, dict[str, float]]:
    make_many_confirmed(count)
    return {
        "plan": _run(lambda: actions.plan(NOW), [2 * count, 0]),
        "ask": _run(lambda: actions.send_due(LATER), [count, 0]),
    }


def _run(act: Callable[[], int], expected: list[int]) -> dict[str, float]:
    size, began = _peak(), perf_counter()
    done = [act()]
    seconds = perf_counter() - began
    if [*done, act()] != expected:
        raise SystemExit(f"{done} instead of {expected}: somebody was left out, or asked twice.")
    return {"rows": expected[0], "seconds": round(seconds, 1), "mb": round(_peak() - size)}


def _peak() -> float:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--services", type=int, default=10_000, help="confirmed services")
    wanted = parser.parse_args()
    with scratch.database():
        measured = measure(wanted.services)
    if wanted.json:
        print(json.dumps(measured))
        return 0
    for name, figures in measured.items():
        print(f"{name}: " + ", ".join(f"{label} {figure}" for label, figure in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
