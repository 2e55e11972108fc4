"""How a need comes in: one record and one numbering, whatever the channel."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from enterprises import actions as enterprises
from enterprises.actions import Profile
from enterprises.models import Enterprise
from portal.accounts import actions as accounts
from portal.accounts.models import Consent, User
from portal.files.models import Attachment
from services.cases import actions as cases
from services.cases.actions import Contact
from services.cases.models import Case, Channel
from services.stations.models import Station


@dataclass(frozen=True)
class Said:
    """What somebody says when they come: the four fields, and the catalogue item if they ordered one."""

    text: str
    product: str = ""
    wanted_on: date | None = None
    ordered_item: str = ""


@transaction.atomic
def submit(
    said: Said,
    *,
    by: User,
    contact: Contact,
    now: datetime,
    enterprise: Enterprise | None = None,
    attachments: Iterable[Attachment] = (),
    channel: Channel = Channel.WEB,
) -> Case:
    """A need sent by the person who has it."""
    consent = Consent.Channel.API if channel == Channel.API else Consent.Channel.WEB
    accounts.give_consent(by, Consent.Purpose.CASE, consent, now)
    return cases.open(
        text=said.text,
        product=said.product,
        wanted_on=said.wanted_on,
        ordered_item=said.ordered_item,
        contact=contact,
        submitter=by,
        enterprise=enterprise,
        channel=channel,
        station=Station.objects.for_online(),
        attachments=attachments,
        now=now,
    )


@transaction.atomic
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
) -> Case:
    """A need that a specialist writes down for a caller, who agreed aloud. An enterprise not known yet is recorded
    provisionally.
    """
    if enterprise is None and profile is not None:
        enterprise = enterprises.provisional(profile, phone=contact.phone, contact_name=contact.name)
    reached = contact.phone or contact.email
    caller = accounts.person_for(reached, name=contact.name) if reached else None
    if caller:
        accounts.give_consent(caller, Consent.Purpose.CASE, Consent.Channel.SPOKEN, now, recorded_by=by)
    return cases.open(
        text=said.text,
        product=said.product,
        wanted_on=said.wanted_on,
        ordered_item=said.ordered_item,
        contact=contact,
        submitter=caller,
        recorder=by,
        enterprise=enterprise,
        channel=channel,
        station=station,
        now=now,
    )
