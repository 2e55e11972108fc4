"""The clients: threads with one connection each, which is kept; lean, because they share the machine with what they
measure.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Barrier, Thread
from typing import Protocol

from benchmarks.load.figures import Taken

TIMEOUT_SECONDS = 60.0


class Refused(Exception):
    """Another answer than the one that belongs to the operation."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Asks(Protocol):
    """Over HTTP, or in the process."""

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer: ...


@dataclass
class Caller:
    """One client: a kept connection and the headers it always sends."""

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)
    link: HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Asks once more on a new connection where the server has closed the old one meanwhile."""
        sent = {**self.headers, **(headers or {})}
        try:
            return self._ask(method, path, body, sent)
        except (HTTPException, ConnectionError):
            self.close()
            return self._ask(method, path, body, sent)

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        if self.link is None:
            self.link = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        self.link.request(method, path, body or None, dict(headers))
        answer = self.link.getresponse()
        return Answer(answer.status, dict(answer.headers), answer.read())

    def close(self) -> None:
        if self.link is not None:
            self.link.close()
            self.link = None


Operation = Callable[[], int | None]
"""Does one thing and says how many bytes came back; None when there is nothing left to do."""


def together(operations: Sequence[Operation], *, seconds: float, most: int = 0) -> Taken:
    """Each client does its operation again and again until the time is over.

    :param most: how often each client does it at most; 0 for as often as it can.
    """
    parts = [Taken() for _operation in operations]
    ready = Barrier(len(operations) + 1)
    crowd = [
        Thread(target=_client, args=(operation, part, ready, seconds, most), daemon=True)
        for operation, part in zip(operations, parts, strict=True)
    ]
    for one in crowd:
        one.start()
    ready.wait()
    began = time.perf_counter()
    for one in crowd:
        one.join()
    whole = sum(parts, Taken())
    whole.seconds = time.perf_counter() - began
    return whole


def _client(operation: Operation, part: Taken, ready: Barrier, seconds: float, most: int) -> None:
    ready.wait()
    ends, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < ends and (not most or done < most):
        began = time.perf_counter()
        try:
            size = operation()
        except (Refused, OSError, HTTPException) as refusal:
            part.refused.append(f"{type(refusal).__name__}: {refusal}"[:300])
            if len(part.refused) > 20:
                return
            continue
        if size is None:
            return
        part.times.append(time.perf_counter() - began)
        part.bytes.append(size)
        done += 1
