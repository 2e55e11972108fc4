"""What a notice asks for may be done before it leaves, in the morning after it was written: then it is not sent."""

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Mapping[str, Any]], bool]
_checks: dict[str, Check] = {}


def settles(*events: str) -> Callable[[Check], Check]:
    """Decorator: ``check(facts)`` says whether there is nothing left to ask for in a notice of these events."""

    def register(check: Check) -> Check:
        _checks.update(dict.fromkeys(events, check))
        return check

    return register


def is_settled(event: str, facts: Mapping[str, Any]) -> bool:
    return event in _checks and _checks[event](facts)
