"""Who ends when: real processes, in order, however the launcher ends."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scripts.launcher import (
    children,
)
from scripts.launcher.children import Crew
from scripts.launcher.saying import Refusal, Teller, last_lines

ROOT = Path(__file__).resolve().parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def alive(pid: int) -> bool:
    return bool(children.birth(pid)) and not children.is_zombie(pid)


def gone(pid: int, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    made = Crew(tmp_path / "log", Teller(), patience=2.0)
    yield made
    made.stop()


def test_the_end_of_any_part_is_noticed_and_its_log_named(crew: Crew) -> None:
    crew.start("web", SLEEP, os.environ)
    crew.start("worker", [sys.executable, "-c", "print('no memory'); raise SystemExit(5)"], os.environ)
    crew.children[1].process.wait()
    with pytest.raises(Refusal) as refused:
        crew.check()
    assert str(refused.value) == "worker has ended by itself (code 5); stopping the rest."
    assert (refused.value.log, refused.value.tail) == (crew.logs / "worker.log", ["no memory"])


def test_a_killed_part_is_named_with_its_signal(crew: Crew) -> None:
    child = crew.start("beat", SLEEP, os.environ)
    crew.check()
    child.process.kill()
    child.process.wait()
    with pytest.raises(Refusal, match=r"beat has ended by itself \(signal SIGKILL\)"):
        crew.check()


def test_parts_are_stopped_in_reverse_order_and_the_stubborn_are_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    said = io.StringIO()
    crew = Crew(tmp_path / "log", Teller(said), patience=0.3)
    crew.start("database", ["sleep", "60"], os.environ, stop_signal=signal.SIGINT)
    stubborn = crew.start("worker", [sys.executable, "-c", deaf], os.environ)
    while "up" not in last_lines(stubborn.log):
        time.sleep(0.02)
    crew.start("web", SLEEP, os.environ)
    crew.stop()
    assert [line.partition("] ")[2].partition(" (")[0] for line in said.getvalue().splitlines()] == [
        "web stopped, signal SIGTERM",
        "worker stopped, signal SIGKILL",
        "database stopped, signal SIGINT",
    ]
    assert crew.children == []


def test_a_listener_who_has_left_does_not_stop_the_stopping(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8", buffering=1) as deserted:
        crew = Crew(tmp_path / "log", Teller(deserted))
        pids = [crew.start(name, SLEEP, os.environ).process.pid for name in ("database", "web")]
        crew.stop()
        with suppress(OSError):
            deserted.close()
    assert all(gone(pid) for pid in pids)


def test_what_a_dead_part_had_started_is_ended_with_it(crew: Crew) -> None:
    parent = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid)"
    )
    child = crew.start("worker", [sys.executable, "-c", parent], os.environ)
    child.process.wait()
    grandchild = int(last_lines(child.log)[0])
    assert alive(grandchild)
    crew.stop()
    assert gone(grandchild)


def test_children_end_when_the_launcher_is_killed(tmp_path: Path) -> None:
    program = f"""
import os, sys, time
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from scripts.launcher.children import Crew
from scripts.launcher.saying import Teller
child = Crew(Path({str(tmp_path)!r}), Teller()).start("part", {SLEEP!r}, os.environ)
print(child.process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout is not None
        pid = int(launcher.stdout.readline())
        assert alive(pid)
        launcher.kill()
    assert gone(pid)


def test_the_next_start_ends_what_does_not_end_by_itself() -> None:
    with subprocess.Popen(SLEEP, start_new_session=True) as left:
        described = [{"name": "worker", "pid": left.pid, "born": children.birth(left.pid)}]
        assert children.sweep(described, patience=0.2) == ["worker"]
        assert left.wait(5) == -signal.SIGKILL


def test_a_number_that_is_somebody_elses_by_now_is_left_alone() -> None:
    with subprocess.Popen(SLEEP, start_new_session=True) as other:
        assert children.sweep([{"name": "worker", "pid": other.pid, "born": "1"}], patience=0.2) == []
        assert alive(other.pid)
        other.kill()


def test_a_step_tells_its_code_and_keeps_what_it_said(tmp_path: Path) -> None:
    log = tmp_path / "log" / "step.log"
    code = children.run_step(
        [sys.executable, "-c", "print(input()); raise SystemExit(4)"], os.environ, log, given=b"text\n"
    )
    assert (code, last_lines(log), log.stat().st_mode & 0o777) == (4, ["text"], 0o600)
