"""What the credentials of an institution are for: their scope annexes, line by line."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from experts.models import CredentialScope
from portal import words
from services.catalogue.models import CredentialMode
from services.directory.qualification import Requirement
from services.routing import ranges
from services.routing.facts import Candidate, Held, Line, NeedFacts
from services.routing.ranges import Stated
from services.routing.standards import Standard, named_in

Days = tuple[date, date]


def covered(needed: Requirement, one: Candidate, asked: Standard | Stated, days: Days) -> tuple[bool | None, str]:
    """Whether the credentials asked for cover the standard or range on both days, None where that is not on record; and
    the type that does not.
    """
    said = {code: _says(one, code, asked, days) for code in needed.codes if _held(one, code, days[0])}
    if needed.mode == CredentialMode.ANY and True in said.values():
        return True, ""
    lacking = next((code for code, answer in said.items() if answer is False), "")
    if lacking and (needed.mode == CredentialMode.ALL or None not in said.values()):
        return False, lacking
    return (None if None in said.values() else True), ""


def _says(one: Candidate, code: str, asked: Standard | Stated, days: Days) -> bool | None:
    answers = [_on(one, code, asked, day) for day in days]
    return False if False in answers else None if None in answers else True


def _on(one: Candidate, code: str, asked: Standard | Stated, day: date) -> bool | None:
    lines = [line for each in _held(one, code, day) for line in each.scope if line.holds(day)]
    if isinstance(asked, Stated):
        return asked.within(reach for line in lines if asked.about(line.thing, line.parameter) for reach in line.ranges)
    named = [held for line in lines for held in line.standards]
    return any(held.covers(asked) for held in named) if named else None


def unnamed(need: NeedFacts, one: Candidate, days: Days) -> list[str]:
    """The parameters asked for that no line names, where lines name any. Words differ, so this is only to be asked."""
    names = [line.parameter for line in _lines(need, one, days) if line.parameter]
    return [asked for asked in need.parameters if names and not any(asked in name or name in asked for name in names)]


def fit(need: NeedFacts, one: Candidate, days: Days) -> tuple[int, int]:
    """How many of the standards and parameters stated are covered, and of how many that is not on record."""
    answers = [covered(need.requirement, one, standard, days)[0] for standard in need.standards]
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
    ids = [each.id for one in candidates for each in one.credentials]
    lines: dict[int, list[Line]] = defaultdict(list)
    columns = ("credential_id", "method", "parameter", "since", "until", "object", "range")
    rows = CredentialScope.objects.filter(credential__in=ids).values_list(*columns)
    for credential, method, parameter, since, until, thing, span in rows:
        words_of = words.clean(parameter), since, until, words.clean(thing)
        lines[credential].append(Line(named_in(method), *words_of, ranges.named_in(span)))
    return [
        replace(one, credentials=tuple(replace(each, scope=tuple(lines[each.id])) for each in one.credentials))
        for one in candidates
    ]
