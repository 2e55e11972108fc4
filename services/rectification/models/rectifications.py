"""What follows an unhappy answer: the call-back, the rounds of putting right, the end."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from experts.models import Institution, Rating
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.among import Among
from services.cases.models import Case, CaseDocument, Referral
from services.followup.models import SurveyAnswer
from services.rectification.states import APPEALABLE, OVER, CallOutcome, Outcome, RectificationState, Verdict

ENDED = sorted(OVER)


class RectificationQuerySet(models.QuerySet["Rectification"]):
    def visible_to(self, user: User) -> Self:
        """The desk of the case's station and the enterprise; the institution once it is asked to put something
        right.
        """
        if user.role == Role.PROVIDER:
            mine = Institution.objects.of(user).values("pk")
            return self.filter(Among("referral__institution_id", mine), handed_at__isnull=False)
        return self.filter(case__in=Case.objects.visible_to(user))

    def open(self) -> Self:
        return self.exclude(state__in=ENDED)

    def whole(self) -> Self:
        """With what a page of one says about it."""
        return self.select_related(
            "case__station", "case__owner", "case__submitter", "answer", "rating", "referral__case"
        ).select_related("referral__institution", "referral__need__item", "referral__need__board")


class Rectification(models.Model):
    """One per unhappy answer. ``due_at`` is what somebody owes next; ``stood`` is where an appeal found it."""

    answer = models.OneToOneField(SurveyAnswer, models.PROTECT, related_name="rectification", verbose_name=_("answer"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="rectifications", verbose_name=_("case"))
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="rectifications", verbose_name=_("referral"))
    rating = models.ForeignKey(Rating, models.PROTECT, null=True, related_name="+", verbose_name=_("rating"))
    state = models.CharField(_("state"), max_length=20, choices=RectificationState, default=RectificationState.OPENED)
    stood = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField(_("due"), null=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    opened_at = models.DateTimeField(_("opened"))
    handed_at = models.DateTimeField(_("handed to the institution"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by"))

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("rectification")
        verbose_name_plural = _("rectifications")
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at", "id"], condition=~Q(state__in=ENDED), name="rectification_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["referral"], condition=~Q(state__in=ENDED), name="rectification_one_open_per_referral"
            ),
            models.CheckConstraint(condition=Q(state__in=RectificationState.values), name="rectification_state_known"),
            models.CheckConstraint(
                condition=Q(state="appealed", stood__in=sorted(APPEALABLE)) | Q(~Q(state="appealed"), stood=""),
                name="rectification_appealed_stood_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, closed_at__isnull=False, due_at=None)
                | Q(~Q(state__in=ENDED), closed_at=None, closed_by=None),
                name="rectification_over_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", outcome__in=Outcome.values) | Q(~Q(state="closed"), outcome=""),
                name="rectification_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.DECIDED) | Q(~Q(reason=""), closed_by__isnull=False),
                name="rectification_decided_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["called_back", "replied", "re_asked", "unsettled"])
                | Q(handed_at__isnull=False),
                name="rectification_handed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("rectification:row", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    def is_late(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at < now


class Round(models.Model):
    """Once asked to put it right, once replied, once judged. ``words`` are the enterprise's own, where it agreed that
    the institution reads them; ``text`` is what the caller made of them.
    """

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="rounds", db_index=False)
    number = models.PositiveSmallIntegerField(_("round"))
    text = models.TextField(_("what is to be put right"), blank=True)
    words = models.TextField(_("in the words of the enterprise"), blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    cause = models.TextField(_("cause"), blank=True)
    measures = models.TextField(_("what was done"), blank=True)
    done_on = models.DateField(_("done on"), null=True)
    papers = models.ManyToManyField(CaseDocument, related_name="+", verbose_name=_("files"))
    replied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(_("replied"), null=True)
    late = models.BooleanField(_("late"), default=False)
    token_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    closes_at = models.DateTimeField(_("link closes"), null=True)
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict, blank=True)
    said = models.TextField(_("what the enterprise said"), blank=True)
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(_("judged"), null=True)

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rectification", "number"], name="round_once"),
            models.CheckConstraint(
                condition=Q(replied_at=None, replied_by=None, cause="", measures="", done_on=None, late=False)
                | Q(~Q(cause=""), ~Q(measures=""), replied_at__isnull=False, replied_by__isnull=False)
                & Q(done_on__isnull=False),
                name="round_reply_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(judged_at=None, judged_by=None, verdict="", said="")
                | Q(judged_at__isnull=False, replied_at__isnull=False, verdict__in=Verdict.values),
                name="round_verdict_has_time",
            ),
            models.CheckConstraint(
                condition=Q(token_digest=None, closes_at=None)
                | Q(token_digest__isnull=False, closes_at__isnull=False, replied_at__isnull=False),
                name="round_link_closes",
            ),
            models.CheckConstraint(
                condition=Q(replied_at=None) | Q(replied_at__gte=F("opened_at")), name="round_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rectification_id}-{self.number}"


class CallBack(models.Model):
    """One call to the enterprise: after its answer, or, with a round, to hear whether it is put right."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="calls")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="calls")
    outcome = models.CharField(_("outcome"), max_length=20, choices=CallOutcome)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("call-back")
        verbose_name_plural = _("call-backs")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(outcome__in=CallOutcome.values), name="call_back_outcome_known"),
            models.CheckConstraint(
                condition=Q(round=None, outcome__in=["confirmed", "misunderstanding", "not_reached"])
                | Q(round__isnull=False, outcome__in=["answered", "not_reached"]),
                name="call_back_fits_its_question",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rectification_id} {self.outcome}"
