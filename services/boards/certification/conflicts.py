"""Who has advised an enterprise does not certify it: the same rule as in matching, for the bodies named here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils import timezone

from experts.models import Institution
from services.cases.models import Referral
from services.catalogue.models import ConflictRole
from services.directory.models import Relationship
from services.directory.qualification import requirement
from services.routing.facts import Candidate
from services.routing.gates import LOOK_BACK_YEARS, same_body, years_before

BOARD = "certification"


@dataclass(frozen=True)
class Consultant:
    """An institution that advised the enterprise, and the last day it is known to have done so."""

    institution: Institution
    until: date


def recent(enterprise: int, today: date) -> list[tuple[Consultant, Candidate]]:
    """The consultants of the last years, each with the names of those under one control with it."""
    since = years_before(today, LOOK_BACK_YEARS)
    return [(one, _candidate(one.institution)) for one in _consultants(enterprise, today) if one.until > since]


def named(body: str, consultants: Iterable[tuple[Consultant, Candidate]]) -> Consultant | None:
    """The one whom these words name, or who is under one control with whom they name."""
    return next((one for one, names in consultants if same_body(body, names) == "same"), None)


def _consultants(enterprise: int, today: date) -> Iterator[Consultant]:
    told = Relationship.objects.filter(enterprise=enterprise, kind="consulted").select_related("institution__group")
    for tie in told:
        yield Consultant(tie.institution, tie.until or today)
    served = Referral.objects.filter(
        case__enterprise=enterprise, accepted_at__isnull=False, need__board__slug=BOARD
    ).select_related("institution__group", "need__item")
    for referral in served.annotate(last_at=Max("events__at")):
        if requirement(referral.need.item, referral.need.answers).conflict_role == ConflictRole.CONSULT:
            last = today if referral.is_live else timezone.localdate(referral.last_at or referral.accepted_at)
            yield Consultant(referral.institution, last)


def _candidate(one: Institution) -> Candidate:
    kin = Institution.objects.filter(group=one.group_id).exclude(pk=one.pk) if one.group_id else []
    names = tuple(name for other in kin for name in (other.name_zh, other.name_en) if name)
    return Candidate(one.pk, name_zh=one.name_zh, name_en=one.name_en, kin=names)
