"""How institutions and enterprises are merged: which of their rows move, which stay, what follows.

Every foreign key to them stands on one of the lists; a test fails when a new one does not.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pghistory.models
from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Expression,
    F,
    Field,
    ForeignObjectRel,
    Func,
    Model,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Substr, Upper

from enterprises.models import Enterprise
from experts import names, reckoning, standing
from experts.models import Institution, InstitutionScore, Rating
from portal import words
from portal.accounts.models import User
from services.boards.models import Entry
from services.twins.models import Kind

ORGANISATION = (9, 9)
"""Where a credit code holds the code of the organisation: it stays when registration moves or the kind changes."""


@dataclass(frozen=True)
class Plan:
    """``columns`` of the row itself are chosen where both say something else; ``moves`` and ``stays`` name columns of
    others by ``app.Model.column``, numbers without a foreign key among them.
    """

    kind: Kind
    model: type[Model]
    rows: Callable[[], QuerySet[Any]]
    alike: dict[str, Expression | F]
    columns: tuple[str, ...]
    state: str
    moves: tuple[str, ...]
    stays: tuple[str, ...]
    derive: Callable[[Any, Any], None]
    retire: Callable[..., None]
    restore: Callable[..., None]
    follow: Callable[[Any, Any, datetime], None]


def field_of(label: str) -> "Field[Any, Any]":
    """The column called ``app.Model.column``."""
    model, _dot, name = label.rpartition(".")
    return apps.get_model(model)._meta.get_field(name)


def references(model: type[Model]) -> list[str]:
    """Every foreign key to the model; history is not asked, it stays what it was."""
    found = model._meta.get_fields(include_hidden=True)
    fields = [relation.field for relation in found if isinstance(relation, ForeignObjectRel)]
    kept = [field for field in fields if not issubclass(field.model, pghistory.models.Event)]
    return [f"{field.model._meta.label}.{field.name}" for field in kept]


def registers() -> list[str]:
    """What the boards keep moves with its enterprise, whatever boards there are."""
    return [f"{model._meta.label}.enterprise" for model in apps.get_models() if issubclass(model, Entry)]


# Institutions


def _retire_institution(gone: Institution, *, into: Institution, by: User, now: datetime) -> None:
    standing.merge(gone, into=into, by=by, now=now)


def _restore_institution(gone: Institution, *, by: User, now: datetime, reason: str) -> None:
    standing.part(gone, by=by, now=now, reason=reason)


def _reckon(institutions: Iterable[int], now: datetime) -> None:
    """From nothing: a board on which nobody is asked any more keeps no score."""
    for each in Institution.objects.select_for_update(no_key=True).filter(pk__in=institutions).order_by("pk"):
        InstitutionScore.objects.filter(institution=each).delete()
        reckoning.reckon_one(each.pk, now=now)


def _follow_institution(kept: Institution, gone: Institution, now: datetime) -> None:
    _reckon([kept.pk, gone.pk], now)


# Enterprises


def _derive_enterprise(kept: Enterprise, gone: Enterprise) -> None:
    kept.name_key = words.pinyin_key(kept.name)[:400]
    registered = Enterprise.State.REGISTERED in {kept.state, gone.state}
    if registered and (kept.uscc or kept.other_identifier):
        kept.state = Enterprise.State.REGISTERED


def _retire_enterprise(gone: Enterprise, *, into: Enterprise, by: User, now: datetime) -> None:
    gone.state, gone.merged_into = Enterprise.State.MERGED, into
    gone.save(update_fields=["state", "merged_into"])


def _restore_enterprise(gone: Enterprise, *, by: User, now: datetime, reason: str) -> None:
    """Its state is among the columns that are put back."""
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])


def _follow_enterprise(kept: Enterprise, gone: Enterprise, now: datetime) -> None:
    """Two votes of one enterprise within the window are one now, or two again."""
    rated = Rating.objects.filter(enterprise_ref__in=[kept.pk, gone.pk]).values_list("institution", flat=True)
    _reckon(set(rated), now)


_IDENTIFIER = Func(
    Upper("other_identifier"),
    Value("[^0-9A-Z]"),
    Value(""),
    Value("g"),
    function="regexp_replace",
    output_field=CharField(),
)

PLANS = {
    Kind.INSTITUTION: Plan(
        kind=Kind.INSTITUTION,
        model=Institution,
        rows=lambda: Institution.objects.exclude(standing="merged").exclude(kind="centre"),
        alike={"name": F("name_key"), "code": Coalesce(Substr("uscc", *ORGANISATION), Value("")), "phone": F("phone")},
        columns=(
            *("name_zh", "name_en", "uscc", "kind", "group", "region", "address", "introduction_zh"),
            *("introduction_en", "contact_name", "phone", "email", "weekly_capacity"),
        ),
        state="standing",
        moves=(
            "experts.Institution.merged_into",  # what was merged into it earlier
            "experts.InstitutionMembership.institution",
            "experts.Credential.institution",
            "experts.Equipment.owner",
            "experts.Expert.employer",
            "experts.Asking.institution",
            "experts.Rating.institution",
            "directory.Capability.institution",
            "directory.Relationship.institution",
            "directory.ProviderCalendar.institution",
            "directory.Absence.institution",
            "stations.Station.operator",
            "cases.Referral.institution",
            "routing.ScopeCorrection.institution",
            "routing.SecondSignature.institution",
            "pool.Application.owner",
            "pool.Application.institution",
            "pool.Reminder.institution",
        ),
        stays=(
            "experts.InstitutionScore.institution",  # reckoned anew
            "routing.TrackRecord.institution",  # reckoned anew at night
            "experts.StandingChange.institution",  # what became of this one row
            "pool.Appraisal.institution",
            "pool.StandingProposal.institution",
            "routing.MatchRecord.chosen",  # what was known and decided that day
            "routing.MatchRecord.first",
        ),
        derive=lambda kept, gone: None,
        retire=_retire_institution,
        restore=_restore_institution,
        follow=_follow_institution,
    ),
    Kind.ENTERPRISE: Plan(
        kind=Kind.ENTERPRISE,
        model=Enterprise,
        rows=lambda: Enterprise.objects.exclude(state="merged").alias(bare=_IDENTIFIER),
        alike={
            "name": names.key(F("name")),
            "code": Case(
                When(uscc__isnull=False, then=Substr("uscc", *ORGANISATION)),
                When(Q(bare__regex="^.{18}$"), then=Substr("bare", *ORGANISATION)),
                default=F("bare"),
            ),
            "phone": F("phone"),
        },
        columns=(
            *("name", "uscc", "other_identifier", "region", "industry", "address", "contact_name", "phone"),
            *("employees", "revenue_10k_cny", "assets_10k_cny", "size_class"),
        ),
        state="state",
        moves=(
            "enterprises.Enterprise.merged_into",
            "enterprises.Membership.enterprise",
            "directory.Relationship.enterprise",
            "cases.Case.enterprise",
            *registers(),
            "experts.Rating.enterprise_ref",
            "labs.Booking.enterprise",
            "labs.Qualification.enterprise",
            "labs.WaitingPlace.enterprise",
        ),
        stays=(),
        derive=_derive_enterprise,
        retire=_retire_enterprise,
        restore=_restore_enterprise,
        follow=_follow_enterprise,
    ),
}
