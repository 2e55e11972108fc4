"""Who is told of which step: one table. The words are in ``templates/notices/<verb>_<reader>.txt``."""

from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet
from django.urls import reverse

from experts.models import Institution, InstitutionMembership
from portal.accounts.models import User
from portal.kept import kept
from portal.notices import actions as notices
from portal.notices.actions import Recipient
from services.cases import office_hours
from services.cases.models import Case, CaseEvent, Need, Referral, Verb
from services.cases.states import NeedState


class Reader(StrEnum):
    ENTERPRISE = "enterprise"
    PROVIDER = "provider"
    DESK = "desk"


E, P, D = Reader.ENTERPRISE, Reader.PROVIDER, Reader.DESK
TOLD: dict[str, tuple[Reader, ...]] = {
    Verb.SUBMITTED: (E,),
    Verb.RECORDED: (E,),
    Verb.TRIAGED: (E,),
    Verb.ASKED: (E,),
    Verb.ANSWERED: (D,),
    Verb.REFERRED_OUT: (E,),
    Verb.MERGED: (E,),
    Verb.WITHDRAWN: (D,),
    Verb.DECIDED: (E,),
    Verb.OFFERED: (P, E),
    Verb.ACCEPTED: (E, D),
    Verb.DECLINED: (D,),
    Verb.EXPIRED: (P, D),
    Verb.RECALLED: (P,),
    Verb.QUOTED: (E,),
    Verb.AGREED: (P,),
    Verb.CHANGE_ASKED: (P,),
    Verb.PROGRESSED: (E,),
    Verb.DELIVERED: (E,),
    Verb.REWORKED: (E,),
    Verb.CONFIRMED: (P, D),
    Verb.DISPUTED: (P, D),
    Verb.ABANDONED: (E, D),
    Verb.CANCELLED: (P, D),
    Verb.UNRESOLVED: (E, P),
    Verb.CLOSED: (E,),
    Verb.LAPSED: (E,),
    Verb.WAITED: (E,),
    Verb.RESUMED: (E,),
    Verb.REOPENED: (E, D),
}
ON_THE_WAY = {Verb.OFFERED, Verb.ACCEPTED, Verb.PROGRESSED}  # when the desk itself answers, only its answer is told
ACKNOWLEDGED = {Verb.SUBMITTED}  # whoever sends a need is told its number


def tell(event: CaseEvent, *, now: datetime) -> None:
    """Owe the notices of one event, in its transaction. Nobody is told of what they did themselves."""
    if event.referral and event.referral.institution.kind == Institution.Kind.CENTRE and event.verb in ON_THE_WAY:
        return
    if event.verb == Verb.PROGRESSED and not event.note:
        return  # work that begins with its delivery: only that is told
    teller = None if event.verb in ACKNOWLEDGED else event.person_id
    for reader in TOLD.get(event.verb, ()):
        recipients = [one for one in _recipients(reader, event) if one.user is None or one.user.pk != teller]
        for send_at, people in _by_send_time(recipients, event, now).items():
            notices.tell(
                people,
                f"{event.verb}_{reader}",
                key=f"event-{event.pk}-{reader}",
                facts=_facts(event),
                path=_path(reader, event),
                now=now,
                send_at=send_at,
            )


def _by_send_time(recipients: list[Recipient], event: CaseEvent, now: datetime) -> dict[datetime, list[Recipient]]:
    """What people do is told at once; what a rule did waits for the working hours of whoever reads it."""
    if not recipients:
        return {}
    return office_hours.by_send_time(recipients, now=now) if event.rule else {now: recipients}


def _recipients(reader: Reader, event: CaseEvent) -> list[Recipient]:
    if reader is Reader.ENTERPRISE:
        return [Recipient(user=user) for user in of_the_enterprise(event.case)]
    if reader is Reader.PROVIDER and event.referral:
        return [Recipient(user=member.user) for member in _members(institution=event.referral.institution_id)]
    if reader is Reader.DESK:
        contact_person = event.case.owner or (event.referral.handler if event.referral else None)
        return [Recipient(user=contact_person)] if contact_person else []
    return []


@kept
def _members(*, institution: int) -> QuerySet[InstitutionMembership]:
    active = InstitutionMembership.objects.filter(institution=institution, active=True, user__is_active=True)
    return active.select_related("user")


def of_the_enterprise(case: Case) -> list[User]:
    """Whoever sent the case, and the people of its enterprise."""
    people = [case.submitter] if case.submitter else []
    if case.enterprise:
        people += [one for one in case.enterprise.speakers() if one != case.submitter]
    return people


def _facts(event: CaseEvent) -> dict[str, str]:
    """Plain strings; ``…_zh`` and ``…_en`` pairs are resolved in the reader's language when the words are made."""
    facts = {"number": event.case.number, "note": event.note}
    need: Need | None = event.need
    referral: Referral | None = event.referral
    if need:
        facts |= {"item_zh": need.item.name_zh, "item_en": need.item.name_en}
    if referral:
        name = referral.institution.name_zh
        facts |= {"institution_zh": name, "institution_en": referral.institution.name_en or name}
        facts |= {"referral": str(referral.pk)} if event.rule else {}
    if event.verb == Verb.CLOSED and not event.case.needs.filter(state=NeedState.FULFILLED).exists():
        facts["unserved"] = "yes"
    promised = referral or event.case
    if promised.due_at is None:
        return facts
    return facts | {"due_at": promised.due_at.isoformat(), "due_clock": promised.due_clock}


def _path(reader: Reader, event: CaseEvent) -> str:
    if reader is Reader.PROVIDER and event.referral:
        return reverse("delivery:referral", args=[event.referral.pk])
    return reverse("casefile:case", args=[event.case.number])
