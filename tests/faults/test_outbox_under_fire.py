"""Worker and broker are killed while people submit: nothing owed is lost, nothing is done twice."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portal.env import cache_url
from portal.outbox import actions, nudge
from portal.outbox.models import Message
from tests import databases
from tests.brokers import Valkey, publisher, valkey
from tests.faults.receiver.handlers import TABLES

ROOT = Path(__file__).resolve().parents[2]
SUBMISSIONS = 2000
WORKER_DIES_AT = (500, 1500)
BROKER_DIES_AT, BROKER_IS_BACK_AT = 900, 1100
CONCURRENCY = 2
REACHED_WITHIN_SECONDS = DRAINED_WITHIN_SECONDS = 60.0

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


class Process:
    """One Celery process in its own group, so that it can be killed with its children."""

    def __init__(self, name: str, *arguments: str, environment: dict[str, str], folder: Path) -> None:
        self.command = [sys.executable, "-m", "celery", "-A", *arguments, "--loglevel", "INFO"]
        self.environment, self.log = environment, folder / f"{name}.log"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ready(self) -> bool:
        return b" ready." in self.log.read_bytes()


@pytest.fixture
def tables() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE fault_cases, fault_deliveries, fault_effects")


@pytest.fixture
def broker(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    """In a short path: the name of a socket has 107 characters at most."""
    with tempfile.TemporaryDirectory(prefix="fire-") as folder, valkey(Path(folder)) as server:
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": cache_url(server.url)}}
        monkeypatch.setattr(nudge, "app", publisher(server.celery_url))
        yield server


@contextmanager
def running(broker: Valkey, folder: Path, *, lease: float, beat: bool) -> Iterator[Process]:
    environment = {
        **os.environ,
        "C_FORCE_ROOT": "1",
        "DATABASE_URL": databases.address(connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "FAULTS_LEASE_SECONDS": str(lease),
        "PORTAL_ENV": "test",
        "REDIS_URL": broker.url,
    }
    shape = ("--concurrency", str(CONCURRENCY), "--without-gossip", "--without-mingle")
    processes = [Process("worker", "portal.celery", "worker", *shape, environment=environment, folder=folder)]
    if beat:
        timetable = ("--pidfile", "", "--schedule", str(folder / "schedule"))
        processes.append(Process("beat", "portal.beat", "beat", *timetable, environment=environment, folder=folder))
    try:
        wait_until(processes[0].ready, 30)
        yield processes[0]
    finally:
        for process in processes:
            process.kill()
            print(process.log.read_text(errors="replace")[-3000:])  # noqa: T201


def wait_until(condition: Callable[[], bool], seconds: float) -> float:
    """The seconds it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "took too long"
        time.sleep(0.1)
    return time.monotonic() - started


def rows(question: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def delivered(key: str) -> bool:
    return bool(rows(f"SELECT 1 FROM fault_deliveries WHERE key = '{key}'"))


def submit(number: int, **payload: bool) -> float:
    """A business row and what it owes, in one transaction; the seconds it took with its nudge."""
    started = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO fault_cases VALUES (%s)", [number])
        actions.owe("fault.effect", f"case-{number}", {"case": number, **payload}, due_at=timezone.now())
    return time.monotonic() - started


def test_two_thousand_effects_survive_two_killed_workers_and_a_killed_broker(
    tables: None, broker: Valkey, tmp_path: Path
) -> None:
    slowest = 0.0
    with running(broker, tmp_path, lease=3, beat=True) as worker:
        for number in range(SUBMISSIONS):
            dies = number in WORKER_DIES_AT
            slowest = max(slowest, submit(number, hangs=dies))
            if dies:
                wait_until(lambda key=f"case-{number}": delivered(key), REACHED_WITHIN_SECONDS)
                worker.kill()
                worker.start()
            if number == BROKER_DIES_AT:
                broker.kill()
            if number == BROKER_IS_BACK_AT:
                broker.start()
        assert slowest < 1.5
        wait_until(lambda: not Message.objects.pending().exists(), DRAINED_WITHIN_SECONDS)

    assert rows("SELECT id FROM fault_cases ORDER BY id") == [(number,) for number in range(SUBMISSIONS)]
    effects = rows("SELECT key, case_id FROM fault_effects ORDER BY case_id")
    assert effects == [(f"case-{number}", number) for number in range(SUBMISSIONS)]
    assert not Message.objects.dead().exists()
    repeats = {key for (key,) in rows("SELECT key FROM fault_deliveries GROUP BY key HAVING count(*) > 1")}
    assert repeats >= {f"case-{number}" for number in WORKER_DIES_AT}, "what it held was taken up again"
    assert len(repeats) <= 2 * CONCURRENCY, "only what a killed worker had in its hands is delivered again"


def test_a_message_that_kills_its_process_ends_after_five_attempts_and_the_rest_goes_on(
    tables: None, broker: Valkey, tmp_path: Path
) -> None:
    with transaction.atomic():
        actions.owe("fault.poison", "poison", {}, due_at=timezone.now())
    with running(broker, tmp_path, lease=0.5, beat=False):
        for number in range(200):
            submit(number)
            if Message.objects.dead().exists():
                break
            time.sleep(0.15)
        wait_until(lambda: not Message.objects.pending().exists(), 20)

    (dead,) = Message.objects.dead()
    assert (dead.dedupe_key, dead.attempts, dead.unfinished) == ("poison", 5, 5)
    assert rows("SELECT count(*) FROM fault_deliveries WHERE key = 'poison'") == [(5,)]
    assert rows("SELECT count(*) FROM fault_effects") == rows("SELECT count(*) FROM fault_cases")
