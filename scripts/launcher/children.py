"""Processes that end when the launcher does, in the right order, however it ends."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import signals
from .places import ROOT
from .saying import Refusal, Teller

PR_SET_PDEATHSIG = 1
PATIENCE_SECONDS = 20.0
LOG_LIMIT_BYTES = 10_000_000

try:
    _prctl: Callable[..., int] | None = ctypes.CDLL(None).prctl
except (OSError, AttributeError):  # another kernel than Linux: children then end by the launcher's own hand only
    _prctl = None


@dataclass(frozen=True)
class Runner:
    """As whom a process runs: a prefix to its command, or another user."""

    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def identity(self) -> dict[str, Any]:
        if self.user is None:
            return {}
        return {"user": self.user, "group": self.group, "extra_groups": []}


ONESELF = Runner()


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "pid": self.process.pid, "born": birth(self.process.pid)}


def follow(death_signal: signal.Signals) -> Callable[[], None]:
    """What the child does before it becomes the program: ask the kernel to be told of the launcher's end."""
    parent = os.getpid()

    def before_exec() -> None:
        if _prctl is not None:
            _prctl(PR_SET_PDEATHSIG, int(death_signal))
            if os.getppid() != parent:
                os._exit(1)

    return before_exec


def spawn(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    *,
    death_signal: signal.Signals = signal.SIGTERM,
    runner: Runner = ONESELF,
    own_session: bool = True,
    cwd: Path = ROOT,
    **streams: Any,
) -> subprocess.Popen[bytes]:
    """Only ever called from the main thread: the kernel's promise is about the thread that forked."""
    return subprocess.Popen(
        [*runner.prefix, *map(str, command)],
        cwd=cwd if runner.user is None else "/",
        env=dict(environment),
        start_new_session=own_session,
        preexec_fn=follow(death_signal),  # noqa: PLW1509  (there is one thread)
        **runner.identity(),
        **streams,
    )


def open_log(log: Path) -> Any:
    """Appends; a log that has grown too long is put aside first."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


class Crew:
    """The long-lived processes, in the order they were started."""

    def __init__(self, logs: Path, teller: Teller, patience: float = PATIENCE_SECONDS) -> None:
        self.logs = logs
        self.teller = teller
        self.patience = patience
        self.children: list[Child] = []
        self.changed: Callable[[], None] = lambda: None

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        runner: Runner = ONESELF,
        handed: tuple[int, ...] = (),
    ) -> Child:
        """:param handed: open files that the process keeps."""
        log = self.logs / f"{name}.log"
        with open_log(log) as output:
            process = spawn(
                command,
                environment,
                death_signal=stop_signal,
                runner=runner,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=handed,
            )
        child = Child(name, process, log, stop_signal)
        self.children.append(child)
        self.changed()
        return child

    def fallen(self) -> Child | None:
        return next((child for child in self.children if child.process.poll() is not None), None)

    def check(self) -> None:
        """:raises Refusal: when one of them has ended by itself."""
        child = self.fallen()
        if child is not None:
            how = ended(child.process.returncode)
            raise Refusal(f"{child.name} has ended by itself ({how}); stopping the rest.", log=child.log)

    def stop(self) -> None:
        """Reverse order, one after the other: whoever is still running may need those started before it."""
        signals.no_more()
        while self.children:
            child = self.children.pop()
            began = time.monotonic()
            stop_one(child.process, child.stop_signal, self.patience)
            took = time.monotonic() - began
            self.teller.line(f"{child.name} stopped, {ended(child.process.returncode)} ({took:.1f} s)")


def ended(code: int | None) -> str:
    if code is not None and code < 0:
        try:
            return f"signal {signal.Signals(-code).name}"
        except ValueError:
            return f"signal {-code}"
    return f"code {code}"


def stop_one(process: subprocess.Popen[Any], stop_signal: signal.Signals, patience: float) -> None:
    if process.poll() is None:
        process.send_signal(stop_signal)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill_group(process.pid)
    process.wait()


def kill_group(leader: int) -> None:
    """Also what a dead leader left behind; its children stay in its group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def run_step(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    log: Path,
    *,
    runner: Runner = ONESELF,
    given: bytes = b"",
) -> int:
    """A short-lived process; its output goes to the log. Ended with the launcher, also by an exception."""
    with open_log(log) as output:
        process = spawn(
            command, environment, runner=runner, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        process.communicate(given)
    except BaseException:
        stop_one(process, signal.SIGTERM, 5.0)
        raise
    return process.returncode


def birth(pid: int) -> str:
    """When a process began, in the kernel's ticks: a number that is used again has another birth."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def sweep(described: Sequence[Mapping[str, Any]], patience: float = PATIENCE_SECONDS) -> list[str]:
    """Wait for the end of what a killed launcher left, last started first, then end it; returns the names."""
    left = []
    for child in reversed(described):
        pid, born = int(child.get("pid", 0)), str(child.get("born", ""))
        if not born or birth(pid) not in ("", born):  # the number is somebody else's by now
            continue
        deadline = time.monotonic() + patience
        if birth(pid) == born:
            left.append(str(child.get("name", pid)))
        while birth(pid) == born and not is_zombie(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        kill_group(pid)
    return left


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return True
