"""What the steps share: people and subjects, what one step hands on to the next, and how something is asked.

A step is what a client does again and again. It gets whoever asks (over HTTP, or in the process to count statements)
and says how many bytes came back, or None when nothing is left to do.
"""

import json
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from benchmarks.load.driver import Answer, Asks, Refused
from benchmarks.load.people import Person
from benchmarks.load.subjects import Subjects
from portal import words

THREADS = 8
"""Of the web server, each of which has to have met a page before it is measured."""

Step = Callable[[Asks], int | None]


@dataclass
class World:
    """People and subjects of one scale, and what the steps hand on to each other."""

    origin: str
    desk: list[Person]
    nation: list[Person]
    firms: list[Person]
    subjects: Subjects
    calendar: int
    providers: dict[int, Person] = field(default_factory=dict)
    instruments: list[tuple[int, datetime]] = field(default_factory=list)
    cases: deque[str] = field(default_factory=deque)
    needs: deque[int] = field(default_factory=deque)
    offered: deque[int] = field(default_factory=deque)
    offered_to: deque[tuple[int, Person]] = field(default_factory=deque)
    accepted: deque[tuple[int, Person]] = field(default_factory=deque)
    delivered: deque[int] = field(default_factory=deque)
    asked: deque[tuple[int, Person]] = field(default_factory=deque)
    sizes: dict[str, int] = field(default_factory=dict)
    tokens: dict[int, str] = field(default_factory=dict)

    @cached_property
    def segmented(self) -> list[str]:
        """As many texts that what is inserted looks like the rest of the table to whoever searches it."""
        return [words.segment(text) for text in self.subjects.texts[:1000]]


@dataclass(frozen=True)
class Scenario:
    """
    :param bare: the same work of the bare view; None where only our own figures are told.
    :param warm: what is asked before, unmeasured, where the step itself cannot be tried.
    """

    name: str
    words: str
    step: Callable[[World, int], Step]
    bare: Callable[[World, int], Step] | None = None
    reads: bool = True
    warm: Callable[[World, int], Step] | None = None


def expect(answer: Answer, *statuses: int) -> Answer:
    if answer.status not in statuses:
        raise Refused(f"{answer.status} {answer.body[:200].decode('utf-8', 'replace')}")
    return answer


def get(asks: Asks, path: str, headers: Mapping[str, str], *statuses: int) -> int:
    return len(expect(asks.ask("GET", path, headers=headers), *(statuses or (200,))).body)


def post(asks: Asks, path: str, body: Mapping[str, Any], person: Person, *statuses: int) -> Answer:
    """A program's request; every one has a key of its own."""
    headers = {
        **person.key,
        "Content-Type": "application/json",
        "Idempotency-Key": secrets.token_urlsafe(18),
    }
    return expect(asks.ask("POST", path, json.dumps(body).encode(), headers), *(statuses or (200, 201)))


def taken(pool: deque[Any]) -> Any:
    """The next of what was handed on; None when nobody has left anything."""
    try:
        return pool.popleft()
    except IndexError:
        return None
