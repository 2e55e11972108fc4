"""What a scenario costs in statements at each scale, then rounds at each number of clients: portal, bare view and
driver of all scales in turns, so that whatever else the machine does meets each of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from typing import Any

from django.utils import timezone

from benchmarks.load import between, counting, people, processor, raw, subjects
from benchmarks.load.counting import Counted
from benchmarks.load.databases import pointed_to
from benchmarks.load.driver import Asks, Caller, Operation, together
from benchmarks.load.figures import Taken, figures
from benchmarks.load.scenarios import SCENARIOS
from benchmarks.load.stack import HOST, HTTPS, Stack
from benchmarks.load.world import THREADS, Scenario, Step, World
from services.clocks.models import WorkCalendar

ROUNDS, WARM = 4, 4
FIRMS, STAFF, INSTRUMENTS = 100, 8, 32
WORN_BY = 8
SHARES = {"portal": 1.0, "bare": 0.5, "driver": 0.35}
"""How much of a scenario's time each side gets."""
SERVED_BY = {"portal": "web", "bare": "bare"}


@dataclass(frozen=True)
class Plan:
    """What was asked for; ``seconds`` of the portal for each scenario at each number of clients."""

    names: Sequence[str]
    clients: Sequence[int]
    seconds: float


@dataclass
class Scale:
    """What is measured at one scale, on which database, and who is told of it."""

    plan: Plan
    stack: Stack
    database: str
    tell: Callable[[str], None]
    counted: dict[str, Counted] = field(default_factory=dict)

    def world(self) -> World:
        """People who have done nothing yet, and subjects from the database."""
        now = timezone.now()
        firms, desk = people.firms(FIRMS, now=now), people.desk(STAFF, now=now)
        return World(
            origin=f"https://{HOST}:{self.stack.web}",
            desk=desk,
            nation=people.nation(STAFF, now=now),
            firms=firms,
            subjects=subjects.find({one.place for one in firms}),
            calendar=WorkCalendar.objects.get(is_default=True).pk,
            instruments=[(pk, subjects.first_free(pk, now=now)) for pk in subjects.instruments(INSTRUMENTS)],
            sizes={name: one.bytes for name, one in self.counted.items()},
        )

    def count(self) -> dict[str, dict[str, Any]]:
        world = self.world()
        for name in self.plan.names:
            between.prepare(name, world)
            found = counting.count(SCENARIOS[name].step(world, 0), f"{HOST}:{self.stack.web}")
            if found:
                self.counted[name] = found
            self.tell(f"  {name:15} {found.told() if found else 'nothing to count'}")
        return {name: one.as_json() for name, one in self.counted.items()}

    def sides(self, scenario: Scenario, clients: int, world: World) -> dict[str, list[Operation]]:
        """Of each side the clients' operations, ready to be measured."""
        between.prepare(scenario.name, world)
        if scenario.reads:
            self._warm(self._sides(scenario, THREADS, world))
        elif scenario.warm:
            self._warm({"portal": over_http(scenario.warm, THREADS, world, Caller(self.stack.web, HTTPS))})
        sides = self._sides(scenario, clients, world)
        for operations in sides.values():
            together(operations, seconds=self.plan.seconds, most=1)
        return sides

    def _sides(self, scenario: Scenario, clients: int, world: World) -> dict[str, list[Operation]]:
        sides = {"portal": over_http(scenario.step, clients, world, Caller(self.stack.web, HTTPS))}
        if scenario.bare:
            sides["bare"] = over_http(scenario.bare, clients, world, Caller(self.stack.bare))
        if scenario.bare and not scenario.reads:
            sides["driver"] = [raw.insert(world) for _client in range(clients)]
        elif scenario.reads and scenario.name in self.counted:
            said = raw.reading(self.counted[scenario.name].said)
            sides["driver"] = [raw.replay(said) for _client in range(clients)]
        return sides

    def _warm(self, sides: Mapping[str, list[Operation]]) -> None:
        """Every thread of the web servers has met the page, and its connection the tables: what a first request costs
        is told by the start, not here.
        """
        for operations in sides.values():
            together(operations, seconds=self.plan.seconds, most=WARM)
            _close(operations)

    def watched(self, side: str, operations: Sequence[Operation]) -> Taken:
        """One round, with the processor time of the web server that was asked and of the database."""
        web = self.stack.workers(SERVED_BY[side]) if side in SERVED_BY else []
        before = processor.spent_ms(web), processor.spent_ms(processor.backends())
        taken = together(operations, seconds=SHARES[side] * self.plan.seconds / ROUNDS)
        after = processor.spent_ms(web), processor.spent_ms(processor.backends())
        taken.web_ms, taken.database_ms = (processor.between(*pair) for pair in zip(before, after, strict=True))
        return taken

    def wear(self, requests: int) -> dict[str, Any]:
        """MB of a web process in the course of so many requests of all that is read, in turn."""
        world = self.world()
        readings = [SCENARIOS[name] for name in self.plan.names if SCENARIOS[name].reads and name != "rank"]
        turns = [cycle([one.step(world, client) for one in readings]) for client in range(WORN_BY)]
        operations = [partial(_next, turn, Caller(self.stack.web, HTTPS)) for turn in turns]
        seen = [max(self.stack.memory())]
        for _half in range(2):
            together(operations, seconds=3600, most=requests // 2 // WORN_BY)
            seen.append(max(self.stack.memory()))
        self.tell(f"  a web process: {' → '.join(f'{one:.0f}' for one in seen)} MB over {requests} requests")
        own = max(self.stack.own_memory())
        return {"requests": requests, "before_mb": seen[0], "half_mb": seen[1], "after_mb": seen[2], "own_mb": own}


def level(scales: Mapping[str, Scale], clients: int) -> dict[str, dict[str, Any]]:
    """Of each scale all scenarios at one number of clients, in the order in which they leave work to each other."""
    plan, tell = next((one.plan, one.tell) for one in scales.values())
    worlds: dict[str, World] = {}
    found: dict[str, dict[str, Any]] = {name: {} for name in scales}
    for name, scale in scales.items():
        with pointed_to(scale.database):
            worlds[name] = scale.world()
    for scenario in (SCENARIOS[name] for name in plan.names):
        told = in_turns(scales, scenario, clients, worlds)
        for name in scales:
            found[name][scenario.name] = told[name]
            tell(f"  {name:>5} {line(scenario.name, told[name])}")
    return found


def in_turns(
    scales: Mapping[str, Scale], scenario: Scenario, clients: int, worlds: Mapping[str, World]
) -> dict[str, dict[str, Any]]:
    """The figures of each side of each scale."""
    sides = {}
    for name, scale in scales.items():
        with pointed_to(scale.database):
            sides[name] = scale.sides(scenario, clients, worlds[name])
    taken = {name: {side: Taken() for side in sides[name]} for name in scales}
    for _round in range(ROUNDS):
        for name, scale in scales.items():
            with pointed_to(scale.database):
                for side, operations in sides[name].items():
                    taken[name][side] += scale.watched(side, operations)
    for operations in (operations for each in sides.values() for operations in each.values()):
        _close(operations)
    return {name: {side: figures(one).as_json() for side, one in each.items()} for name, each in taken.items()}


def _close(operations: Sequence[Operation]) -> None:
    for operation in operations:
        operation.close()  # type: ignore[attr-defined]


def _next(turn: "cycle[Step]", asks: Asks) -> int | None:
    return next(turn)(asks)


def over_http(step: Callable[[World, int], Step], clients: int, world: World, pattern: Caller) -> list[Operation]:
    """Each client with a connection of its own."""
    made: list[Operation] = []
    for client in range(clients):
        caller = Caller(pattern.port, pattern.headers)
        operation = partial(step(world, client), caller)
        operation.close = caller.close  # type: ignore[attr-defined]
        made.append(operation)
    return made


def line(name: str, sides: Mapping[str, Mapping[str, Any]]) -> str:
    shown = [
        f"{side} {one['per_second']:.0f}/s, {one['p50']:.0f} / {one['p95']:.0f} / {one['p99']:.0f} ms,"
        f" {one['web_ms'] or 0:.1f} + {one['database_ms'] or 0:.1f} ms of processor"
        for side, one in sides.items()
    ]
    refused = [f"{side} refused {one['refused']}: {one['refusal']}" for side, one in sides.items() if one["refused"]]
    return f"  {name:15} {'; '.join([*shown, *refused])}"
