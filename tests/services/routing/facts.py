"""Needs and candidates for tests of the pure match: everything in order unless a test says otherwise."""

from datetime import date
from typing import Any

from services.directory.qualification import Requirement
from services.directory.scopes import Line
from services.directory.standards import named_in
from services.routing.facts import Candidate, Held, NeedFacts, Rated, Record, Tie

TODAY = date(2026, 11, 20)
HERE, SAME_CITY, SAME_PROVINCE, FAR = "510185", "510104", "510704", "440306"
CMA = Requirement(("CMA",), "all", "none")


def role(name: str) -> Requirement:
    """No credential, but a side of the conflict-of-interest rules."""
    return Requirement((), "any", name)


def need(**facts: Any) -> NeedFacts:
    return NeedFacts(**{"need": 1, "item": "TI-01", "board": "TI", "region": HERE, "consultant_used": False, **facts})


def candidate(institution: int = 1, **facts: Any) -> Candidate:
    return Candidate(
        **{
            "institution": institution,
            "name_zh": f"机构{institution}",
            "name_en": f"Body {institution}",
            "region": HERE,
        }
        | facts
    )


def held(type: str = "CMA", **fields: Any) -> Held:
    return Held(
        **{"id": 1, "type": type, "state": "valid", "valid_from": date(2020, 1, 1), "valid_to": date(2030, 1, 1)}
        | fields
    )


def line(method: str = "", parameter: str = "", **days: Any) -> Line:
    """One line of a scope annex."""
    return Line(named_in(method), parameter, **days)


def tie(kind: str, **fields: Any) -> Tie:
    return Tie(**{"kind": kind, "until": TODAY, "board": "TI"} | fields)


def seen(**counts: Any) -> Record:
    return Record(**counts)


def rated(lower: float, n: int = 5) -> Rated:
    return Rated(value=min(5.0, lower + 0.4), lower=lower, n=n)
