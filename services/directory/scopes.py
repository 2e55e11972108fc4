"""What credentials are for: their scope annexes, line by line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from experts.models import CredentialScope
from portal import words
from services.directory import ranges
from services.directory.ranges import Range, Stated
from services.directory.standards import Standard, named_in


@dataclass(frozen=True)
class Line:
    """One line of a scope annex; ``thing`` is the object it names."""

    standards: tuple[Standard, ...] = ()
    parameter: str = ""
    since: date | None = None
    until: date | None = None
    thing: str = field(default="", compare=False)
    ranges: tuple[Range, ...] = ()

    def holds(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or self.until >= day)


Annexes = Mapping[str, Sequence[Line]]
"""By the types of the credentials in force on a day: the lines that hold on it."""


def covers(lines: Iterable[Line], asked: Standard | Stated) -> bool | None:
    """Whether they cover the standard or range; None where they say nothing about it."""
    if isinstance(asked, Stated):
        return asked.within(reach for line in lines if asked.about(line.thing, line.parameter) for reach in line.ranges)
    named = [held for line in lines for held in line.standards]
    return any(held.covers(asked) for held in named) if named else None


def lines_of(credentials: Iterable[int]) -> dict[int, list[Line]]:
    """By credential; one query."""
    lines: dict[int, list[Line]] = defaultdict(list)
    columns = ("credential_id", "method", "parameter", "since", "until", "object", "range")
    rows = CredentialScope.objects.filter(credential__in=list(credentials)).values_list(*columns)
    for credential, method, parameter, since, until, thing, span in rows:
        words_of = words.clean(parameter), since, until, words.clean(thing)
        lines[credential].append(Line(named_in(method), *words_of, ranges.named_in(span)))
    return lines
