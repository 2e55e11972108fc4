"""What is said with an order: which services of the catalogue take a list of instruments, and their answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from services.boards.metrology.models import Instrument
from services.catalogue.models import ServiceItem
from services.triage import answers

LIST = "instruments"
"""The question of the catalogue whose answer is a table of instruments."""
DELIVERS = {
    Instrument.Confirmation.VERIFICATION: "certificate",
    Instrument.Confirmation.CALIBRATION: "calibration_certificate",
}
COLUMNS = {
    "name": "name",
    "model": "model",
    "range": "measuring_range",
    "accuracy": "accuracy",
    "serial_no": "serial",
    "location": "location",
}
NAMED = 5


@dataclass(frozen=True)
class Plan:
    """What is ordered, and where and when the instruments can be had."""

    item: ServiceItem
    place: str
    address: str = ""
    from_on: date | None = None
    until_on: date | None = None
    access: str = ""


def orderable(instruments: Sequence[Instrument]) -> list[ServiceItem]:
    """Services that take a list of instruments and deliver certificates; first what most of these instruments need."""
    items = ServiceItem.objects.offered().in_order().select_related("board")
    found = [item for item in items.filter(delivery__overlap=list(DELIVERS.values())) if _table(item)]
    needed = Counter(DELIVERS[Instrument.Confirmation(one.confirmation)] for one in instruments)
    compulsory = any(one.compulsory for one in instruments)

    def fit(item: ServiceItem) -> tuple[bool, int]:
        return item.designated_only != compulsory, -sum(needed[kind] for kind in item.delivery)

    return sorted(found, key=fit)


def given(plan: Plan, instruments: Sequence[Instrument]) -> dict[str, Any]:
    """The answers to those questions of the item that the register can answer.

    :raises ValidationError: by question, where the catalogue asks in another way than this knows.
    """
    kinds = {one.confirmation for one in instruments}
    dues = [one.due_on for one in instruments if one.due_on]
    known = {
        LIST: [_row(one, _table(plan.item)) for one in instruments],
        "place_of_service": plan.place,
        "installation_address": plan.address,
        "on_site_work": kinds.pop() if len(kinds) == 1 else "both",
        "shutdown_window": _days(plan),
        "site_access_rules": plan.access,
        "verification_purpose": sorted({one.use for one in instruments}),
        "certificate_expiry_date": min(dues).isoformat() if dues else "",
    }
    asked = {question["key"] for question in answers.questions(plan.item)}
    return answers.cleaned(plan.item, {key: value for key, value in known.items() if key in asked and value})


def sentence(instruments: Sequence[Instrument]) -> str:
    """What the case says in words, in the language of who orders."""
    names = Counter(one.name for one in instruments)
    named = "、".join(_("%(name)s × %(count)d") % {"name": name, "count": n} for name, n in names.most_common(NAMED))
    facts = {"count": len(instruments), "named": named}
    words = _("Please verify or calibrate %(count)d measuring instruments: %(named)s. The list is attached.")
    if len(names) > NAMED:
        words = _("Please verify or calibrate %(count)d measuring instruments, among them %(named)s. See the list.")
    return words % facts


def _table(item: ServiceItem) -> list[Mapping[str, Any]]:
    """The columns of its list of instruments; none, it takes no list."""
    for question in item.intake_questions:
        if question["key"] == LIST and question["type"] == "table":
            columns: list[Mapping[str, Any]] = question["columns"]
            return columns
    return []


def _row(one: Instrument, columns: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    said = {key: str(getattr(one, name)) for key, name in COLUMNS.items()} | {"quantity": "1"}
    return {column["key"]: cell(said[column["key"]]) for column in columns if said.get(column["key"])}


def cell(text: str) -> str:
    """As it stands in a table: without what divides the cells of a table at the desk."""
    return " ".join(text.replace("|", "/").replace("｜", "/").split())


def _days(plan: Plan) -> str:
    days = (plan.from_on, plan.until_on)
    return " – ".join(day.isoformat() if day else "…" for day in days) if any(days) else ""
