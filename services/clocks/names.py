"""The clocks of the portal, and why they pause, in words for people. Boards may add clocks of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClockName(models.TextChoices):
    ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement")
    FIRST_CONTACT = "first_contact", _("first contact")
    TRIAGE = "triage", _("triage")
    SUPPLEMENT = "supplement", _("missing facts")
    REOPEN_WINDOW = "reopen_window", _("time to have a need taken up again")
    MATCHING = "matching", _("matching")
    ANSWER = "answer", _("answer to an offer")
    PLAN = "plan", _("plan or quote")
    AGREEMENT = "agreement", _("agreement to the plan")
    DELIVERY = "delivery", _("delivery")
    CONFIRMATION = "confirmation", _("confirmation")
    FOLLOW_UP_FIRST = "follow_up_first", _("first follow-up")
    FOLLOW_UP_SECOND = "follow_up_second", _("second follow-up")
    IMPACT_HALF_YEAR = "impact_half_year", _("impact after half a year")
    IMPACT_YEAR = "impact_year", _("impact after a year")
    CALL_BACK = "call_back", _("call-back")
    RECTIFICATION = "rectification", _("rectification")
    ONBOARDING = "onboarding", _("onboarding decision")
    APPEAL_WINDOW = "appeal_window", _("time to appeal")
    APPEAL = "appeal", _("appeal")


class Waiting(models.TextChoices):
    """What the enterprise owes while a clock stands still."""

    RETURNED = "returned", _("waiting for the enterprise to add facts")
    QUOTED = "quoted", _("waiting for the enterprise to agree to the plan")
    DELIVERED = "delivered", _("waiting for the enterprise to confirm the result")
    SAMPLE = "sample", _("waiting for a sample")
    DATA = "data", _("waiting for data from the enterprise")
    ACCESS = "access", _("waiting for access to the site")
    DOCUMENTS = "documents", _("waiting for documents")
    ASKED_AGAIN = "asked_again", _("waiting for the enterprise to say whether it is put right")


def clock_name(clock: str) -> str:
    """The name of a clock as people say it."""
    return str(ClockName(clock).label) if clock in ClockName.values else clock


def waiting_for(reason: str) -> str:
    """The reason of a pause in words; free text as it was written."""
    return str(Waiting(reason).label) if reason in Waiting.values else reason
