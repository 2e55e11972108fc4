"""What has become of an entry: who changed which columns, when, from the history that the database keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.text import capfirst

from portal.accounts.models import User
from services.boards.models import Entry

MOST = 50
UNTOLD = frozenset({"id", "version", "changed_at", "created_at", "retired_why", "enterprise", "note"})


@dataclass(frozen=True)
class Line:
    """One change; ``columns`` is empty for the entry itself."""

    at: datetime
    who: str
    columns: Sequence[str]


def of_entry(row: Entry) -> list[Line]:
    """The newest first, fifty at most; two statements."""
    events: list[Any] = list(row.history.order_by("-pgh_id")[: MOST + 1])  # type: ignore[attr-defined]
    people = _people(events)
    lines = [Line(new.pgh_created_at, _who(new, people), _changed(row, new, old)) for new, old in pairwise(events)]
    if events and len(events) <= MOST:
        lines.append(Line(events[-1].pgh_created_at, _who(events[-1], people), []))
    return [line for line in lines if line.columns or line is lines[-1]]


def _changed(row: Entry, new: Any, old: Any) -> list[str]:
    columns = [one for one in row._meta.concrete_fields if one.name not in UNTOLD]
    return [
        capfirst(str(one.verbose_name))
        for one in columns
        if getattr(new, one.attname, None) != getattr(old, one.attname, None)
    ]


def _people(events: Sequence[Any]) -> dict[int, str]:
    wanted = {pk for event in events if (pk := _user(event))}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name"))


def _who(event: Any, people: dict[int, str]) -> str:
    return people.get(_user(event) or 0, "")


def _user(event: Any) -> int | None:
    return (event.pgh_context or {}).get("user")
