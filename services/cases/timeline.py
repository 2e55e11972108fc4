"""The timeline in the words of whoever reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from portal.kept import kept
from portal.sayings import said
from services.cases.actors import rule_words
from services.cases.models import Audience, Case, CaseEvent, Referral, Verb
from services.cases.states import REFERRAL_NOT_TAKEN

JOINED = ("person", "need__item", "referral__institution")
TOLD = (
    *("case", "verb", "audience", "rule", "from_state", "to_state", "note", "at"),
    *("person__name", "person__username", "person__role", "need__item__name_zh", "need__item__name_en"),
    *("referral__state", "referral__institution__name_zh", "referral__institution__name_en"),
)
"""The columns of which a line is made; whole needs, items and institutions would be most of a case page's work."""
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
    | {Verb.RECTIFICATION_OPENED, Verb.RECTIFICATION_CLOSED}
)
"""Steps with a referral that, unless staff took them, the enterprise took."""


@dataclass(frozen=True)
class Line:
    """One line as the timeline component draws it: what has happened, with no files of its own."""

    at: datetime
    who: str
    what: str
    note: str
    tone: str
    inside: bool
    upcoming: bool = False
    files: tuple[()] = ()


def of_case(case: Case, user: User) -> list[Line]:
    """The lines of the case that the reader may see, the newest first. One query."""
    return lines(_of_case(case=case.pk, user=user), user)


def of_referral(referral: Referral, user: User) -> list[Line]:
    """The lines of one referral that the reader may see, the newest first. One query."""
    return lines(_of_referral(referral=referral.pk, user=user), user)


@kept
def _of_case(*, case: int, user: User) -> QuerySet[CaseEvent]:
    return _told(CaseEvent.objects.visible_to(user).filter(case=case))


@kept
def _of_referral(*, referral: int, user: User) -> QuerySet[CaseEvent]:
    return _told(CaseEvent.objects.visible_to(user).filter(referral=referral))


def _told(rows: QuerySet[CaseEvent]) -> QuerySet[CaseEvent]:
    return rows.select_related(*JOINED).only(*TOLD).order_by("-id")


def lines(events: Iterable[CaseEvent], user: User) -> list[Line]:
    """Outsiders read whose side acted, not which member of the centre's staff beyond their contact person."""
    return [
        Line(
            at=event.at,
            who=_who(event, user),
            what=_what(event, user),
            note=said(event.note),
            tone=TONES.get(Verb(event.verb), ""),
            inside=event.audience == Audience.INTERNAL,
        )
        for event in events
    ]


def _who(event: CaseEvent, user: User) -> str:
    if event.person is None:
        return rule_words(event.rule) if user.role in READERS else _("The system")
    if user.role in READERS or event.person_id == user.pk:
        return str(event.person)
    if event.person.works_here:
        return _("Service centre · %(name)s") % {"name": event.person}
    if event.referral and event.verb not in OF_THE_ENTERPRISE:
        return event.referral.institution.name
    if user.role == Role.PROVIDER and event.person.role == Role.ENTERPRISE:
        return _("Enterprise")  # who it is there is said beside the contact, to those who may know it
    return str(event.person)


def _what(event: CaseEvent, user: User) -> str:
    """Who was asked and did not take it on is the centre's business: the enterprise reads that somebody was asked."""
    words = str(Verb(event.verb).label)
    subject = event.need.item.name if event.need else ""
    named = event.referral and (user.role in READERS or event.referral.state not in REFERRAL_NOT_TAKEN)
    if event.referral and named and event.verb == Verb.OFFERED:
        return _("%(what)s: %(item)s → %(institution)s") % {
            "what": words,
            "item": subject,
            "institution": event.referral.institution.name,
        }
    return f"{words} · {subject}" if subject else words
