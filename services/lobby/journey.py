"""The four marks on the way of a case, as the home and the help page tell them; the times are the ones promised now."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.clocks.models import ClockPolicy

FIRST_CONTACT, TRIAGE = "first_contact", "triage"


@dataclass(frozen=True)
class Step:
    """When, what happens, and what that means for who asked."""

    mark: str
    name: str
    text: str


def steps() -> list[Step]:
    """Said in the active language; curators set the times."""
    within = _promises()
    return [
        Step(
            _("At once"),
            _("You get a number"),
            _("A few lines are enough. A number comes back, and a page on which you follow everything."),
        ),
        Step(
            _within(within.get(FIRST_CONTACT)),
            _("A person gets in touch"),
            _("One specialist takes up your case, asks what is missing and stays your contact to the end."),
        ),
        Step(
            _within(within.get(TRIAGE)),
            _("The right institution is asked"),
            _("Only qualified institutions are asked. You read why it is this one, and may name another."),
        ),
        Step(
            _("After delivery"),
            _("You have the last word"),
            _("You confirm the result or object. Then we ask how it was; your answer counts in the next choice."),
        ),
    ]


def _promises() -> dict[str, Decimal]:
    """Whole working days promised to everybody, by clock."""
    general = ClockPolicy.objects.filter(
        clock__in=[FIRST_CONTACT, TRIAGE], unit=ClockPolicy.Unit.WORKING_DAYS, board="", item="", urgency=""
    )
    return dict(general.values_list("clock", "amount"))


def _within(days: Decimal | None) -> str:
    if not days:
        return _("Soon after")
    number = int(days) if days == int(days) else days.normalize()
    return ngettext("Within %(n)s working day", "Within %(n)s working days", int(days) or 1) % {"n": number}
