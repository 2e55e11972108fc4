"""What an institution is told about the person who asks: nothing before it accepts, and how to reach them only if they
agreed to that separately. Agreeing and taking it back hold from the next look on.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts import actions as accounts
from portal.accounts.models import Consent, User
from portal.audit import actions as audit
from portal.kept import kept
from portal.reference.contacts import mask_email, mask_phone
from portal.refusals import Conflict
from services.cases.models import Case, Referral

SHARING = Consent.Purpose.SHARING
HIDDEN = "•••"
MAIL = re.compile(r"[\w.+-]{1,64}+[@＠][\w-]+(?:\.[\w-]+)+")  # without a limit each letter would look to the end
PHONE = re.compile(
    r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"  # a mobile
    r"|(?<!\d)0\d{2,3}[\s-]?\d{7,8}(?!\d)"  # a landline
)


class NotYourContact(Conflict):
    title = _("Not yours to decide")
    detail = _("Only the person who gave the contact can say who may see it.")


@dataclass(frozen=True)
class Shown:
    """The person behind a case as an institution sees them. ``full``: not masked; ``waiting``: accepted, but the
    person has not agreed yet.
    """

    enterprise: str
    name: str
    phone: str
    email: str
    full: bool
    waiting: bool


def has_agreed(user: User | int | None) -> bool:
    """Whether this person agreed that an institution which accepts their case sees how to reach them."""
    pk = user.pk if isinstance(user, User) else user
    return bool(pk and _agreements(person=pk))


@kept
def _agreements(*, person: int) -> QuerySet[Any]:
    return Consent.objects.filter(user=person, purpose=SHARING, withdrawn_at=None).values_list("pk")[:1]


def decide(case: Case, *, agree: bool, by: User, now: datetime) -> None:
    """Agree, or take it back, on the page of the case.

    :raises NotYourContact: somebody else gave the contact.
    """
    if case.submitter_id != by.pk:
        raise NotYourContact
    if agree:
        accounts.give_consent(by, SHARING, Consent.Channel.WEB, now)
    else:
        accounts.withdraw_consent(by, SHARING, now)
    audit.record(by, "agreed_to_sharing" if agree else "withdrew_sharing", case)


def shown(referral: Referral) -> Shown:
    """What the referral's institution may see today. One query once it has accepted, none before."""
    case = referral.case
    full = referral.is_taken and has_agreed(case.submitter_id)
    return Shown(
        enterprise=case.enterprise.name if referral.is_taken and case.enterprise else "",
        name=case.contact_name if full else "",
        phone=case.contact_phone if full else mask_phone(case.contact_phone),
        email=case.contact_email if full else mask_email(case.contact_email),
        full=full,
        waiting=referral.is_taken and not full,
    )


def redacted(text: str, referral: Referral, *, full: bool) -> str:
    """The words of a case without the person's name, numbers and addresses, and before acceptance without that of the
    enterprise, that people type into them.
    """
    if full:
        return text
    return _without(text, referral.case.contact_name) if referral.is_taken else anonymous(text, referral.case)


def anonymous(text: str, case: Case) -> str:
    """The words without who asked: names, numbers and addresses that people type into them."""
    return _without(text, case.contact_name, case.enterprise.name if case.enterprise else "")


def _without(text: str, *names: str) -> str:
    for name in names:
        if len(name) > 1:
            text = text.replace(name, HIDDEN)
    return _unreachable(text)


def _unreachable(text: str) -> str:
    if "@" in text or "＠" in text:  # most have none, and looking for one costs ten times as much as for a phone
        text = MAIL.sub(HIDDEN, text)
    return PHONE.sub(HIDDEN, text)
