"""What one step costs in statements, counted in the process: the same addresses, the same person, the same database and
the same settings, through Django's test client. Over HTTP nothing could be counted without a setting of its own.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client

from benchmarks.load.driver import Answer
from benchmarks.load.world import Step

COUNTS = re.compile(r"^SELECT COUNT\(", re.IGNORECASE)
WRITES = re.compile(r"^(INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
SAVEPOINTS = re.compile(r"^(SAVEPOINT|RELEASE|ROLLBACK TO)\b", re.IGNORECASE)


@dataclass
class InProcess:
    """Asks without a connection; keeps what was said to the database during the last request."""

    host: str
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    said: list[tuple[str, Any, float]] = field(default_factory=list)
    seconds: float = 0.0

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        sent = dict(headers or {})
        kind = sent.pop("Content-Type", "application/octet-stream")
        self.said.clear()
        began = time.perf_counter()
        with connection.execute_wrapper(self._said):
            answer = self.client.generic(method, path, body, kind, secure=True, headers=sent, HTTP_HOST=self.host)
        self.seconds = time.perf_counter() - began
        cookies = answer.cookies.output(header="").strip()
        found = {**dict(answer.items()), **({"Set-Cookie": cookies} if cookies else {})}
        self.client.cookies.clear()
        return Answer(answer.status_code, found, b"".join(answer) if answer.streaming else answer.content)

    def _said(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.said.append((sql, params, time.perf_counter() - began))


@dataclass(frozen=True)
class Counted:
    """Of the step's last request. ``said`` is for those who want to replay it."""

    statements: int
    savepoints: int
    writes: int
    counts: int
    sql_ms: float
    whole_ms: float
    bytes: int
    said: tuple[tuple[str, Any], ...] = ()

    def told(self) -> str:
        return f"{self.statements:3} statements, {self.sql_ms:6.1f} of {self.whole_ms:6.1f} ms, {self.bytes:7} bytes"

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "said"}


def count(step: Step, host: str, *, rounds: int = 3) -> Counted | None:
    """Warm: the last of so many rounds. Savepoints are statements too, BEGIN and COMMIT are not.

    None where nothing is left to do.
    """
    asks, size = InProcess(host), None
    for _round in range(rounds):
        size = step(asks)
        if size is None:
            return None
    said = list(asks.said)
    return Counted(
        statements=len(said),
        savepoints=sum(1 for sql, *_rest in said if SAVEPOINTS.match(sql.lstrip())),
        writes=sum(1 for sql, *_rest in said if WRITES.match(sql.lstrip())),
        counts=sum(1 for sql, *_rest in said if COUNTS.match(sql.lstrip()) and "LIMIT" not in sql.upper()),
        sql_ms=round(1000 * sum(spent for *_rest, spent in said), 1),
        whole_ms=round(1000 * asks.seconds, 1),
        bytes=size or 0,
        said=tuple((sql, params) for sql, params, _spent in said),
    )
