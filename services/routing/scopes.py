"""What the credentials of a candidate are for: how much of what the need states they cover."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from services.directory import scopes
from services.directory.ranges import Stated
from services.directory.scopes import Annexes, Line
from services.directory.standards import Standard
from services.routing.facts import Candidate, Held, NeedFacts

Days = tuple[date, date]


def covered(need: NeedFacts, one: Candidate, asked: Standard | Stated, days: Days) -> tuple[bool | None, str]:
    """Whether the credentials asked for cover the standard or range on both days, None where that is not on record; and
    the type that does not.
    """
    return need.requirement.covered(asked, [_annexes(one, day) for day in days])


def _annexes(one: Candidate, day: date) -> Annexes:
    found: dict[str, list[Line]] = {}
    for each in one.credentials:
        if each.in_force(day):
            found.setdefault(each.type, []).extend(line for line in each.scope if line.holds(day))
    return found


def unnamed(need: NeedFacts, one: Candidate, days: Days) -> list[str]:
    """The parameters asked for that no line names, where lines name any. Words differ, so this is only to be asked."""
    names = [line.parameter for line in _lines(need, one, days) if line.parameter]
    return [asked for asked in need.parameters if names and not any(asked in name or name in asked for name in names)]


def fit(need: NeedFacts, one: Candidate, days: Days) -> tuple[int, int]:
    """How many of the standards and parameters stated are covered, and of how many that is not on record."""
    answers = [covered(need, one, standard, days)[0] for standard in need.standards]
    missing = len(unnamed(need, one, days))
    named = any(line.parameter for line in _lines(need, one, days))
    good, unknown = answers.count(True), answers.count(None)
    if named:
        return good + len(need.parameters) - missing, unknown
    return good, unknown + len(need.parameters)


def _lines(need: NeedFacts, one: Candidate, days: Days) -> list[Line]:
    """Those that hold on both days, of the credentials asked for."""
    lines = [line for code in need.requirement.codes for each in _held(one, code, days[0]) for line in each.scope]
    return [line for line in lines if all(line.holds(day) for day in days)]


def _held(one: Candidate, code: str, day: date) -> list[Held]:
    return [each for each in one.credentials if each.type == code and each.in_force(day)]


def attach(everybody: Iterable[Candidate], need: NeedFacts) -> list[Candidate]:
    """The same candidates with the lines of their scopes: one query, and none where the need states nothing."""
    candidates = list(everybody)
    if not (need.standards or need.parameters or need.ranges):
        return candidates
    lines = scopes.lines_of(each.id for one in candidates for each in one.credentials)
    return [
        replace(one, credentials=tuple(replace(each, scope=tuple(lines[each.id])) for each in one.credentials))
        for one in candidates
    ]
