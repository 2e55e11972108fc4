"""One launcher per checkout: a lock that the kernel lets go whatever happens to its holder."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .saying import ALREADY_RUNNING, Refusal


@contextmanager
def held(path: Path) -> Iterator[None]:
    """:raises Refusal: with code 3 when somebody else holds it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refusal("The portal is already running from this folder.", ALREADY_RUNNING) from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def waited_for(path: Path) -> Iterator[None]:
    """For the set-up, which `run` and `test` may both need at once: the second waits for the first."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Record:
    """``var/run.json``: what the holder of the lock has started, for `manage` and for the start after a kill -9."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, content: dict[str, Any]) -> None:
        draft = self.path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
        draft.replace(self.path)

    def read(self) -> dict[str, Any]:
        """Empty when there is none or a kill left half of it."""
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
