"""The register of enterprises as the desk asks it: by credit code, name, pinyin or phone."""

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from enterprises.identifiers import normalise_uscc
from enterprises.models import Enterprise, Membership
from portal import words
from portal.accounts.models import User
from portal.reference.contacts import normalise_phone, show_phone
from services.cases.models import Case

SHORTEST, SHORTEST_CODE, SHORTEST_PHONE = 2, 4, 7


def find(asked: str, *, by: User) -> QuerySet[Enterprise]:
    """Those that may be meant, by name; none while there is too little to go on."""
    rows = Enterprise.objects.visible_to(by)
    if len(asked) < SHORTEST:
        return rows.none()
    return rows.exclude(state=Enterprise.State.MERGED).filter(_meant(asked)).order_by("name_key")


def filled(firm: Enterprise, typed: dict[str, str], *, by: User) -> dict[str, str]:
    """What the form can say of who asks: what was typed, the enterprise's contact, or that of its last case."""
    last = Case.objects.visible_to(by).filter(enterprise=firm).order_by("-id").first()
    name, reached = firm.contact_name, firm.phone
    if last and not reached:
        name, reached = name or last.contact_name, last.contact_phone or last.contact_email
    return {
        "enterprise": str(firm.pk),
        "enterprise_name": firm.name,
        "uscc": firm.uscc or "",
        "contact_name": typed["contact_name"] or name,
        "contact": typed["contact"] or show_phone(reached),
    }


def claims_waiting() -> int:
    """How many people wait for the desk to say whether they speak for an enterprise."""
    return Membership.objects.awaiting_approval().unowned().count()


def _meant(asked: str) -> Q:
    tidy = words.fold(words.clean(asked))
    meant = Q(name__contains=tidy) | Q(name_key__contains=tidy.lower().replace(" ", ""))
    code = normalise_uscc(asked)
    if len(code) >= SHORTEST_CODE and code.isascii() and code.isalnum():
        meant |= Q(uscc__startswith=code)
    if sum(character.isdecimal() for character in asked) >= SHORTEST_PHONE:
        meant |= Q(phone=_phone(asked))
    return meant


def _phone(typed: str) -> str:
    try:
        return normalise_phone(typed)
    except ValidationError:
        return typed
