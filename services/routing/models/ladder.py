"""The re-offer ladder: when a refused or unanswered need goes to the next institution by itself, and what was done."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.history import tracked
from services.cases.models import Need, Referral, Urgency
from services.catalogue.models import Board, ServiceItem


class LadderPolicyQuerySet(models.QuerySet["LadderPolicy"]):
    def fitting(self, need: Need) -> Self:
        """Those that apply, the most particular first: item, then board, then urgency. Blank fits everything."""
        return self.filter(
            Q(item=None) | Q(item=need.item_id),
            Q(board=None) | Q(board=need.board_id),
            urgency__in={"", need.urgency},
        ).order_by(F("item").desc(nulls_last=True), F("board").desc(nulls_last=True), "-urgency")


@tracked()
class LadderPolicy(models.Model):
    """Whether the next institution is asked without a person, and how often. Where no policy fits, a person decides."""

    board = models.ForeignKey(
        Board, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("board"), db_index=False
    )
    item = models.ForeignKey(
        ServiceItem, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("service item")
    )
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, blank=True)
    automatic = models.BooleanField(_("ask the next institution automatically"), default=False)
    rungs = models.PositiveSmallIntegerField(_("most automatic offers of one need"), default=3)
    alarm_after = models.PositiveSmallIntegerField(
        _("refusals and silences after which the team leads of the station are told"), default=3
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = LadderPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("re-offer policy")
        verbose_name_plural = _("re-offer policies")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["board", "item", "urgency"], nulls_distinct=False, name="ladder_policy_once"
            ),
            models.CheckConstraint(condition=Q(alarm_after__gte=1), name="ladder_alarm_after_one"),
        ]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.board, self.item, self.get_urgency_display()) if part) or "*"


class Outcome(models.TextChoices):
    REOFFERED = "reoffered", _("Next institution asked")
    HANDED_BACK = "handed_back", _("Back to the specialist")
    EXHAUSTED = "exhausted", _("Nobody left to ask")


class Reason(models.TextChoices):
    """Why a person has to go on."""

    POLICY = "policy", _("The policy leaves it to a person.")
    RUNGS = "rungs", _("The most automatic offers were made.")
    HELD = "held", _("Automatic offers are switched off for this need.")
    UNSURE = "unsure", _("There is something to make sure of before the next institution is asked.")
    ASKED_BEFORE = "asked_before", _("The next in the order was asked before, and the offer was taken back.")


class LadderStep(models.Model):
    """What was done about one referral that ended without an answer or with a refusal: the mark that it was done."""

    referral = models.OneToOneField(
        Referral, models.PROTECT, related_name="ladder_step", verbose_name=_("ended referral")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=15, choices=Reason, blank=True)
    next = models.OneToOneField(
        Referral, models.PROTECT, null=True, related_name="ladder_step_before", verbose_name=_("next referral")
    )
    rule = models.CharField(_("rule"), max_length=80)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("step of the ladder")
        verbose_name_plural = _("steps of the ladder")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="ladder_step_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.REOFFERED, next__isnull=False)
                | (~Q(outcome=Outcome.REOFFERED) & Q(next=None)),
                name="ladder_step_reoffered_names_next",
            ),
            models.CheckConstraint(
                condition=(Q(outcome=Outcome.HANDED_BACK) & ~Q(reason=""))
                | (~Q(outcome=Outcome.HANDED_BACK) & Q(reason="")),
                name="ladder_step_handed_back_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral} · {self.get_outcome_display()}"


class LadderHoldQuerySet(models.QuerySet["LadderHold"]):
    def open(self) -> Self:
        return self.filter(lifted_at=None)


class LadderHold(models.Model):
    """While it is open, the ladder makes no offer of this need: the desk chooses by hand."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="ladder_holds", verbose_name=_("need"))
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("switched off by"))
    at = models.DateTimeField(_("when"))
    lifted_reason = models.CharField(_("reason for going on"), max_length=500, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("switched on by"))
    lifted_at = models.DateTimeField(_("switched on"), null=True)

    objects = LadderHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold of the ladder")
        verbose_name_plural = _("holds of the ladder")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need"], condition=Q(lifted_at=None), name="ladder_hold_one_open"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason="")),
                name="ladder_hold_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need}: {self.reason}"
