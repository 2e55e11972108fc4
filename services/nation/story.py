"""One case while it is being made, and the world it is made in."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from services.cases.promises import PROMISED
from services.cases.states import CaseState
from services.nation.clocks import Clocks, Counting
from services.nation.firms import Firm, Firms
from services.nation.hours import Hours
from services.nation.places import Places
from services.nation.pool import Item, Pool
from services.nation.streams import Sheets

HOUR, WORKING_DAY = 60, 420
SEGMENTS = 64
"""Segments of clocks of a case, its needs and its referrals at most: their numbers are reckoned from its own."""


@dataclass(frozen=True)
class World:
    """All that stories are told of."""

    pool: Pool
    firms: Firms
    places: Places
    hours: Hours
    clocks: Clocks


@dataclass
class Story:
    """What has become of one case so far. ``sheets`` take its rows, ``lines`` its timeline."""

    world: World
    sheets: Sheets
    rng: Random
    number: int
    firm: Firm
    station: int
    speaker: int | None
    specialist: int
    urgency: str
    state: str = CaseState.SUBMITTED
    owner: int | None = None
    closed: int | None = None
    dues: list[tuple[int, str]] = field(default_factory=list)
    lines: list[tuple[Any, ...]] = field(default_factory=list)
    segments: int = 0
    asked: list[int | None] = field(default_factory=list)
    """When each follow-up was over; None for one that is not."""

    @property
    def now(self) -> int:
        return self.world.hours.now

    @property
    def voice(self) -> int:
        """Who speaks for the enterprise in the timeline: its own person, or whoever writes down what it says."""
        return self.speaker or self.specialist

    def later(self, at: int, working_minutes: float) -> int:
        """When somebody has got round to it: usually soon, seldom late."""
        return self.world.hours.after(at, self.rng.expovariate(1 / working_minutes))

    def say(
        self,
        at: int,
        verb: str,
        audience: str,
        person: int | None,
        *,
        need: int | None = None,
        referral: int | None = None,
        rule: str = "followup.link/1",
        origin: str = "",
        to: str = "",
        note: str = "",
    ) -> None:
        """One line of the timeline; without a person it is that of a rule."""
        by_rule = "" if person else rule
        line = (at, self.number, need, referral, verb, audience, person, by_rule, origin, to, note)
        self.lines.append(line)

    def counting(self, clock: str, since: int, *, need: int | None = None, item: Item | None = None) -> Counting:
        """A clock of the case, or of one of its needs, under the policy that fits best."""
        board, code = (item.board, item.code) if item else ("", "")
        kind, number = ("need", need) if need else ("case", self.number)
        return Counting(kind, number, clock, self.world.clocks.terms(clock, self.urgency, board, code), since)

    def count(self, counting: Counting) -> int | None:
        """Write the clock down; when what it promises falls due, if it runs and promises something."""
        due = self.tick(counting)
        if due is None or counting.clock not in PROMISED[counting.kind]:
            return None
        self.dues.append((due, counting.clock))
        return due

    def tick(self, counting: Counting) -> int | None:
        """Write the clock down; when it falls due, if it runs."""
        first = self.number * SEGMENTS + self.segments
        self.segments += 1 + len(counting.turns)
        return self.world.clocks.write(self.sheets, first, counting)
