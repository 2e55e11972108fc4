"""A kind of message whose handler the test chooses."""

from collections.abc import Callable, Iterator

import pytest

from portal.outbox import registry
from portal.outbox.registry import Handler


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Handler], None]]:
    """``handler("kind", function)`` for the time of the test."""
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))

    def register(kind: str, function: Handler) -> None:
        registry.handles(kind)(function)

    yield register
