"""The benchmarks by name, and without a name the portal under load.

    launch.py bench [--scales 0.01,0.1,1.0] [--clients 1,8,32] [--scenarios queue,search_2,…] [--seconds 2]
    launch.py bench clocks …

Under load: the databases bench_0_01, bench_0_1 and bench_1_0 are made with ``load_nation`` beside the one of
DATABASE_URL and kept. The scenarios run over HTTP on the loopback, each at all scales in turns, and in turns with the
bare view and the driver of ``benchmarks.limits`` and ``benchmarks.load.raw``. Figures and page are left in
benchmarks/results/.
"""

import argparse
import json
import os
import runpy
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.load import databases, results
from benchmarks.load.driver import Caller
from benchmarks.load.flood import flood, owe
from benchmarks.load.measuring import Plan, Scale, level
from benchmarks.load.scenarios import NEEDED, SCENARIOS
from benchmarks.load.stack import HTTPS, up
from portal.accounts.models import User
from portal.notices.models import Notice

OTHERS = ("bookings", "clocks", "followups", "matching", "ratings")
RESULTS = Path(__file__).resolve().parent / "results"
FLOOD_CLIENTS, FLOOD_PER_SECOND = 16, 100.0
ACKNOWLEDGED = "submitted_enterprise"


def main(words: list[str]) -> int:
    if words and words[0] in OTHERS:
        sys.argv = words
        runpy.run_module(f"benchmarks.{words[0]}", run_name="__main__", alter_sys=True)
        return 0
    asked = parser().parse_args(words)
    names = wanted(asked.scenarios)
    plan = Plan(names, [int(one) for one in asked.clients.split(",")], asked.seconds)
    found = measure(plan, asked)
    results.keep(found, RESULTS)
    print(results.told(found))
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--scales", default="0.01,0.1,1.0")
    made.add_argument("--clients", default="1,8,32")
    made.add_argument("--scenarios", default=",".join(SCENARIOS), help=", ".join(SCENARIOS))
    made.add_argument("--seconds", type=float, default=2.0, help="of each scenario at each number of clients")
    made.add_argument("--flood", type=float, default=60.0, help="seconds of 100 submissions a second; 0 for none")
    made.add_argument("--requests", type=int, default=10_000, help="until memory is looked at again; 0 for none")
    return made


def wanted(text: str) -> list[str]:
    """In their order, with those that leave them their work."""
    names = {name for name in text.split(",") if name}
    if unknown := names - SCENARIOS.keys():
        raise SystemExit(f"There is no scenario {', '.join(sorted(unknown))}.")
    for name, before in NEEDED.items():
        if name in names:
            names.add(before)
    if names & {"confirm"} and not names & {"submit_page", "submit_api"}:
        names.add("submit_api")
    return [name for name in SCENARIOS if name in names]


def measure(plan: Plan, asked: argparse.Namespace) -> dict[str, Any]:
    """All scales beside each other, then memory and the worker at the last of them alone."""
    names = asked.scales.split(",")
    found: dict[str, Any] = results.empty(plan.names, names)
    places = {name: databases.ready(name) for name in names}
    with ExitStack() as one:
        scales: dict[str, Scale] = {}
        with ExitStack() as others:
            for number, name in enumerate(reversed(names)):  # the last has the broker that this process nudges
                stack = (others if number else one).enter_context(up(databases.address(places[name]), number))
                scales[name] = Scale(plan, stack, places[name], say)
            found["scales"] = beside(plan, {name: scales[name] for name in names})
        last = scales[names[-1]]
        with databases.pointed_to(last.database):
            found |= {name: {"scale": names[-1], **told} for name, told in endurance(last, asked).items()}
    return found


def beside(plan: Plan, scales: Mapping[str, Scale]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, scale in scales.items():
        say(f"Scale {name}")
        with databases.pointed_to(scale.database):
            memory = {"start": scale.stack.memory()}
            found[name] = {"rows": databases.counted(), "counted": scale.count(), "levels": {}, "memory_mb": memory}
    for clients in plan.clients:
        say(f"{clients} clients")
        for name, figures in level(scales, clients).items():
            found[name]["levels"][str(clients)] = figures
            found[name]["memory_mb"][str(clients)] = scales[name].stack.memory()
    return found


def endurance(scale: Scale, asked: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """What only shows after a while: memory, and whether the worker keeps up."""
    found: dict[str, dict[str, Any]] = {}
    if asked.requests:
        found["memory"] = scale.wear(asked.requests)
    if asked.flood:
        world, step = scale.world(), SCENARIOS["submit_api"].step
        steps = [(step(world, client), Caller(scale.stack.web, HTTPS)) for client in range(FLOOD_CLIENTS)]
        found["flood"] = flood(steps, per_second=FLOOD_PER_SECOND, seconds=asked.flood)
        say(f"  flood: {json.dumps(found['flood'])}")
        people = list(User.objects.filter(pk__in=[one.user for one in world.firms]))
        pattern = Notice.objects.filter(event=ACKNOWLEDGED).latest("pk")
        found["owed"] = owe(people, pattern, per_second=FLOOD_PER_SECOND, seconds=asked.flood)
        say(f"  owed: {json.dumps(found['owed'])}")
    return found


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    sys.exit(main(sys.argv[1:]))
