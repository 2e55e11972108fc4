"""Which approved services of an institution its credentials carry on a day: what matching asks, for notices."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from experts.models import Credential
from services.catalogue.models import ServiceItem
from services.directory.models import Capability
from services.directory.qualification import requirement

Carried = dict[int, dict[str, ServiceItem]]


def carried(institutions: Iterable[int], day: date) -> Carried:
    """By institution: the approved services, by code, whose needed credentials are in force that day. Two queries."""
    ids = list(institutions)
    held = held_by(ids, day)
    found: Carried = defaultdict(dict)
    for row in Capability.objects.approved().filter(institution__in=ids).select_related("item").order_by("item"):
        if requirement(row.item, {}).met_by(held[row.institution_id]):
            found[row.institution_id][row.item_id] = row.item
    return found


def held_by(institutions: Iterable[int], day: date) -> dict[int, set[str]]:
    """By institution: the types of its credentials in force that day."""
    held: dict[int, set[str]] = defaultdict(set)
    rows = Credential.objects.in_force(day).filter(institution__in=list(institutions))
    for institution, kind in rows.values_list("institution", "type"):
        held[institution].add(kind)
    return held


def lacking(item: ServiceItem, held: Collection[str]) -> tuple[str, ...]:
    """The credential types the service asks for, where those that are held are not enough."""
    needed = requirement(item, {})
    return () if needed.met_by(held) else tuple(code for code in needed.codes if code not in held)


def difference(before: Carried, after: Carried, institution: int) -> dict[str, str]:
    """The services that were carried and no longer are, as facts of a notice, in both languages."""
    lost = [item for code, item in before[institution].items() if code not in after[institution]]
    return {
        "items_zh": "、".join(item.name_zh for item in lost),
        "items_en": ", ".join(item.name_en for item in lost),
    }
