"""The obligation to ask: one row per confirmed referral, no sampling, and each attempt to get an answer."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models import InstitutionMembership
from portal.accounts.models import User
from services.cases.models import Case, CaseEvent, Referral, Verb
from services.followup.states import ASKED, TERMINAL, FollowUpState, Kind

AFTERWARDS = frozenset(
    {
        Verb.NOTED,
        Verb.FOLLOWED_UP,
        Verb.CALLED_BACK,
        Verb.RECTIFICATION_OPENED,
        Verb.RECTIFICATION_REPLIED,
        Verb.RECTIFICATION_CLOSED,
        Verb.APPEALED,
        Verb.APPEAL_DECIDED,
    }
)
"""Lines of the timeline that do not make somebody one of those who handled the case."""


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> Self:
        """The desk of the case's station and the enterprise; never the institution that is rated."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def asked(self) -> Self:
        """Waiting for an answer."""
        return self.filter(state__in=ASKED)

    def due_to_ask(self, now: datetime) -> Self:
        return self.filter(state=FollowUpState.SCHEDULED, due_at__lte=now)

    def overdue(self, now: datetime) -> Self:
        """The link is closed and nobody has answered: it takes a call."""
        return self.asked().filter(closes_at__lte=now)

    def to_call(self, now: datetime) -> Self:
        """It is time for a call: the link stayed silent or reached nobody, or the wished hour has come."""
        return self.asked().filter(call_at__lte=now)

    def free_of(self, user: User) -> Self:
        """Follow-ups that the person may take: they neither handled the case nor belong to the institution."""
        handled = CaseEvent.objects.filter(case=models.OuterRef("case"), person=user).exclude(verb__in=AFTERWARDS)
        belongs = InstitutionMembership.objects.filter(
            institution=models.OuterRef("referral__institution"), user=user, active=True
        )
        others = self.exclude(case__owner=user).exclude(referral__handler=user)
        return others.filter(~models.Exists(handled), ~models.Exists(belongs))

    def open(self) -> Self:
        return self.exclude(state__in=TERMINAL)


class FollowUp(models.Model):
    """Due by its row, never by a timer. Of the link only the digest is kept; opening it answers nothing."""

    referral = models.ForeignKey(
        Referral, models.PROTECT, related_name="follow_ups", verbose_name=_("referral"), db_index=False
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="follow_ups", verbose_name=_("case"))
    rule = models.CharField(_("rule"), max_length=40)
    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind, default=Kind.SATISFACTION, db_default=Kind.SATISFACTION
    )
    seq = models.PositiveSmallIntegerField(_("number"), default=1)
    state = models.CharField(_("state"), max_length=20, choices=FollowUpState, default=FollowUpState.SCHEDULED)
    due_at = models.DateTimeField(_("due"))
    token_digest = models.CharField(max_length=64, null=True, editable=False)
    closes_at = models.DateTimeField(_("link closes"), null=True)
    call_at = models.DateTimeField(_("call from"), null=True)
    attempts = models.PositiveSmallIntegerField(_("calls"), default=0)
    completed_at = models.DateTimeField(_("ended"), null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [
            models.Index(fields=["state", "due_at"], name="followup_due"),
            models.Index(
                fields=["call_at", "id"], condition=models.Q(state__in=sorted(ASKED)), name="followup_to_call"
            ),
            models.Index(
                fields=["case"], condition=~models.Q(state__in=sorted(TERMINAL)), name="followup_open_of_case"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["referral", "rule", "seq"], name="followup_once"),
            models.UniqueConstraint(fields=["token_digest"], name="followup_token_once"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="followup_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=FollowUpState.values), name="followup_state_known"),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(TERMINAL), completed_at__isnull=False)
                | models.Q(~models.Q(state__in=sorted(TERMINAL)), completed_at=None),
                name="followup_ended_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(token_digest=None, closes_at=None)
                | models.Q(token_digest__isnull=False, closes_at__isnull=False),
                name="followup_link_closes",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=FollowUpState.WAIVED) | ~models.Q(reason=""),
                name="followup_waived_has_reason",
            ),
            models.CheckConstraint(condition=models.Q(attempts__lte=3), name="followup_three_calls_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id} {self.rule}-{self.seq}"

    @property
    def is_asked(self) -> bool:
        return self.state in ASKED

    @property
    def is_over(self) -> bool:
        return self.state in TERMINAL

    @property
    def rates(self) -> bool:
        """Whether its answer is the rating of the institution: one per service, from the first follow-up alone."""
        return self.kind == Kind.SATISFACTION and self.seq == 1

    @property
    def needs_grade(self) -> bool:
        return self.kind != Kind.IMPACT

    def is_amendable(self, now: datetime) -> bool:
        """Whether it is answered and may still be answered otherwise. Answers older than this rule stay."""
        until = self.open_until
        return self.state == FollowUpState.COMPLETED and until is not None and now < until

    @property
    def open_until(self) -> datetime | None:
        """When its link stops working: the week for another answer counts from the first one."""
        if self.state != FollowUpState.COMPLETED:
            return self.closes_at
        answer = getattr(self, "answer", None)
        return answer.amendable_until if answer else None

    def is_overdue(self, now: datetime) -> bool:
        return self.is_asked and self.closes_at is not None and self.closes_at <= now


class FollowUpAttempt(models.Model):
    """One try to get an answer. No contact is kept here: it stands in the case."""

    class Channel(models.TextChoices):
        LINK = "link", _("By link")
        PHONE = "phone", _("By phone")
        VISIT = "visit", _("On site")

    class Outcome(models.TextChoices):
        SENT = "sent", _("Link sent")
        NOBODY = "nobody", _("Nobody to send it to")
        ANSWERED = "answered", _("Answered")
        NOT_REACHED = "not_reached", _("Not reached")
        LATER = "later", _("Asked to call later")

    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="tries")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    note = models.CharField(_("note"), max_length=500, blank=True)
    wished_at = models.DateTimeField(_("wished time"), null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel="link", outcome__in=["sent", "nobody"])
                | models.Q(
                    channel__in=["phone", "visit"], outcome__in=["answered", "not_reached", "later"], by__isnull=False
                ),
                name="followup_try_fits_channel",
            ),
            models.CheckConstraint(
                condition=models.Q(wished_at=None) | models.Q(outcome="later"),
                name="followup_wish_is_to_be_called_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.outcome}"
