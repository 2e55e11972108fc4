"""What is wrong with a right, as sentences at its fields."""

from datetime import date
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.refusals import Conflict
from services.boards.ip import numbers
from services.boards.ip.states import RightState

if TYPE_CHECKING:
    from services.boards.ip.models import Right

Faults = dict[str, str | Promise]
EARLIEST, LATEST = date(1900, 1, 1), date(2150, 1, 1)
DAYS = ("filed_on", "priority_on", "published_on", "granted_on", "notified_on")
PATENT_KINDS = frozenset(numbers.TYPES.values())


class OrderedAlready(Conflict):
    title = _("This was ordered already")
    detail = _("There is an open case for this deadline. You find it on this page.")


class DoneAlready(Conflict):
    title = _("This is done already")
    detail = _("Somebody has noted meanwhile that it is done.")


def of_number(kind: str, number: str) -> Faults:
    if kind in PATENT_KINDS:
        return _of_patent(kind, number)
    if kind == "trademark" and not numbers.TRADEMARK.fullmatch(number):
        return {"number": _("A trademark has 5 to 8 digits, with a G before or a letter behind if the office put one.")}
    return {}


def _of_patent(kind: str, number: str) -> Faults:
    found = numbers.PATENT.fullmatch(number)
    if not found:
        return {"number": _("A patent has 12 digits (8 before October 2003), a dot and a check digit: 201310699744.2.")}
    right = numbers.check_digit(found[1])
    if right != found[2]:
        return {"number": _("The digit after the dot does not fit the others. Please compare it with the certificate.")}
    said = numbers.patent_kind(number)
    if said != kind:
        return {"number": _("By its number this is another kind of patent. Please look at the kind and the number.")}
    return {}


def of_days(right: "Right") -> Faults:
    found: Faults = {
        name: _("Please give a day between 1900 and 2149.")
        for name in DAYS
        if (day := getattr(right, name)) and not EARLIEST <= day < LATEST
    }
    if right.filed_on:
        if right.priority_on and right.priority_on > right.filed_on:
            found["priority_on"] = _("The priority day lies before the filing, not after it.")
        if right.published_on and right.published_on < right.filed_on:
            found["published_on"] = _("This is before the filing.")
        if right.granted_on and right.granted_on < right.filed_on:
            found["granted_on"] = _("This is before the filing.")
    if right.state == RightState.GRANTED and not right.granted_on and right.kind in {*PATENT_KINDS, "trademark"}:
        found.setdefault("granted_on", _("A right in force has a day of grant or registration."))
    return found
