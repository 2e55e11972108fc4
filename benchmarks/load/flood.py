"""Whether the worker keeps up: what so many submissions a second owe, for a minute, then how old the oldest message is
that is due. First with the submissions themselves, over HTTP, as many as the machine can send and take; then what they
owe alone, left by the same door, so that the worker meets the full number whatever a submission costs.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from threading import Thread
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.load.driver import Asks, Refused
from benchmarks.load.figures import Taken, figures
from benchmarks.load.world import Step
from portal.accounts.models import User
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from portal.notices.models import Notice

OLDEST = """
SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0), count(*) FROM outbox_message
WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= now()
"""


def flood(steps: Sequence[tuple[Step, Asks]], *, per_second: float, seconds: float) -> dict[str, Any]:
    """Each client sends at its own moments; one that is late sends at once, so the rate told is the rate reached."""
    parts = [Taken() for _step in steps]
    began = time.perf_counter()
    crowd = []
    for at, ((step, asks), part) in enumerate(zip(steps, parts, strict=True)):
        turns = Turns(began + at / per_second, len(steps) / per_second, began + seconds)
        crowd.append(Thread(target=_send, args=(step, asks, part, turns)))
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    whole = sum(parts, Taken())
    whole.seconds = time.perf_counter() - began
    lag, waiting = oldest()
    return {
        **figures(whole).as_json(),
        "seconds": round(whole.seconds, 1),
        "lag_seconds": round(lag, 1),
        "waiting": waiting,
        "drained_seconds": round(drained(limit=120.0), 1),
    }


def owe(people: Sequence[User], pattern: Notice, *, per_second: float, seconds: float) -> dict[str, Any]:
    """Acknowledgements like the pattern, each in a transaction of its own."""
    began, told, run = time.perf_counter(), 0, token_hex(4)
    while (turn := told / per_second) < seconds:
        time.sleep(max(0.0, began + turn - time.perf_counter()))
        reader, key = Recipient(user=people[told % len(people)]), f"bench-{run}-{told}"
        notices.tell([reader], pattern.event, key=key, facts=pattern.facts, path=pattern.path, now=timezone.now())
        told += 1
    spent = time.perf_counter() - began
    lag, waiting = oldest()
    return {
        "seconds": round(spent, 1),
        "per_second": round(told / spent, 1),
        "lag_seconds": round(lag, 1),
        "waiting": waiting,
        "drained_seconds": round(drained(limit=120.0), 1),
    }


@dataclass(frozen=True)
class Turns:
    """When a client sends: first, how often, until when; in seconds of the process's own clock."""

    first: float
    every: float
    ends: float


def _send(step: Step, asks: Asks, part: Taken, turns: Turns) -> None:
    turn, ends = turns.first, turns.ends
    while turn < ends and (now := time.perf_counter()) < ends:
        if turn > now:
            time.sleep(turn - now)
        began = time.perf_counter()
        try:
            part.bytes.append(step(asks) or 0)
            part.times.append(time.perf_counter() - began)
        except (Refused, OSError) as refusal:
            part.refused.append(str(refusal)[:300])
        turn += turns.every


def oldest() -> tuple[float, int]:
    """Seconds since the oldest due message was due, and how many wait."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        lag, waiting = cursor.fetchone()
    return float(lag), int(waiting)


def drained(*, limit: float) -> float:
    """How long it takes until nothing waits any more."""
    began = time.monotonic()
    while oldest()[1] and time.monotonic() - began < limit:
        time.sleep(0.5)
    return time.monotonic() - began
