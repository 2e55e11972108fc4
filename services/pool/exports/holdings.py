"""Everything a curator sees, to take along: what is in the pool.

What can be imported again has the headers of the import.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from experts.models import (
    Credential,
    CredentialScope,
    CredentialSuspension,
    Equipment,
    Expert,
    Institution,
    InstitutionScore,
    Rating,
)
from portal.imports.kinds import RowForm
from portal.tables.lists import Column, Export, named, word
from services.directory.models import Absence, Capability, Relationship
from services.pool.imports.equipment import InstrumentRow
from services.pool.imports.experts import ExpertRow
from services.pool.imports.institutions import InstitutionRow
from services.pool.imports.scope import ScopeRow


def _of(form: type[RowForm], **others: Callable[[Any], Any]) -> tuple[Column, ...]:
    """The columns of an import; by default each is the attribute of its name."""
    fields = form.base_fields.items()
    return tuple((field.label or "", others.get(name, named(name))) for name, field in fields)


INSTITUTION: Column = (_("Institution"), named("institution", "name_zh"))

HOLDINGS = (
    Export(
        "institutions",
        _("Institutions"),
        Institution.objects.all,
        (
            *_of(InstitutionRow, kind=word("kind"), region=named("region_id"), standing=word("standing")),
            (_("Last confirmed"), named("confirmed_at")),
        ),
    ),
    Export(
        "credentials",
        _("Credentials"),
        lambda: Credential.objects.select_related("institution", "type"),
        (
            INSTITUTION,
            (_("Type"), named("type", "name")),
            (_("Number"), named("number")),
            (_("Issued by"), named("issuer")),
            (_("Valid from"), named("valid_from")),
            (_("Valid to"), named("valid_to")),
            (_("State"), word("state")),
            (_("Reason for the state"), named("state_reason")),
        ),
    ),
    Export(
        "scope",
        _("Scope rows"),
        lambda: CredentialScope.objects.select_related("credential__institution", "credential__type"),
        _of(
            ScopeRow,
            number=named("credential", "number"),
            institution=named("credential", "institution", "name_zh"),
            type=named("credential", "type_id"),
        ),
    ),
    Export(
        "experts",
        _("Experts"),
        lambda: Expert.objects.select_related("employer"),
        _of(
            ExpertRow,
            employer=lambda row: row.employer.name_zh if row.employer else row.employer_name,
            fields_=named("fields"),
            region=named("region_id"),
        ),
    ),
    Export(
        "equipment",
        _("Shared instruments"),
        lambda: Equipment.objects.select_related("owner"),
        _of(InstrumentRow, owner=named("owner", "name_zh")),
    ),
    Export(
        "capabilities",
        _("Services offered"),
        lambda: Capability.objects.select_related("institution", "item").prefetch_related("regions"),
        (
            INSTITUTION,
            (_("Code"), named("item_id")),
            (_("Service item"), named("item", "name")),
            (_("State"), word("state")),
            (_("Regions"), lambda row: "、".join(region.code for region in row.regions.all())),
            (_("Fee"), word("fee")),
            (_("Price in words"), named("price")),
            (_("Promised working days"), named("promised_working_days")),
            (_("Scope in words"), named("scope_note")),
        ),
    ),
    Export(
        "ratings",
        _("Ratings"),
        lambda: Rating.objects.select_related("institution"),
        (
            INSTITUTION,
            (_("Board"), named("board")),
            (_("Grade"), named("grade")),
            (_("Solved"), named("solved")),
            (_("Comment"), named("comment")),
            (_("Source"), word("source")),
            (_("State"), word("state")),
            (_("Rated"), named("rated_at")),
        ),
    ),
    Export(
        "suspensions",
        _("Suspensions of credentials"),
        lambda: CredentialSuspension.objects.select_related("credential__institution", "credential__type", "by"),
        (
            (_("Institution"), named("credential", "institution", "name_zh")),
            (_("Type"), named("credential", "type", "name")),
            (_("Number"), named("credential", "number")),
            (_("Suspended from"), named("begins_on")),
            (_("Suspended until"), named("ends_on")),
            (_("Reason"), named("reason")),
            (_("Recorded by"), named("by", "name")),
            (_("Why it was lifted"), named("lifted_reason")),
        ),
    ),
    Export(
        "absences",
        _("Absences"),
        lambda: Absence.objects.select_related("institution"),
        (
            INSTITUTION,
            (_("First day"), named("begins_on")),
            (_("Last day"), named("ends_on")),
            (_("Reason"), named("reason")),
        ),
    ),
    Export(
        "relationships",
        _("Relationships with enterprises"),
        lambda: Relationship.objects.select_related("institution", "enterprise"),
        (
            INSTITUTION,
            (_("Enterprise"), named("enterprise", "name")),
            (_("Kind"), word("kind")),
            (_("Since"), named("since")),
            (_("Until"), named("until")),
            (_("Source"), named("source")),
        ),
    ),
    Export(
        "scores",
        _("Scores"),
        lambda: InstitutionScore.objects.select_related("institution"),
        (
            INSTITUTION,
            (_("Board"), named("board")),
            (_("Score"), named("value")),
            (_("Lower bound"), named("lower")),
            (_("Answers counted"), named("n")),
            (_("Asked"), named("asked")),
            (_("Answered"), named("answered")),
            (_("Response rate (%)"), lambda row: round(100 * row.answered / row.asked) if row.asked else None),
            (_("Reckoned"), named("computed_at")),
        ),
    ),
)
