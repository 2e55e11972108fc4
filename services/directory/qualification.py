"""Which credentials a service item asks for, and whether an institution holds them on a given day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from experts.models import Credential, Institution
from portal.among import Among
from portal.kept import kept
from services.catalogue.models import CredentialMode, ServiceItem

NO_CREDENTIAL = "NONE"


@dataclass(frozen=True)
class Requirement:
    """Credential type codes and how many of them: all, any or preferred (none needed)."""

    codes: tuple[str, ...]
    mode: str
    conflict_role: str

    @property
    def binding(self) -> bool:
        return bool(self.codes) and self.mode != CredentialMode.PREFERRED

    def met_by(self, held: Iterable[str]) -> bool:
        """Whether these type codes are enough."""
        if not self.binding:
            return True
        present = set(held)
        return present.issuperset(self.codes) if self.mode == CredentialMode.ALL else not present.isdisjoint(self.codes)


def requirement(item: ServiceItem, answers: Mapping[str, Any]) -> Requirement:
    """The item's own requirement, or that of the first of its rules whose answer was given."""
    chosen: Mapping[str, Any] = {}
    for rule in item.credential_rules:
        given = answers.get(rule["when"]["question"])
        wanted = rule["when"]["equals"]
        if given == wanted or (isinstance(given, list) and wanted in given):
            chosen = rule
            break
    codes = chosen.get("required_credentials", item.required_credentials)
    return Requirement(
        codes=tuple(code for code in codes if code != NO_CREDENTIAL),
        mode=chosen.get("credential_mode", item.credential_mode),
        conflict_role=chosen.get("conflict_role", item.conflict_role),
    )


def relied_on(institution: Institution, needed: Requirement, *, day: date) -> tuple[bool, Credential | None]:
    """Whether the institution is qualified on that day, and the credential that makes it so (the one valid longest)."""
    held: list[Credential] = []
    if needed.codes:
        held = _held(institution=institution.pk, types=list(needed.codes), day=day)
    met = needed.met_by(credential.type_id for credential in held)
    return met, held[0] if held and met else None


@kept
def _held(*, institution: int, types: list[str], day: date) -> QuerySet[Credential]:
    rows = Credential.objects.filter(Among("type", types), institution=institution).in_force(day)
    return rows.select_related("type").order_by("-valid_to")
