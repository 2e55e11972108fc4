"""How a need comes in: one record and one numbering, whatever the channel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from enterprises import actions as enterprises
from enterprises.actions import Profile
from enterprises.models import Enterprise
from portal.accounts import actions as accounts
from portal.accounts.models import Consent, User
from portal.files import actions as files
from portal.files.models import Attachment
from services.cases import actions as cases
from services.cases.actions import Contact
from services.cases.models import Case, Channel, Urgency
from services.stations.models import Station, online_station


@dataclass(frozen=True)
class Said:
    """What somebody says when they come: the four fields, the catalogue item if they ordered one, and what of its own
    questions they have answered, by key and clean.
    """

    text: str
    product: str = ""
    wanted_on: date | None = None
    ordered_item: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic(savepoint=False)
def submit(
    said: Said,
    *,
    by: User,
    contact: Contact,
    now: datetime,
    enterprise: Enterprise | None = None,
    attachments: Iterable[Attachment] = (),
    channel: Channel = Channel.WEB,
    sharing: bool | None = None,
    urgency: Urgency = Urgency.NORMAL,
) -> Case:
    """A need sent by the person who has it.

    :param urgency: what facts make of it, such as a day in a register; never what was only said.
    :param sharing: whether the accepting institution may see the contact; None leaves what was said before.
    """
    said_by = Consent.Channel.API if channel == Channel.API else Consent.Channel.WEB
    _agree(by, said_by, sharing, now=now)
    return cases.open(
        text=said.text,
        product=said.product,
        wanted_on=said.wanted_on,
        ordered_item=said.ordered_item,
        ordered_answers=said.answers,
        urgency=urgency,
        contact=contact,
        submitter=by,
        enterprise=enterprise,
        channel=channel,
        station=online_station(),
        attachments=attachments,
        now=now,
    )


@transaction.atomic(savepoint=False)
def record(
    said: Said,
    *,
    by: User,
    contact: Contact,
    channel: Channel,
    station: Station,
    now: datetime,
    enterprise: Enterprise | None = None,
    profile: Profile | None = None,
    sharing: bool | None = None,
    urgency: Urgency = Urgency.NORMAL,
) -> Case:
    """A need that a specialist writes down for a caller, who agreed aloud. An enterprise not known yet is recorded
    provisionally; ``urgency`` is as in :func:`submit`.
    """
    if enterprise is None and profile is not None:
        enterprise = enterprises.provisional(profile, phone=contact.phone, contact_name=contact.name)
    reached = contact.phone or contact.email
    caller = accounts.person_for(reached, name=contact.name) if reached else None
    if caller:
        _agree(caller, Consent.Channel.SPOKEN, sharing, now=now, recorded_by=by)
    return cases.open(
        text=said.text,
        product=said.product,
        wanted_on=said.wanted_on,
        ordered_item=said.ordered_item,
        ordered_answers=said.answers,
        urgency=urgency,
        contact=contact,
        submitter=caller,
        recorder=by,
        enterprise=enterprise,
        channel=channel,
        station=station,
        now=now,
    )


def keep(uploads: Iterable[UploadedFile], *, by: User) -> list[Attachment]:
    """Store what came with a form; it belongs to nothing until a case or a draft takes it."""
    return [files.store(upload, by=by) for upload in uploads]


def _agree(
    person: User, channel: Consent.Channel, sharing: bool | None, *, now: datetime, recorded_by: User | None = None
) -> None:
    """Handling the case and passing the contact on are two consents: nobody has to give the second to be heard."""
    answers = {Consent.Purpose.CASE: True} | ({} if sharing is None else {Consent.Purpose.SHARING: sharing})
    accounts.answer_consents(person, answers, channel, now, recorded_by)
