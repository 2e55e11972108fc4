"""Quarters by their name, "2026Q3", in the centre's time."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _

NAME = re.compile(r"([0-9]{4})Q([1-4])")


@dataclass(frozen=True)
class Quarter:
    name: str
    begins: datetime
    ends: datetime
    """The first moment of the next."""


def named(name: str) -> Quarter | None:
    """None where there is no such quarter."""
    found = NAME.fullmatch(name)
    if not found or not 2000 <= int(found[1]) < 9999:
        return None
    year, number = int(found[1]), int(found[2])
    begins = datetime(year, 3 * number - 2, 1, tzinfo=get_current_timezone())
    return Quarter(name, begins, _first_of_next(begins))


def in_words(name: str) -> str:
    """Of a quarter's name, in the language in use."""
    return _("%(year)s, quarter %(number)s") % {"year": name[:4], "number": name[-1]}


def last_ended(now: datetime) -> Quarter:
    local = localtime(now)
    begins = local.replace(month=3 * ((local.month - 1) // 3) + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
    before = begins - timedelta(days=1)
    found = named(f"{before.year}Q{(before.month + 2) // 3}")
    assert found is not None
    return found


def recent(now: datetime, count: int) -> list[str]:
    """Names of the last quarters that are over, the newest first."""
    names = [last_ended(now).name]
    while len(names) < count:
        year, number = int(names[-1][:4]), int(names[-1][-1])
        names.append(f"{year}Q{number - 1}" if number > 1 else f"{year - 1}Q4")
    return names


def _first_of_next(begins: datetime) -> datetime:
    return (begins + timedelta(days=100)).replace(day=1)
