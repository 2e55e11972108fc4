"""The clocks of what is still going on, and the deliveries of the last year: as the engine would have left them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.clocks.models import ClockPolicy, WorkCalendar, budget_of
from services.nation.hours import Hours, instant, minute_of, written
from services.nation.streams import Sheets, flag

COLUMNS = {
    "clocks_clocksegment": (
        "id, subject_kind, subject_id, clock, kind, begun_at, started_at, ended_at, reason, actor, budget_minutes, "
        "round_the_clock, due_at, calendar_id, calendar_version, policy_id, policy_version"
    )
}


@dataclass(frozen=True)
class Terms:
    budget: int
    always: bool
    policy: int | None
    version: int | None


@dataclass(frozen=True)
class Counting:
    """One clock on one thing: when it began, the turns at which it was paused or resumed (with the reason of a pause,
    "" for going on), and when it was stopped.
    """

    kind: str
    number: int
    clock: str
    terms: Terms
    begun: int
    turns: tuple[tuple[int, str], ...] = ()
    stopped: int | None = None


class Clocks:
    def __init__(self, calendar: WorkCalendar, hours: Hours) -> None:
        self.calendar, self.hours = calendar, hours
        self._known: dict[tuple[str, ...], Terms] = {}
        self.policies = list(ClockPolicy.objects.order_by("-item", "-board", "-urgency"))

    def terms(self, clock: str, urgency: str = "", board: str = "", item: str = "") -> Terms:
        """Those of the policy that fits best."""
        asked = clock, urgency, board, item
        if asked not in self._known:
            self._known[asked] = self._fitting(*asked)
        return self._known[asked]

    def _fitting(self, clock: str, urgency: str, board: str, item: str) -> Terms:
        for row in self.policies:
            fits = row.item in {"", item} and row.board in {"", board} and row.urgency in {"", urgency}
            if row.clock == clock and fits:
                budget, always = budget_of(row.amount, row.unit, self.calendar.working_day_minutes)
                return Terms(budget, always, row.pk, row.version)
        raise LookupError(clock)

    def promised(self, working_days: int) -> Terms:
        """Those of a clock that brings its own limit."""
        unit = ClockPolicy.Unit.WORKING_DAYS
        budget, always = budget_of(Decimal(working_days), unit, self.calendar.working_day_minutes)
        return Terms(budget, always, None, None)

    def due(self, begun: int, budget: int, pauses: tuple[tuple[int, int], ...] = ()) -> int:
        """The working minute at which a budget is used up."""
        held = [(instant(begin), instant(end)) for begin, end in pauses]
        due = self.hours.calendar.due(instant(begun), budget, held)
        assert due is not None
        return minute_of(due)

    def write(self, sheets: Sheets, first: int, counting: Counting) -> int | None:
        """The segments of the counting, numbered from ``first``; when it falls due if it runs."""
        starts = [(counting.begun, ""), *counting.turns]
        ends = [at for at, _reason in counting.turns] + [counting.stopped]
        pauses: list[tuple[int, int]] = []
        due: int | None = None
        for place, ((begins, reason), ends_at) in enumerate(zip(starts, ends, strict=True)):
            due = None if reason else self.due(counting.begun, counting.terms.budget, tuple(pauses))
            self._segment(sheets, first + place, counting, (begins, ends_at, reason, due))
            if reason and ends_at is not None:
                pauses.append((begins, ends_at))
        return None if counting.stopped else due

    def _segment(self, sheets: Sheets, number: int, counting: Counting, span: tuple[Any, ...]) -> None:
        begins, ends, reason, due = span
        sheets.add(
            "clocks_clocksegment",
            number,
            counting.kind,
            counting.number,
            counting.clock,
            "pause" if reason else "run",
            written(counting.begun),
            written(begins),
            written(ends),
            reason,
            "",
            counting.terms.budget,
            flag(counting.terms.always),
            written(due),
            self.calendar.pk,
            self.calendar.version,
            counting.terms.policy,
            counting.terms.version,
        )
