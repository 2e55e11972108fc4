"""``{% load pool %}``: what a page says about a credential or an offered service."""

from collections.abc import Mapping
from datetime import date

from django.template import Library
from django.utils.translation import gettext as _

from experts.models import Credential
from services.pool import quarters
from services.pool.models import HeldCredential, OfferedItem

register = Library()


@register.filter
def number_fits(credential: Credential | HeldCredential) -> bool:
    return credential.type.fits(credential.number)


@register.filter
def quarter(name: str) -> str:
    return quarters.in_words(name)


@register.filter
def lacking(uncovered: Mapping[int, tuple[str, ...]], row: OfferedItem) -> tuple[str, ...]:
    """The credential types that the service asks for and the applicant does not name."""
    return uncovered.get(row.pk, ())


@register.filter
def shown_state(credential: Credential, today: date) -> tuple[str, str]:
    """The state as people see it, and its word: a valid one that is over has expired."""
    if credential.state == Credential.State.VALID and credential.valid_to and credential.valid_to < today:
        return "expired", _("Expired")
    return credential.state, credential.get_state_display()
