"""What the launcher tells the person in front of it: one line per step, with the time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

STEP_FAILED = 1
PORT_TAKEN = 2
ALREADY_RUNNING = 3
LINES_OF_LOG = 15


class Refusal(Exception):
    """The launcher cannot go on; the message says what happened and what to do."""

    def __init__(self, message: str, code: int = STEP_FAILED, log: Path | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.log = log
        self.tail = last_lines(log) if log is not None else []
        self.told = False


class Teller:
    """Prints each step when it is done, with the time since the start and the time it took."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """:param stream: standard error where standard output belongs to a command."""
        self.stream = stream or sys.stdout
        self.began = time.monotonic()

    def line(self, text: str) -> None:
        self.note(f"[{time.monotonic() - self.began:6.1f} s] {text}")

    def note(self, text: str) -> None:
        """Nobody may be listening any more (a closed terminal, a pipe that ended); what is under way goes on."""
        with suppress(OSError):
            print(text, file=self.stream, flush=True)

    def refuse(self, refusal: Refusal) -> None:
        """Once, and before what follows from it."""
        if refusal.told:
            return
        refusal.told = True
        lines = [str(refusal)]
        if refusal.log is not None:
            lines += [f"The log is {refusal.log}; its last lines:", *(f"    {line}" for line in refusal.tail)]
        with suppress(OSError):
            print("\n".join(lines), file=sys.stderr, flush=True)

    @contextmanager
    def step(self, text: str) -> Iterator[list[str]]:
        """Yields a list; what is put in it replaces the text."""
        began = time.monotonic()
        better: list[str] = []
        yield better
        self.line(f"{better[-1] if better else text} ({time.monotonic() - began:.1f} s)")


def last_lines(log: Path) -> list[str]:
    if not log.exists():
        return ["(empty)"]
    text = log.read_text(encoding="utf-8", errors="replace")[-8000:]
    return [line for line in text.splitlines() if line.strip()][-LINES_OF_LOG:]
