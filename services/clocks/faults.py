"""What can be wrong with a calendar or with a question put to it.

Each fault carries its English sentence and the values in it apart, so that a page can translate the sentence.
"""

from __future__ import annotations


class ClockFault(ValueError):
    """Base of all of them; ``str()`` is the English sentence."""

    message = "The clock cannot be read."

    def __init__(self, message: str = "", **params: object) -> None:
        self.message = message or self.message
        self.params = params
        super().__init__(self.message % params if params else self.message)


class BadCalendar(ClockFault):
    """A calendar that cannot be built."""


class CalendarNeverOpens(BadCalendar):
    """No working time in 400 days: refused, never looped over."""

    message = "The calendar has no working time in 400 days."


class BadSpan(ClockFault):
    """Instants, pauses or budgets that make no sense together."""
