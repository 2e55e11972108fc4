"""What an application still lacks, and which of its services ask for a credential it does not name."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from services.pool import effects
from services.pool.models import Application, HeldCredential, OfferedItem


@dataclass(frozen=True)
class Gap:
    """One thing to do before sending; ``step`` is where, "account" is the account itself."""

    words: str | Promise
    step: str


ABOUT, ITEMS, CREDENTIALS, PAPERS, SEND = "about", "items", "credentials", "papers", "send"
STEPS_OF_PROVIDER = (ABOUT, ITEMS, CREDENTIALS, PAPERS, SEND)
STEPS_OF_OTHERS = (ABOUT, PAPERS, SEND)
NAMES = {
    ABOUT: _("About you"),
    ITEMS: _("What you offer"),
    CREDENTIALS: _("Credentials"),
    PAPERS: _("Papers"),
    SEND: _("Check and send"),
}


def steps_of(application: Application) -> tuple[str, ...]:
    return STEPS_OF_PROVIDER if application.is_provider else STEPS_OF_OTHERS


def gaps(application: Application) -> list[Gap]:
    """Empty when it may be sent."""
    found = [gap for column, gap in needed(application).items() if not _value(application, column)]
    if application.is_provider and not application.items.exists():
        found.append(Gap(_("Choose at least one service that you offer."), ITEMS))
    if application.kind in WITH_LICENCE and not application.papers.exists():
        found.append(Gap(_("Add the licence or registration paper."), PAPERS))
    user = application.applicant
    if not application.entered and user.role == Role.ENTERPRISE and not user.has_usable_password():
        found.append(Gap(_("Choose a password for your account: providers do not sign in by a code alone."), "account"))
    return found


K = Application.Kind
WITH_LICENCE = frozenset({K.INSTITUTION, K.CO_OPERATING, K.EQUIPMENT, K.EXPERT})
CONTACT = {
    "contact_name": Gap(_("Say whom we may ask."), ABOUT),
    "phone": Gap(_("Leave a phone number."), ABOUT),
}
OF_INSTITUTION = {
    "uscc": Gap(_("Enter the unified social credit code."), ABOUT),
    "region": Gap(_("Choose the region where you are."), ABOUT),
    "introduction": Gap(_("Introduce yourselves in a few sentences."), ABOUT),
    **CONTACT,
}
NEEDED = {
    K.INSTITUTION: OF_INSTITUTION,
    K.CO_OPERATING: OF_INSTITUTION,
    K.DEPARTMENT: {"region": OF_INSTITUTION["region"], **CONTACT},
    K.EXPERT: {
        "subjects": Gap(_("Name your fields."), ABOUT),
        "interests": Gap(_("Declare your interests; “none” is an answer."), ABOUT),
        "phone": CONTACT["phone"],
    },
    K.EQUIPMENT: {
        "owner": Gap(_("Say which institution owns the instrument."), ABOUT),
        "calibrated_until": Gap(_("Say until when the calibration is valid."), ABOUT),
        "fee": Gap(_("Say what its use costs; “free” is an answer."), ABOUT),
        "conditions": Gap(_("Say under which conditions others may use it."), ABOUT),
    },
}


def needed(application: Application) -> dict[str, Gap]:
    """What has to be said in the first step, by the name of its field."""
    return {"name": Gap(_("Enter the name."), ABOUT), **NEEDED[K(application.kind)]}


def _value(application: Application, column: str) -> object:
    stored = column in {field.name for field in application._meta.fields}
    return getattr(application, column) if stored else application.details.get(column)


def uncovered(items: Iterable[OfferedItem], held: Iterable[HeldCredential]) -> dict[int, tuple[str, ...]]:
    """By offered item: the credential types it asks for, where those that are named are not enough."""
    types = {credential.type_id for credential in held if credential.decision != HeldCredential.Decision.REFUSED}
    return {row.pk: lacks for row in items if (lacks := effects.lacking(row.item, types))}
