"""A case as a whole: sent, taken, asked about, answered, triaged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from enterprises.models import Enterprise
from portal import search
from portal.accounts.models import User
from portal.files.models import Attachment
from portal.transactions import as_one
from services.cases import numbers, promises
from services.cases.actions.door import attach, lock, move, write
from services.cases.actions.needs import NewNeed, make_needs
from services.cases.actors import Actor
from services.cases.faults import StaleState
from services.cases.models import Audience, Case, Channel, InformationRequest, Need, Urgency, Verb
from services.cases.states import CaseState
from services.stations.models import Station


@dataclass(frozen=True)
class Contact:
    """How the person who asked can be reached: phone in E.164, or an e-mail address, or both."""

    name: str = ""
    phone: str = ""
    email: str = ""


@transaction.atomic(savepoint=False)
def open(
    *,
    text: str,
    contact: Contact,
    channel: Channel,
    station: Station,
    now: datetime,
    submitter: User | None,
    enterprise: Enterprise | None = None,
    recorder: User | None = None,
    product: str = "",
    wanted_on: date | None = None,
    ordered_item: str = "",
    ordered_answers: Mapping[str, Any] | None = None,
    urgency: str = Urgency.NORMAL,
    attachments: Iterable[Attachment] = (),
) -> Case:
    """Record a need under a number, start the clocks of contact and triage and owe the acknowledgement.

    :raises ValueError: neither a submitter nor a recorder was given.
    """
    writer = recorder or submitter
    if writer is None:
        raise ValueError("A case has a submitter or a recorder.")
    number, pk = numbers.draw(now)
    case = Case(
        pk=pk,
        number=number,
        station=station,
        enterprise=enterprise,
        submitter=submitter,
        recorder=recorder,
        channel=channel,
        contact_name=contact.name,
        contact_phone=contact.phone,
        contact_email=contact.email,
        text=text,
        product=product,
        wanted_on=wanted_on,
        ordered_item=ordered_item,
        ordered_answers=dict(ordered_answers or {}),
        urgency=urgency,
        submitted_at=now,
        search=search.vector((number, "A"), (text, "B"), (product, "C"), (enterprise.name if enterprise else "", "C")),
    )
    _write_first(case, now=now)
    attach(case, attachments, audience=Audience.SHARED, now=now)
    _say_first(case, writer, now=now)
    return case


def _write_first(case: Case, *, now: datetime) -> None:
    """The clocks first, so that the row is written once, with what it is owed next."""
    for name, value in promises.of_case(case, CaseState.SUBMITTED, now=now, before="").items():
        setattr(case, name, value)
    case.save(force_insert=True)


def _say_first(case: Case, writer: User, *, now: datetime) -> None:
    """The line that comes back with the case as its ``first_event``."""
    verb, sent = Verb.RECORDED if case.recorder else Verb.SUBMITTED, CaseState.SUBMITTED
    case.first_event = write(case, verb, by=Actor.of(writer), audience=Audience.ENTERPRISE, to_state=sent, now=now)


@as_one
def triage(
    case: Case, needs: Iterable[NewNeed], *, by: Actor, now: datetime, urgency: str, version: int | None, note: str = ""
) -> list[Need]:
    """Confirm the triage: the case goes into service with the needs it was split into."""
    pieces = list(needs)
    if not pieces:
        raise ValueError("A triaged case has at least one need.")
    case = lock(case)
    made = make_needs(case, pieces, now=now)
    owner = case.owner or by.person
    move(
        case,
        CaseState.IN_SERVICE,
        verb=Verb.TRIAGED,
        by=by,
        now=now,
        audience=Audience.ENTERPRISE,
        note=note,
        version=version,
        owner=owner,
        urgency=urgency,
    )
    return made


@as_one
def take(case: Case, *, by: User, now: datetime) -> Case:
    """Become the one contact person of the case. Taking what one holds already changes nothing."""
    case = lock(case)
    if case.owner_id == by.pk:
        return case
    if case.owner_id is not None and not by.has_perm("triage.lead"):
        raise StaleState(case)
    Case.objects.filter(pk=case.pk).update(owner=by, version=F("version") + 1)
    write(case, Verb.TAKEN, by=Actor.of(by), audience=Audience.ENTERPRISE, now=now)
    case.refresh_from_db()
    return case


@as_one
def ask(case: Case, questions: str, *, by: User, now: datetime, version: int | None = None) -> Case:
    """Return a case to the enterprise with exact questions; the centre's clock stands still until they are answered."""
    move(
        case,
        CaseState.RETURNED,
        verb=Verb.ASKED,
        by=Actor.of(by),
        now=now,
        audience=Audience.ENTERPRISE,
        note=questions,
        version=version,
    )
    InformationRequest.objects.create(case=case, questions=questions, asked_by=by, asked_at=now)
    return case


@as_one
def answer(case: Case, text: str, *, by: User, now: datetime, attachments: Iterable[Attachment] = ()) -> Case:
    """Answer the open questions; the case goes back to the desk."""
    lock(case)
    attach(case, attachments, audience=Audience.SHARED, now=now)
    InformationRequest.objects.filter(case=case).open().update(answer=text, answered_by=by, answered_at=now)
    return move(
        case,
        CaseState.SUBMITTED,
        verb=Verb.ANSWERED,
        by=Actor.of(by),
        now=now,
        audience=Audience.ENTERPRISE,
        note=text,
    )
