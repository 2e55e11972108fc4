"""Fills the database: chunks of rows by two processes at once, then keys and indexes, then what follows from the rows.

Memory is bounded by the chunk. Each chunk follows from plan and number alone, so it does not matter who makes it.
"""

import gc
import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from experts import reckoning
from portal.accounts.models import PrivacyNotice
from services.clocks.models import WorkCalendar
from services.nation import (
    answers,
    bareness,
    bodies,
    care,
    clocks,
    derived,
    firms,
    instruments,
    journeys,
    marks,
    people,
    service,
)
from services.nation import places as places_of
from services.nation.bareness import Bare
from services.nation.hours import Hours
from services.nation.plan import Plan
from services.nation.pool import Pool
from services.nation.story import World
from services.nation.streams import Sheets
from services.routing import tracks

COLUMNS = {
    name: columns
    for room in (answers, bodies, care, clocks, firms, instruments, journeys, people, places_of, service)
    for name, columns in room.COLUMNS.items()
}
TABLES = sorted([*COLUMNS, *derived.HISTORIES.values()])
CHUNKS = {"firms": 10_000, "bodies": 500, "experts": 10_000, "instruments": 200, "cases": journeys.CHUNK}
SETTINGS = (
    "SET statement_timeout = 0; SET lock_timeout = 0; SET synchronous_commit = off; "
    "SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'"
)

Told = Callable[[str, int, int], None]
"""What is being done, the share of it that is done in thousandths, and rows written so far."""


@dataclass(frozen=True)
class Step:
    """One piece of work for one process."""

    kind: str
    what: Any


class Maker:
    """Makes any chunk of one nation. What it has to know of all chunks it works out once."""

    def __init__(self, plan: Plan, password: str) -> None:
        self.plan, self.password = plan, password
        calendar = WorkCalendar.objects.get(is_default=True)
        self.hours = Hours(plan, calendar.as_calendar())
        self.clocks = clocks.Clocks(calendar, self.hours)
        self.places = places_of.Places(plan)
        self.firms = firms.Firms(plan, self.places)
        self.pool = Pool(plan, self.places)
        self.notice = PrivacyNotice.objects.in_force(timezone.localdate(plan.now)).pk

    @cached_property
    def journeys(self) -> journeys.Journeys:
        world = World(self.pool, self.firms, self.places, self.hours, self.clocks)
        return journeys.Journeys(world, service.Service(answers.follow_up))

    @cached_property
    def instruments(self) -> instruments.Instruments:
        return instruments.Instruments(self.pool, self.firms, self.hours)

    @cached_property
    def bodies(self) -> bodies.Bodies:
        return bodies.Bodies(self.pool, self.hours, self.password)

    def make(self, step: Step) -> int:
        """How many rows that were."""
        sheets = Sheets(COLUMNS)
        write: dict[str, Callable[[Sheets, Any], None]] = {
            "staff": self._staff,
            "firms": self._firms,
            "bodies": self.bodies.write,
            "experts": self.bodies.write_experts,
            "instruments": self.instruments.write,
            "cases": self.journeys.write,
        }
        write[step.kind](sheets, step.what)
        return sheets.copy()

    def _staff(self, sheets: Sheets, _all: None) -> None:
        self.places.write(sheets)
        people.write_staff(sheets, self.places, self.password, self.plan.now.isoformat())

    def _firms(self, sheets: Sheets, numbers: range) -> None:
        self.firms.write(sheets, numbers, hours=self.hours, password=self.password, notice=self.notice)

    def do(self, step: Step) -> int:
        """Make rows, or do one of the steps that follow; how many rows came of it."""
        if step.kind == "history":
            return derived.write_history(step.what, self.plan.now.isoformat())
        if step.kind == "build":
            bareness.build(step.what)
        elif step.kind == "validate":
            bareness.validate(step.what)
        elif step.kind == "tidy":
            _tidy(step.what)
        else:
            return self.make(step)
        return 0


def load(plan: Plan, *, password: str, jobs: int, told: Told) -> int:
    """Fill the database that is connected to; the number of rows.

    :param password: of everybody who can sign in, in clear.
    :param jobs: processes; with one, everything happens over the connection and in the transaction of the caller.
    :raises Refused: the database is not one to be filled.
    """
    marks.check()
    marks.put("filling", str(plan))
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
    stripped = bareness.strip(TABLES)
    crew = Crew(plan, make_password(password), jobs, told)
    with crew.at_work() as work:
        work("rows", _chunks(plan))
        work("history", [Step("history", table) for table in derived.HISTORIES])
        work("indexes", [Step("build", bare) for bare in _heaviest_first(stripped)])
        bareness.refer(stripped)
        work("references", [Step("validate", bare) for bare in _heaviest_first(stripped)])
        work("tidying", [Step("tidy", bare.table) for bare in _heaviest_first(stripped) if bare.loaded])
    _follow(plan)
    marks.put("filled", str(plan))
    return crew.rows


class Crew:
    """The processes that do the steps, and what is told of them."""

    def __init__(self, plan: Plan, password: str, jobs: int, told: Told) -> None:
        self.plan, self.password, self.jobs, self.told = plan, password, jobs, told
        self.rows = 0

    @contextmanager
    def at_work(self) -> Iterator[Callable[[str, list[Step]], None]]:
        if self.jobs == 1:
            maker = Maker(self.plan, self.password)
            yield lambda name, steps: self._follow(name, len(steps), map(maker.do, steps))
            return
        connection.close()
        forked = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(self.jobs, forked, _begin, (self.plan, self.password)) as pool:
            yield lambda name, steps: self._follow(name, len(steps), _each(pool.submit(_do, step) for step in steps))

    def _follow(self, name: str, steps: int, done: Iterable[int]) -> None:
        for number, rows in enumerate(done, start=1):
            self.rows += rows
            self.told(name, 1000 * number // steps, self.rows)


def _each(work: Iterable[Future[int]]) -> Iterator[int]:
    """What each comes to, in the order in which they end; one that fails ends the load."""
    return (done.result() for done in as_completed(list(work)))


_MAKERS: list[Maker] = []


def _begin(plan: Plan, password: str) -> None:
    """What each process of the crew does first. The garbage collector would look at millions of texts that nothing
    refers to in circles: a twentieth of the time.
    """
    gc.disable()
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
    _MAKERS[:] = [Maker(plan, password)]


def _do(step: Step) -> int:
    return _MAKERS[0].do(step)


def _chunks(plan: Plan) -> list[Step]:
    """All rows in pieces; the cases first, which take longest."""
    many = {
        "cases": plan.cases,
        "instruments": plan.instruments,
        "firms": plan.firms,
        "bodies": plan.institutions,
        "experts": plan.experts,
    }
    steps = [Step("staff", None)]
    for kind, count in many.items():
        size = CHUNKS[kind]
        steps += [Step(kind, range(at, min(at + size, count + 1))) for at in range(1, count + 1, size)]
    return steps


def _heaviest_first(stripped: list[Bare]) -> list[Bare]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid::regclass::text, pg_relation_size(oid) FROM pg_class WHERE relkind = 'r'")
        sizes = dict(cursor.fetchall())
    return sorted(stripped, key=lambda bare: -sizes.get(bare.table, 0))


def _tidy(table: str) -> None:
    """What is known of the rows, and the marks of the housekeeping that would otherwise begin once they are used."""
    tidy = "ANALYZE {}" if connection.in_atomic_block else "VACUUM (ANALYZE) {}"
    with connection.cursor() as cursor:
        cursor.execute(tidy.format(table))


def _follow(plan: Plan) -> None:
    """Scores and records as the nightly runs reckon them, and free numbers for what comes next."""
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
    derived.set_sequences(TABLES, plan.cases)
    reckoning.reckon_all(now=plan.now)
    tracks.reckon(plan.now)
