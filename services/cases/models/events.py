"""The timeline: rows that are only ever added, each with its audience; and the questions put to the enterprise."""

from typing import Self

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from services.cases.models.cases import Case
from services.cases.models.needs import Need
from services.cases.models.referrals import Referral


class Audience(models.TextChoices):
    """Who besides the desk reads a line."""

    INTERNAL = "internal", _("Staff only")
    PROVIDER = "provider", _("Staff and institution")
    ENTERPRISE = "enterprise", _("Staff and enterprise")
    SHARED = "shared", _("Staff, institution and enterprise")


class Verb(models.TextChoices):
    SUBMITTED = "submitted", _("sent the need")
    RECORDED = "recorded", _("recorded the need")
    MOVED = "moved", _("changed the state")
    TAKEN = "taken", _("took the case")
    TRIAGED = "triaged", _("confirmed the triage")
    ASKED = "asked", _("asked for information")
    ANSWERED = "answered", _("answered the questions")
    REFERRED_OUT = "referred_out", _("referred it out")
    MERGED = "merged", _("merged the case")
    WITHDRAWN = "withdrawn", _("withdrew")
    SPLIT = "split", _("added a need")
    DECIDED = "decided", _("decided about a need")
    OFFERED = "offered", _("offered the need")
    ACCEPTED = "accepted", _("accepted the referral")
    DECLINED = "declined", _("declined the referral")
    EXPIRED = "expired", _("let the referral expire")
    RECALLED = "recalled", _("recalled the referral")
    QUOTED = "quoted", _("sent plan and price")
    AGREED = "agreed", _("agreed to plan and price")
    CHANGE_ASKED = "change_asked", _("asked for a change of the plan")
    PROGRESSED = "progressed", _("noted progress")
    DELIVERED = "delivered", _("delivered the result")
    REWORKED = "reworked", _("took the work up again")
    CONFIRMED = "confirmed", _("confirmed the result")
    DISPUTED = "disputed", _("objected to the result")
    ABANDONED = "abandoned", _("gave the work up")
    CANCELLED = "cancelled", _("cancelled")
    UNRESOLVED = "unresolved", _("closed the dispute")
    CLOSED = "closed", _("closed the case")
    NOTED = "noted", _("noted")
    FOLLOWED_UP = "followed_up", _("answered the follow-up")
    LAPSED = "lapsed", _("let the case rest")
    WAITED = "waited", _("waits for the enterprise")
    RESUMED = "resumed", _("goes on with the work")
    REOPENED = "reopened", _("took the need up again")
    ESCALATED = "escalated", _("asked for attention")
    NO_CANDIDATE = "no_candidate", _("found no institution that could be asked")
    HANDED_BACK = "handed_back", _("handed the need back to the specialist")
    LADDER_STOPPED = "ladder_stopped", _("stopped automatic offers")
    LADDER_RESUMED = "ladder_resumed", _("went on with automatic offers")
    CALLED_BACK = "called_back", _("called the enterprise back")
    RECTIFICATION_OPENED = "rectification_opened", _("asked for rectification")
    RECTIFICATION_REPLIED = "rectification_replied", _("answered on the rectification")
    RECTIFICATION_CLOSED = "rectification_closed", _("closed the rectification")
    APPEALED = "appealed", _("appealed")
    APPEAL_DECIDED = "appeal_decided", _("decided the appeal")


class CaseEventQuerySet(models.QuerySet["CaseEvent"]):
    def visible_to(self, user: User) -> Self:
        """The lines of the cases and referrals the user sees that are meant for them."""
        if user.role == Role.PROVIDER:
            return self.filter(
                referral__institution__in=Institution.objects.of(user),
                audience__in=[Audience.PROVIDER, Audience.SHARED],
            )
        lines = self.filter(case__in=Case.objects.visible_to(user))
        if user.role in READERS:
            return lines
        return lines.filter(audience__in=[Audience.ENTERPRISE, Audience.SHARED])


class CaseEvent(models.Model):
    """One line of the timeline. The actor is a person, or the system by the name and version of the rule that acted."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", db_index=False)
    need = models.ForeignKey(Need, models.PROTECT, null=True, related_name="events")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="events")
    verb = models.CharField(max_length=30, choices=Verb)
    audience = models.CharField(max_length=12, choices=Audience)
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    rule = models.CharField(max_length=80, blank=True)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["case", "id"], name="event_of_case")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | ~models.Q(rule=""), name="event_has_actor"
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.verb}"


class InformationRequestQuerySet(models.QuerySet["InformationRequest"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(answered_at=None)


class InformationRequest(models.Model):
    """Exact questions to the enterprise; while one is open the centre's clock stands still."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="information_requests")
    questions = models.TextField(_("questions"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = InformationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("information request")
        verbose_name_plural = _("information requests")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(answered_at=None), name="one_open_information_request"
            )
        ]
