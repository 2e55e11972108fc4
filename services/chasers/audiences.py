"""Who may be told of a promise, whose turn it is while a clock runs, and who is told when they cannot be."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.clocks.names import ClockName


class Audience(models.TextChoices):
    """The holder is whoever must act, which depends on the clock."""

    HOLDER = "holder", _("Whoever must act")
    ENTERPRISE = "enterprise", _("Enterprise")
    PROVIDER = "provider", _("Institution")
    DESK = "desk", _("Specialist")
    CALLER = "caller", _("Follow-up caller")
    APPEALS_OFFICER = "appeals_officer", _("Appeals officer")
    CURATOR = "curator", _("Pool curator")
    TEAM_LEAD = "team_lead", _("Team lead")
    CENTRE_LEAD = "centre_lead", _("Centre lead")


HOLDERS: dict[str, Audience] = {
    ClockName.SUPPLEMENT: Audience.ENTERPRISE,
    ClockName.AGREEMENT: Audience.ENTERPRISE,
    ClockName.CONFIRMATION: Audience.ENTERPRISE,
    ClockName.ANSWER: Audience.PROVIDER,
    ClockName.PLAN: Audience.PROVIDER,
    ClockName.DELIVERY: Audience.PROVIDER,
    ClockName.RECTIFICATION: Audience.PROVIDER,
    ClockName.FOLLOW_UP_FIRST: Audience.CALLER,
    ClockName.FOLLOW_UP_SECOND: Audience.CALLER,
    ClockName.IMPACT_HALF_YEAR: Audience.CALLER,
    ClockName.IMPACT_YEAR: Audience.CALLER,
    ClockName.CALL_BACK: Audience.TEAM_LEAD,
    ClockName.APPEAL: Audience.APPEALS_OFFICER,
    ClockName.ONBOARDING: Audience.CURATOR,
}
"""Every other clock is the desk's."""

RIGHTS = frozenset({ClockName.APPEAL_WINDOW})
"""Clocks of what somebody may do and need not."""

NEXT_LEVEL: dict[str, Audience] = {
    Audience.ENTERPRISE: Audience.DESK,
    Audience.PROVIDER: Audience.DESK,
    Audience.DESK: Audience.TEAM_LEAD,
    Audience.CALLER: Audience.TEAM_LEAD,
    Audience.TEAM_LEAD: Audience.CENTRE_LEAD,
    Audience.APPEALS_OFFICER: Audience.CENTRE_LEAD,
    Audience.CURATOR: Audience.CENTRE_LEAD,
}
"""Above the centre lead there is nobody."""


def holder(clock: str) -> Audience:
    """Who must act."""
    return HOLDERS.get(clock, Audience.DESK)


def levels(audience: str) -> list[Audience]:
    """The audience and those above it, the next one first."""
    line = [Audience(audience)]
    while following := NEXT_LEVEL.get(line[-1]):
        line.append(following)
    return line
