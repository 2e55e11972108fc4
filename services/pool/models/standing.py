"""When a change of standing is proposed, what spoke for it, who decided, and what the institution said to it."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from experts import standing
from experts.models import GRAVE, Institution, StandingChange
from portal.accounts.models import User
from portal.files.models import Attachment


class Indicator(models.TextChoices):
    RESPONSE = "response", _("Offers answered in time")
    DECLINED = "declined", _("Offers declined")
    TIMED_OUT = "timed_out", _("Offers not answered")
    LATE = "late", _("Results delivered late")
    NEGATIVE = "negative", _("Dissatisfied answers")
    COMPLAINTS = "complaints", _("Complaints that were not settled")
    EXPIRED = "expired", _("Credentials that ended, with none left in force")


COUNTS = frozenset({Indicator.COMPLAINTS, Indicator.EXPIRED})
"""Numbers of rows; the others are shares in per cent."""


class StandingRule(models.Model):
    """One published threshold. A share counts only from ``minimum`` on; ``version`` rises with each change."""

    class Proposes(models.TextChoices):
        PROBATION = "probation", _("Probation of an active institution")
        SUSPENSION = "suspension", _("Suspension of one on probation")
        RESTORATION = "restoration", _("One step up again")

    indicator = models.CharField(_("indicator"), max_length=12, choices=Indicator)
    proposes = models.CharField(_("proposes"), max_length=12, choices=Proposes)
    threshold = models.PositiveSmallIntegerField(
        _("threshold"),
        validators=[MaxValueValidator(100)],
        help_text=_(
            "Per cent; of complaints and credentials a number. Reached is enough, except offers answered in time: "
            "below it. One step up: no worse than this."
        ),
    )
    minimum = models.PositiveSmallIntegerField(_("from how many on"), default=1)
    window_days = models.PositiveSmallIntegerField(
        _("days looked back"), default=180, validators=[MinValueValidator(1)]
    )
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("rule of standing")
        verbose_name_plural = _("rules of standing")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "proposes"], name="standing_rule_once"),
            models.CheckConstraint(
                condition=Q(indicator__in=Indicator.values, proposes__in=["probation", "suspension", "restoration"]),
                name="standing_rule_known",
            ),
            models.CheckConstraint(condition=Q(threshold__lte=100, window_days__gte=1), name="standing_rule_numbers"),
        ]

    def __str__(self) -> str:
        return f"{self.get_indicator_display()} · {self.get_proposes_display()} · v{self.version}"


class ProposalState(models.TextChoices):
    OPEN = "open", _("To be decided")
    SIGNING = "signing", _("Waits for a second signature")
    CARRIED = "carried", _("Carried out")
    REJECTED = "rejected", _("Not followed")
    LAPSED = "lapsed", _("Overtaken by another step")


PENDING = (ProposalState.OPEN, ProposalState.SIGNING)


class ProposalQuerySet(models.QuerySet["StandingProposal"]):
    def visible_to(self, user: User) -> Self:
        """All for who reads the pool; for whoever signs, what two have to decide; for the institution, what it was
        told of; for appeals officers, what is appealed against.
        """
        if user.has_perm("pool.read"):
            return self
        seen = Q(institution__in=Institution.objects.of(user).values("pk"), told_at__isnull=False)
        if user.has_perm("pool.sign"):
            seen |= Q(target__in=GRAVE) & ~Q(state=ProposalState.OPEN)
        if user.has_perm("rectification.decide"):
            seen |= Q(appeal__isnull=False)
        return self.filter(seen)

    def pending(self) -> Self:
        """To be decided or signed, of institutions that still stand where the step begins."""
        return self.filter(state__in=PENDING, institution__standing=F("origin"))

    def overtaken(self) -> Self:
        """The others: merged, restored or moved meanwhile. Nobody can follow them any more."""
        return self.filter(state__in=PENDING).exclude(institution__standing=F("origin"))

    def whole(self) -> Self:
        return self.select_related("institution", "made_by", "decided_by", "second_by", "change", "reply", "appeal")


class StandingProposal(models.Model):
    """From one standing to the next: by a rule, with figures, or by a curator (``made_by``), with grounds in words.

    ``told_at`` is when its people first heard of it: with the first of two signatures, else when it is carried out.
    """

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="standing_proposals", verbose_name=_("institution"), db_index=False
    )
    origin = models.CharField(_("from"), max_length=20, choices=Institution.Standing)
    target = models.CharField(_("to"), max_length=20, choices=Institution.Standing)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    made_at = models.DateTimeField(_("proposed"))
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by"))
    reason = models.TextField(_("reason"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    second_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("second person"))
    second_at = models.DateTimeField(_("signed"), null=True)
    second_note = models.TextField(_("word of the second person"), blank=True)
    told_at = models.DateTimeField(_("told"), null=True)
    reply_until = models.DateTimeField(_("reply until"), null=True)
    appeal_until = models.DateTimeField(_("appeal until"), null=True)
    change = models.OneToOneField(StandingChange, models.PROTECT, null=True, related_name="proposal")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal about a standing")
        verbose_name_plural = _("proposals about standings")
        indexes = [
            models.Index(fields=["state", "id"], name="proposal_queue"),
            models.Index(fields=["institution", "target", "decided_at"], name="proposal_of"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "target"], condition=Q(state__in=PENDING), name="proposal_one_open"
            ),
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="proposal_state_known"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None)
                | Q(state="lapsed")
                | Q(state__in=["signing", "carried", "rejected"], decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(reason=""),
                name="proposal_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None, second_at=None)
                | Q(second_by__isnull=False, second_at__isnull=False) & ~Q(second_by=F("decided_by")),
                name="proposal_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="carried", change__isnull=False, told_at__isnull=False)
                | ~Q(state="carried") & Q(change=None),
                name="proposal_carried_made_a_step",
            ),
            models.CheckConstraint(
                condition=~Q(state="carried", target__in=GRAVE) | Q(second_by__isnull=False),
                name="proposal_grave_was_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id}: {self.origin} → {self.target}"

    def get_absolute_url(self) -> str:
        return reverse("pool:proposal", args=[self.pk])

    @property
    def needs_two(self) -> bool:
        return self.target in GRAVE

    @property
    def is_step_down(self) -> bool:
        return standing.is_step_down(self.origin, self.target)

    def may_reply(self, now: datetime) -> bool:
        open_to_words = self.state in {ProposalState.SIGNING, ProposalState.CARRIED} and not hasattr(self, "reply")
        return open_to_words and self.reply_until is not None and now < self.reply_until

    def may_appeal(self, now: datetime) -> bool:
        carried = self.state == ProposalState.CARRIED and not hasattr(self, "appeal")
        return carried and self.appeal_until is not None and now < self.appeal_until


class ProposalFigure(models.Model):
    """What one rule saw, as it was then: of ``n`` rows those of ``rows`` speak against the institution."""

    proposal = models.ForeignKey(StandingProposal, models.CASCADE, related_name="figures", db_index=False)
    rule = models.ForeignKey(StandingRule, models.PROTECT, related_name="+", verbose_name=_("rule"))
    version = models.PositiveSmallIntegerField(_("version"))
    threshold = models.PositiveSmallIntegerField(_("threshold"))
    minimum = models.PositiveSmallIntegerField(_("from how many on"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    n = models.PositiveIntegerField(_("of"))
    against = models.PositiveIntegerField(_("speak against it"))
    rows = ArrayField(models.BigIntegerField(), verbose_name=_("rows"))

    class Meta:
        verbose_name = _("figure of a proposal")
        verbose_name_plural = _("figures of proposals")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "rule"], name="figure_once"),
            models.CheckConstraint(condition=Q(against__lte=F("n")), name="figure_part_of_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.against}/{self.n}"

    @property
    def indicator(self) -> str:
        return self.rule.indicator

    @property
    def is_share(self) -> bool:
        return self.indicator not in COUNTS

    @property
    def value(self) -> int | None:
        """Per cent of shares, None of nothing; of complaints and credentials their number."""
        if not self.is_share:
            return self.against
        good = self.indicator == Indicator.RESPONSE
        return round(100 * (self.n - self.against if good else self.against) / self.n) if self.n else None


class StandingReply(models.Model):
    """What the institution has to say before or after it is decided: once, read by whoever decides."""

    proposal = models.OneToOneField(StandingProposal, models.PROTECT, related_name="reply")
    text = models.TextField(_("reply"))
    papers = models.ManyToManyField(Attachment, related_name="+", verbose_name=_("files"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("reply about a standing")
        verbose_name_plural = _("replies about standings")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="standing_reply_says_something")]

    def __str__(self) -> str:
        return f"{self.proposal_id}"


class StandingAppealQuerySet(models.QuerySet["StandingAppeal"]):
    def visible_to(self, user: User) -> Self:
        """Appeals officers, who reads the pool and whoever signs see all; the institution its own."""
        if any(user.has_perm(each) for each in ("rectification.decide", "pool.read", "pool.sign")):
            return self
        return self.filter(proposal__institution__in=Institution.objects.of(user).values("pk"))

    def open(self) -> Self:
        return self.filter(state=StandingAppeal.State.LODGED)


class StandingAppeal(models.Model):
    """One per step down. Until it is decided the step stands; upheld, it is taken back unless others followed it."""

    class State(models.TextChoices):
        LODGED = "lodged", _("Appeal lodged")
        UPHELD = "upheld", _("Upheld")
        DISMISSED = "dismissed", _("Dismissed")

    proposal = models.OneToOneField(StandingProposal, models.PROTECT, related_name="appeal")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.LODGED)
    due_at = models.DateTimeField(_("due"), null=True)
    reason = models.TextField(_("reason"))
    papers = models.ManyToManyField(Attachment, related_name="+", verbose_name=_("files"))
    lodged_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("lodged by"))
    lodged_at = models.DateTimeField(_("lodged"))
    decision = models.TextField(_("decision in words"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    restored = models.OneToOneField(StandingChange, models.PROTECT, null=True, related_name="+")

    objects = StandingAppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal about a standing")
        verbose_name_plural = _("appeals about standings")
        indexes = [models.Index(fields=["state", "due_at", "id"], name="standing_appeal_due")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="standing_appeal_has_reason"),
            models.CheckConstraint(
                condition=Q(state="lodged", decided_by=None, decided_at=None, decision="", restored=None)
                | Q(state="upheld", decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision="")
                | Q(state="dismissed", decided_by__isnull=False, decided_at__isnull=False, restored=None)
                & ~Q(decision=""),
                name="standing_appeal_decided_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state != self.State.LODGED
