"""What the actions of a plan cost, should bring in, and have brought in: figures that stand beside each other and are
never added up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from services.boards.consulting.models import PlanAction
from services.boards.consulting.states import ActionState, Evidence

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Totals:
    """CNY. ``expected_cny`` is per year; ``realised`` has one sum for each level of evidence, over all years.

    Dropped actions are not expected to bring in anything.
    """

    actions: int
    settled: int
    late: int
    cost_cny: Decimal
    expected_cny: Decimal
    realised: dict[Evidence, Decimal]

    @property
    def percent(self) -> int:
        return 100 * self.settled // self.actions if self.actions else 0

    @property
    def unsettled(self) -> int:
        return self.actions - self.settled

    @property
    def realised_in_words(self) -> list[tuple[str, Decimal]]:
        return [(str(level.label), amount) for level, amount in self.realised.items()]


def of(actions: Iterable[PlanAction], *, late: int = 0) -> Totals:
    """Of actions whose benefits were fetched with them."""
    rows = list(actions)
    kept = [row for row in rows if row.state != ActionState.DROPPED]
    realised = dict.fromkeys(Evidence, NOTHING)
    for row in kept:
        for benefit in row.benefits.all():
            realised[Evidence(benefit.level)] += benefit.amount_cny
    return Totals(
        actions=len(rows),
        settled=sum(row.is_settled for row in rows),
        late=late,
        cost_cny=sum((row.cost_cny or NOTHING for row in kept), NOTHING),
        expected_cny=sum((row.expected_cny or NOTHING for row in kept), NOTHING),
        realised=realised,
    )
