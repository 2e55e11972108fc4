"""Who does what is owed: one handler per kind, found in each app's ``handlers.py`` when Django starts."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured

Payload = dict[str, Any]
Handler = Callable[[Payload, str], None]
Surrounding = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Owed:
    """An effect that ought to happen. The key names the obligation; the payload holds ids, nothing personal."""

    kind: str
    key: str
    payload: Payload
    due_at: datetime


Reconciler = Callable[[datetime], Iterable[Owed]]


class UnknownKind(LookupError):
    """No handler for this kind here. It may come with the next release, so the message waits like any refused one."""


class GiveUp(Exception):
    """Raised by a handler: trying again cannot help. The message ends at once and staff see why."""


class ChannelDown(Exception):
    """Raised by a handler: the way itself is closed (mail server away); others of this kind need not be tried now."""


_handlers: dict[str, Handler] = {}
_reconcilers: list[Reconciler] = []
_surroundings: list[Surrounding] = []


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Decorator: ``handler(payload, key)`` does what messages of this kind owe. It may run twice with the same key."""

    def register(handler: Handler) -> Handler:
        if kind in _handlers and _handlers[kind] is not handler:
            raise ImproperlyConfigured(f"two handlers for messages of kind {kind!r}")
        _handlers[kind] = handler
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """:raises UnknownKind: when nobody here handles this kind."""
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(f"no handler for messages of kind {kind!r}") from None


def reconciles(reconciler: Reconciler) -> Reconciler:
    """Decorator: ``reconciler(now)`` yields what business rows ought to owe and does not stand in the outbox."""
    _reconcilers.append(reconciler)
    return reconciler


def reconcilers() -> tuple[Reconciler, ...]:
    return tuple(_reconcilers)


def surrounds(surrounding: Surrounding) -> Surrounding:
    """Decorator: a context that each sweep stands in: what several effects share (a connection to the mail server)."""
    _surroundings.append(surrounding)
    return surrounding


@contextmanager
def surroundings() -> Iterator[None]:
    with ExitStack() as stack:
        for surrounding in _surroundings:
            stack.enter_context(surrounding())
        yield
