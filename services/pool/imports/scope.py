"""Rows of scope annexes from a list, for credentials that are on record."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from experts.models import Credential, CredentialScope
from portal.accounts.models import User
from portal.imports.fields import DayField, NameField, TextField
from portal.imports.kinds import Cleaned, Data, Kind, RowForm

COLUMNS = ("object", "parameter", "method", "range")


@dataclass
class Held:
    """Credentials by their numbers, the newest of a number first."""

    by_number: dict[str, list[Credential]] = field(default_factory=dict)


class ScopeRow(RowForm):
    known: Held
    number = TextField(_("Number of the credential"), 80, required=True)
    institution = NameField(_("Institution"), 200)
    type = TextField(_("Type"), 40)
    object = TextField(_("Object or product"), 200, required=True)
    parameter = TextField(_("Parameter"), 200)
    method = TextField(_("Method or standard"), 200)
    range = TextField(_("Range"), 200)
    since = DayField(_("In scope since"))
    until = DayField(_("In scope until"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("since") and said.get("until") and said["until"] < said["since"]:
            self.add_error("until", _("The last day comes before the first."))
        if number := said.get("number"):
            said["credential"] = self._credential(number, said.get("institution", ""), said.get("type", ""))
        return said

    def _credential(self, number: str, institution: str, type_: str) -> Credential | None:
        found = [row for row in self.known.by_number.get(number, []) if _fits(row, institution, type_)]
        if not found:
            self.add_error("number", _("No credential with this number is on record."))
        elif len({(row.institution_id, row.type_id) for row in found}) > 1:
            self.add_error("number", _("Several credentials have this number. Please name institution and type."))
        return found[0] if found else None


class ScopeRows(Kind):
    slug = "scope"
    title = _("Scope rows")
    about = _(
        "Told apart by the credential and the four columns. They are added to the newest credential of that number."
    )
    permission = "pool.curate"
    form = ScopeRow
    tabs = "pool/_tabs.html"
    example = {
        "number": "210012341234",
        "institution": "演示检测技术有限公司",
        "type": "CMA",
        "object": "陶瓷砖",
        "parameter": "吸水率",
        "method": "GB/T 3810.3",
        "range": "0.1%–20%",
    }

    def lookups(self, rows: Sequence[Data]) -> Held:
        held = Held()
        known = Credential.objects.filter(number__in={row["number"] for row in rows})
        known = known.exclude(state=Credential.State.WITHDRAWN).select_related("institution", "type")
        for credential in known.order_by("-valid_from", "-pk"):
            held.by_number.setdefault(credential.number, []).append(credential)
        return held

    def keys(self, row: Cleaned) -> tuple[Hashable, ...]:
        return ((row["credential"].pk, *(row[name] for name in COLUMNS), row["since"]),)

    def on_record(self, rows: Sequence[Cleaned]) -> set[Hashable]:
        credentials, objects = {row["credential"].pk for row in rows}, {row["object"] for row in rows}
        there = CredentialScope.objects.filter(credential__in=credentials, object__in=objects)
        return set(there.values_list("credential", *COLUMNS, "since"))

    def add(self, rows: Sequence[Cleaned], *, by: User, now: datetime) -> None:
        CredentialScope.objects.bulk_create(
            CredentialScope(**{name: row[name] for name in ("credential", *COLUMNS, "since", "until")}) for row in rows
        )


def _fits(row: Credential, institution: str, type_: str) -> bool:
    of_type = not type_ or type_ in {row.type_id, row.type.name_zh, row.type.name_en}
    return of_type and (not institution or institution in {row.institution.name_zh, row.institution.uscc})
