"""The timeline in the words of whoever reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from services.cases.models import Audience, Case, CaseEvent, Referral, Verb

JOINED = ("person", "need__item", "referral__institution")
TONES = {
    Verb.CONFIRMED: "done",
    Verb.CLOSED: "done",
    Verb.DISPUTED: "trouble",
    Verb.DECLINED: "trouble",
    Verb.EXPIRED: "trouble",
    Verb.ABANDONED: "trouble",
    Verb.ASKED: "asking",
    Verb.QUOTED: "asking",
    Verb.DELIVERED: "asking",
}

OF_THE_ENTERPRISE = frozenset(
    {Verb.AGREED, Verb.CHANGE_ASKED, Verb.CONFIRMED, Verb.DISPUTED, Verb.CANCELLED, Verb.RECALLED}
)
"""Steps with a referral that, unless staff took them, the enterprise took."""


@dataclass(frozen=True)
class Line:
    """One line as the timeline component draws it."""

    at: datetime
    who: str
    what: str
    note: str
    tone: str
    inside: bool


def of_case(case: Case, user: User) -> list[Line]:
    """The lines of the case that the reader may see, the newest first. One query."""
    rows = CaseEvent.objects.visible_to(user).filter(case=case).select_related(*JOINED).order_by("-id")
    return lines(rows, user)


def of_referral(referral: Referral, user: User) -> list[Line]:
    """The lines of one referral that the reader may see, the newest first. One query."""
    rows = CaseEvent.objects.visible_to(user).filter(referral=referral).select_related(*JOINED).order_by("-id")
    return lines(rows, user)


def lines(events: Iterable[CaseEvent], user: User) -> list[Line]:
    """Outsiders read whose side acted, not which member of the centre's staff beyond their contact person."""
    return [
        Line(
            at=event.at,
            who=_who(event, user),
            what=_what(event),
            note=event.note,
            tone=TONES.get(Verb(event.verb), ""),
            inside=event.audience == Audience.INTERNAL,
        )
        for event in events
    ]


def _who(event: CaseEvent, user: User) -> str:
    if event.person is None:
        return event.rule if user.role in READERS else _("The system")
    if user.role in READERS or event.person_id == user.pk:
        return str(event.person)
    if event.person.works_here:
        return _("Service centre · %(name)s") % {"name": event.person}
    if event.referral and event.verb not in OF_THE_ENTERPRISE:
        return event.referral.institution.name
    if user.role == Role.PROVIDER and event.person.role == Role.ENTERPRISE:
        return _("Enterprise")  # who it is there is said beside the contact, to those who may know it
    return str(event.person)


def _what(event: CaseEvent) -> str:
    words = str(event.get_verb_display())
    subject = event.need.item.name if event.need else ""
    if event.referral and event.verb == Verb.OFFERED:
        return _("%(what)s: %(item)s → %(institution)s") % {
            "what": words,
            "item": subject,
            "institution": event.referral.institution.name,
        }
    return f"{words} · {subject}" if subject else words
