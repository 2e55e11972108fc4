"""Which credentials a service item asks for, and whether an institution is qualified for it on a given day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from experts.models import Credential, Institution
from portal.among import Among
from portal.kept import kept
from services.catalogue.models import CredentialMode, ServiceItem
from services.directory import scopes
from services.directory.models import Capability
from services.directory.ranges import Stated
from services.directory.scopes import Annexes, Line
from services.directory.standards import Standard

NO_CREDENTIAL = "NONE"
GOOD_STANDING = frozenset({Institution.Standing.ACTIVE, Institution.Standing.PROBATION})


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

    def covered(self, asked: Standard | Stated, days: Sequence[Annexes]) -> tuple[bool | None, str]:
        """Whether the credentials asked for cover the standard or range on each day, None where that is not on record;
        and the type that does not.
        """
        said = {code: _on_all(code, asked, days) for code in self.codes if code in days[0]}
        if self.mode == CredentialMode.ANY and True in said.values():
            return True, ""
        lacking = next((code for code, answer in said.items() if answer is False), "")
        if lacking and (self.mode == CredentialMode.ALL or None not in said.values()):
            return False, lacking
        return (None if None in said.values() else True), ""


def _on_all(code: str, asked: Standard | Stated, days: Sequence[Annexes]) -> bool | None:
    answers = [scopes.covers(annexes.get(code, ()), asked) for annexes in days]
    return False if False in answers else None if None in answers else True


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


@dataclass(frozen=True)
class Reliance:
    """Whether an institution is qualified on a day. ``credential``: the one that makes it so, None where none is asked
    for; ``outside``: the first of what is stated that the scopes on record do not cover.
    """

    met: bool
    credential: Credential | None = None
    outside: Standard | Stated | None = None


def relied_on(
    institution: Institution, needed: Requirement, asked: Sequence[Standard | Stated], *, day: date
) -> Reliance:
    """R1 on one day: the credentials are in force, and their scope covers what is stated, as far as it is on record.
    Of several credentials the one that covers it, of several of these the one valid longest.
    """
    held: list[Credential] = []
    if needed.codes:
        held = _held(institution=institution.pk, types=list(needed.codes), day=day)
    if not needed.met_by(credential.type_id for credential in held):
        return Reliance(met=False)
    if not (needed.binding and asked):
        return Reliance(met=True, credential=held[0] if held else None)
    lines = scopes.lines_of(one.pk for one in held)
    holding = {one.pk: [line for line in lines[one.pk] if line.holds(day)] for one in held}
    annexes: dict[str, list[Line]] = {}
    for one in held:
        annexes.setdefault(one.type_id, []).extend(holding[one.pk])
    outside = next((each for each in asked if needed.covered(each, [annexes])[0] is False), None)
    if outside:
        return Reliance(met=False, outside=outside)
    fitting = [one for one in held if not any(scopes.covers(holding[one.pk], each) is False for each in asked)]
    return Reliance(met=True, credential=(fitting or held)[0])


@kept
def _held(*, institution: int, types: list[str], day: date) -> QuerySet[Credential]:
    rows = Credential.objects.filter(Among("type", types), institution=institution).in_force(day)
    return rows.select_related("type").order_by("-valid_to")


def admitted(institution: Institution, item: ServiceItem) -> bool:
    """Whether the institution may take work of this item on: in good standing, and approved for it."""
    approved = Capability.objects.approved().filter(institution=institution, item=item)
    return approved.filter(institution__standing__in=GOOD_STANDING).exists()
