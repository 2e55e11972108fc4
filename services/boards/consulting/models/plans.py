"""The improvement plan: actions, what they brought in, the visits at which they were checked, and every step."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.audit.history import tracked
from portal.files.models import Attachment
from services.boards.consulting.models.diagnoses import Diagnosis
from services.boards.consulting.models.findings import Finding
from services.boards.consulting.models.money import money
from services.boards.consulting.states import SETTLED, ActionState, DiagnosisState, Evidence
from services.cases.models import Case

FIRST_YEAR, LAST_YEAR = 2000, 2100


class OfDiagnosis(models.QuerySet[Any]):
    """Rows beneath a diagnosis."""

    def visible_to(self, user: User) -> Self:
        return self.filter(diagnosis__in=Diagnosis.objects.visible_to(user))


class Recheck(models.Model):
    """A visit that looks whether what was said to be done is done."""

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="rechecks", verbose_name=_("diagnosis"))
    visited_on = models.DateField(_("day of the re-check"))
    summary = models.TextField(_("what the re-check found"), max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("entered"))

    objects = OfDiagnosis.as_manager()

    class Meta:
        verbose_name = _("re-check")
        verbose_name_plural = _("re-checks")
        constraints = [models.CheckConstraint(condition=~Q(summary=""), name="recheck_says_something")]

    def __str__(self) -> str:
        return f"{self.diagnosis_id} {self.visited_on}"


class PlanActionQuerySet(OfDiagnosis):
    def live(self) -> Self:
        """Of diagnoses that were not put away."""
        return self.filter(diagnosis__retired_at=None)

    def of(self, enterprise: Enterprise | int) -> Self:
        return self.live().filter(diagnosis__enterprise=enterprise)

    def open(self) -> Self:
        return self.live().filter(state=ActionState.OPEN)

    def unsettled(self) -> Self:
        return self.filter(state__in=[ActionState.OPEN, ActionState.DONE])


@tracked(exclude=("owner",))
class PlanAction(models.Model):
    """What is to be done, by whom and when; what it costs, and what it should bring in each year."""

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="actions", verbose_name=_("diagnosis"))
    finding = models.ForeignKey(
        Finding, models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("finding")
    )
    text = models.CharField(_("what is to be done"), max_length=500)
    owner = models.CharField(_("who does it"), max_length=100)
    due_on = models.DateField(_("due"))
    cost_cny = money(_("cost, CNY"))
    expected_cny = money(_("expected benefit per year, CNY"))
    state = models.CharField(_("state"), max_length=10, choices=ActionState, default=ActionState.OPEN)
    dropped_why = models.CharField(_("why it was dropped"), max_length=300, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("done, says"))
    done_at = models.DateTimeField(_("done"), null=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by"))
    recheck = models.ForeignKey(
        Recheck, models.PROTECT, null=True, related_name="checked", verbose_name=_("checked at")
    )
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered"))
    version = models.PositiveIntegerField(default=1)

    objects = PlanActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        indexes = [models.Index(fields=["due_on", "id"], name="planaction_due", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="planaction_state_known"),
            models.CheckConstraint(
                condition=Q(state="dropped") & ~Q(dropped_why="") | ~Q(state="dropped") & Q(dropped_why=""),
                name="planaction_dropped_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "checked"]) | Q(done_by__isnull=False, done_at__isnull=False),
                name="planaction_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="checked", checked_by__isnull=False, recheck__isnull=False)
                | ~Q(state="checked") & Q(checked_by=None, recheck=None),
                name="planaction_checked_at_a_recheck",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("done_by")), name="planaction_checked_by_another"
            ),
            models.CheckConstraint(
                condition=(Q(cost_cny=None) | Q(cost_cny__gte=0)) & (Q(expected_cny=None) | Q(expected_cny__gte=0)),
                name="planaction_money_not_negative",
            ),
            models.CheckConstraint(condition=~Q(text="") & ~Q(owner=""), name="planaction_says_what_and_who"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("consulting:action", args=[self.pk])

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED

    def is_late(self, today: date) -> bool:
        return self.state == ActionState.OPEN and self.due_on < today


class BenefitQuerySet(models.QuerySet["RealisedBenefit"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(action__in=PlanAction.objects.visible_to(user))


@tracked()
class RealisedBenefit(models.Model):
    """What an action brought in in one year, and how sure that is. Never added to what was expected of it."""

    action = models.ForeignKey(
        PlanAction, models.PROTECT, related_name="benefits", verbose_name=_("action"), db_index=False
    )
    year = models.PositiveSmallIntegerField(_("year"))
    amount_cny = models.DecimalField(_("realised benefit, CNY"), max_digits=14, decimal_places=2)
    basis = models.CharField(_("how it was reckoned"), max_length=500)
    paper = models.ForeignKey(
        Attachment, models.PROTECT, null=True, related_name="+", verbose_name=_("document that supports it")
    )
    level = models.CharField(_("evidence"), max_length=10, choices=Evidence, default=Evidence.REPORTED)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered"))
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by"))
    checked_at = models.DateTimeField(_("checked"), null=True)

    objects = BenefitQuerySet.as_manager()

    class Meta:
        verbose_name = _("realised benefit")
        verbose_name_plural = _("realised benefits")
        constraints = [
            models.UniqueConstraint(fields=["action", "year"], name="benefit_once_a_year"),
            models.CheckConstraint(condition=Q(year__range=(FIRST_YEAR, LAST_YEAR)), name="benefit_year"),
            models.CheckConstraint(condition=Q(amount_cny__gte=Decimal(0)), name="benefit_not_negative"),
            models.CheckConstraint(condition=Q(level__in=Evidence.values), name="benefit_level_known"),
            models.CheckConstraint(condition=~Q(basis=""), name="benefit_has_basis"),
            models.CheckConstraint(
                condition=Q(level="reported") | Q(paper__isnull=False) | Q(level="checked"),
                name="benefit_supported_by_paper",
            ),
            models.CheckConstraint(
                condition=Q(level="checked", checked_by__isnull=False, checked_at__isnull=False)
                | ~Q(level="checked") & Q(checked_by=None, checked_at=None),
                name="benefit_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("entered_by")), name="benefit_checked_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.year}"


class PlanStep(models.Model):
    """One step of an action, or of the plan itself where ``action`` is empty."""

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="steps", db_index=False)
    action = models.ForeignKey(PlanAction, models.PROTECT, null=True, related_name="steps")
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = OfDiagnosis.as_manager()

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        indexes = [models.Index(fields=["diagnosis", "id"], name="planstep_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(action=None, from_state__in=DiagnosisState.values, to_state__in=DiagnosisState.values)
                | Q(action__isnull=False, from_state__in=ActionState.values, to_state__in=ActionState.values),
                name="planstep_known",
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.diagnosis_id}: {self.from_state} → {self.to_state}"

    @property
    def words(self) -> str:
        """The state it came to."""
        states = ActionState if self.action_id else DiagnosisState
        return str(states(self.to_state).label)


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))


class HelpRequest(models.Model):
    """A case by which help with a finding or an action was asked for."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="+", verbose_name=_("case"))
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="requests")
    action = models.ForeignKey(PlanAction, models.PROTECT, null=True, related_name="requests")

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for help")
        verbose_name_plural = _("requests for help")
        constraints = [
            models.CheckConstraint(
                condition=Q(finding=None, action__isnull=False) | Q(finding__isnull=False, action=None),
                name="helprequest_about_one",
            )
        ]

    def __str__(self) -> str:
        return str(self.case_id)
