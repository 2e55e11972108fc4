"""What the rows of a file are worth: each by the form of its kind, some hundreds at a time."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _

from portal.imports.kinds import Cleaned, Data, Kind, RowForm

AT_ONCE = 500


@dataclass(frozen=True)
class Checked:
    """One row: what it comes to, or the reasons against it."""

    line: int
    data: Data
    cleaned: Cleaned = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)


def check(kind: Kind, rows: Sequence[tuple[int, Data]], first: dict[Hashable, int] | None = None) -> Iterator[Checked]:
    """In order; ``first`` remembers on which line each natural key came first, across the parts of one file."""
    first = {} if first is None else first
    for part in parts(rows):
        known = kind.lookups([data for _line, data in part])
        for line, data in part:
            form = kind.form(data, known=known)
            if not form.is_valid():
                yield Checked(line, data, problems=_problems(form, data))
                continue
            keys = kind.keys(form.cleaned_data)
            if before := next((first[key] for key in keys if key in first), 0):
                reason = _("The same as line %(line)d.") % {"line": before}
                yield Checked(line, data, problems=[{"column": "", "reason": reason, "value": ""}])
                continue
            first |= dict.fromkeys(keys, line)
            yield Checked(line, data, form.cleaned_data)


def parts(rows: Sequence[tuple[int, Data]]) -> Iterator[list[tuple[int, Data]]]:
    left = iter(rows)
    while part := list(islice(left, AT_ONCE)):
        yield part


def _problems(form: RowForm, data: Data) -> list[dict[str, str]]:
    return [
        {"column": "" if name == NON_FIELD_ERRORS else name, "reason": str(reason), "value": data.get(name, "")}
        for name, reasons in form.errors.items()
        for reason in reasons
    ]
