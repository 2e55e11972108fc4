"""What the match knows: plain values, so that gates and factors need no database and a record can keep them."""

from dataclasses import dataclass, field
from datetime import date

from services.directory.qualification import Requirement
from services.directory.ranges import Stated
from services.directory.scopes import Line
from services.directory.standards import Standard


@dataclass(frozen=True)
class Ask:
    """A fact that is missing. It excludes nobody; somebody should ask."""

    code: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NeedFacts:
    """The need as the gates see it. "" and None mean unknown; ``names``: codes in Chinese and English."""

    need: int
    item: str
    board: str
    requirement: Requirement = field(default_factory=lambda: Requirement((), "any", "none"))
    designated_only: bool = False
    promised_days: int = 10
    region: str = ""
    needed_on: date | None = None
    consultant_used: bool | None = None
    consultant: str = ""
    first_test_body: str = ""
    unanswered: tuple[str, ...] = ()
    standards: tuple[Standard, ...] = ()
    parameters: tuple[str, ...] = ()
    ranges: tuple[Stated, ...] = ()
    names: dict[str, tuple[str, str]] = field(default_factory=dict, compare=False)

    @property
    def role(self) -> str:
        """The side of the conflict-of-interest rules the work puts an institution on."""
        return self.requirement.conflict_role


@dataclass(frozen=True)
class Held:
    """One credential of a candidate, of a type the need is about; its scope only where the need states something."""

    id: int
    type: str
    state: str
    valid_from: date
    valid_to: date | None
    scope: tuple[Line, ...] = ()

    def in_force(self, day: date) -> bool:
        return self.state == "valid" and self.valid_from <= day and (self.valid_to is None or self.valid_to >= day)


@dataclass(frozen=True)
class Tie:
    """What ties the institution, or one under the same control (``via``), to the enterprise.

    ``kind``: consulted, certified, tested, owned, same. ``until`` is the last day it is known to have lasted;
    ``board`` is "" where the subject is unknown; ``same_case`` marks work on the very case.
    """

    kind: str
    until: date
    board: str = ""
    via: str = ""
    same_case: bool = False
    case: str = ""


@dataclass(frozen=True)
class Record:
    """What the portal itself has seen of an institution in twelve months: counts and hours to an answer as reckoned
    ``on`` a day, and what is in hand now.
    """

    offered: int = 0
    accepted: int = 0
    hours_to_answer: float | None = None
    delivered: int = 0
    on_time: int = 0
    live: int = 0
    accepted_this_week: int = 0
    on: date | None = None


@dataclass(frozen=True)
class Rated:
    """The score on the board: see ``experts.scores``."""

    value: float = 3.0
    lower: float = 2.5
    n: int = 0
    response_rate: int | None = None
    on: date | None = None


@dataclass(frozen=True)
class Candidate:
    """One institution that holds the capability, approved or not. ``absences``: first and last day, none over yet;
    ``operates``: it, or one under the same control, runs the place the case came to.
    """

    institution: int
    name_zh: str = ""
    name_en: str = ""
    region: str = ""
    standing: str = "active"
    capability: str = "approved"
    designated: bool = False
    regions: tuple[str, ...] = ()
    fee: str = "paid"
    promised_days: int | None = None
    weekly_capacity: int | None = None
    absences: tuple[tuple[date, date], ...] = ()
    credentials: tuple[Held, ...] = ()
    ties: tuple[Tie, ...] = ()
    kin: tuple[str, ...] = ()
    operates: bool = False
    tried: str = ""
    tried_on: date | None = None
    worked_with: int = 0
    worked_on: date | None = None
    record: Record = field(default_factory=Record)
    confirmed_on: date | None = None
    rated: Rated = field(default_factory=Rated)
