"""A diagnosis on the spot, and the experts who are named on it."""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from experts.models import Expert
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.history import tracked
from services.boards.consulting.states import DiagnosisState
from services.boards.models import Entry, EntryQuerySet
from services.cases.models import Referral


class DiagnosisQuerySet(EntryQuerySet):
    def visible_to(self, user: User) -> Self:
        """An expert sees those they are named on, once they have declared their interests and have none."""
        if user.role == Role.EXPERT:
            return self.kept().filter(pk__in=Naming.objects.of(user).admitted().values("diagnosis"))
        return super().visible_to(user)


@tracked(exclude=("diagnosed_by",))
class Diagnosis(Entry):
    """What somebody found who came and looked; its improvement plan is in its actions."""

    title = models.CharField(_("subject"), max_length=160)
    visited_on = models.DateField(_("day of the visit"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    diagnosed_by = models.CharField(_("who diagnosed"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), blank=True, max_length=5000)
    recheck_on = models.DateField(_("re-check planned for"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DiagnosisState, default=DiagnosisState.OPEN)
    closed_at = models.DateTimeField(_("closed"), null=True)
    referral = models.OneToOneField(
        Referral, models.PROTECT, null=True, related_name="diagnosis", verbose_name=_("referral")
    )

    objects: ClassVar[Any] = DiagnosisQuerySet.as_manager()

    class Meta:
        verbose_name = _("diagnosis")
        verbose_name_plural = _("diagnoses")
        indexes = [models.Index(fields=["enterprise", "-id"], name="diagnosis_of_firm")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "title", "visited_on"], condition=Q(retired_at=None), name="diagnosis_once"
            ),
            models.CheckConstraint(condition=Q(state__in=DiagnosisState.values), name="diagnosis_state_known"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | ~Q(state="closed") & Q(closed_at=None),
                name="diagnosis_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(recheck_on=None) | Q(recheck_on__gte=models.F("visited_on")),
                name="diagnosis_recheck_after_visit",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.visited_on and self.recheck_on and self.recheck_on < self.visited_on:
            raise ValidationError({"recheck_on": _("The re-check comes after the visit.")})

    def get_absolute_url(self) -> str:
        return reverse("consulting:plan", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        return self.state == DiagnosisState.CLOSED


class NamingQuerySet(models.QuerySet["Naming"]):
    def of(self, user: User) -> Self:
        return self.filter(expert__user=user, diagnosis__retired_at=None)

    def visible_to(self, user: User) -> Self:
        return self.filter(diagnosis__in=Diagnosis.objects.visible_to(user))

    def admitted(self) -> Self:
        """Declared, and without a conflict."""
        return self.filter(declared_at__isnull=False, conflict=False)


class Naming(models.Model):
    """An expert who is to see the file of a diagnosis; what they declare comes before."""

    diagnosis = models.ForeignKey(
        Diagnosis, models.PROTECT, related_name="namings", verbose_name=_("diagnosis"), db_index=False
    )
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="namings", verbose_name=_("expert"))
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("named by"))
    named_at = models.DateTimeField(_("named"))
    conflict = models.BooleanField(_("conflict of interest"), default=False)
    interests = models.TextField(_("interests"), blank=True, max_length=1000)
    declared_at = models.DateTimeField(_("declared"), null=True)

    objects = NamingQuerySet.as_manager()

    class Meta:
        verbose_name = _("expert on a diagnosis")
        verbose_name_plural = _("experts on diagnoses")
        constraints = [
            models.UniqueConstraint(fields=["diagnosis", "expert"], name="naming_once"),
            models.CheckConstraint(
                condition=Q(declared_at__isnull=False) | Q(conflict=False, interests=""),
                name="naming_said_when_declared",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.diagnosis_id} · {self.expert_id}"

    @property
    def is_admitted(self) -> bool:
        return self.declared_at is not None and not self.conflict
