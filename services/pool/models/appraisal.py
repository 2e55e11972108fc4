"""The quarterly sheet of each institution: what was measured, and what a curator makes of it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from experts.models import Institution
from portal.accounts.models import User


class AppraisalQuerySet(models.QuerySet["Appraisal"]):
    def visible_to(self, user: User) -> Self:
        """Who reads the pool sees all; an institution its own once decided."""
        if user.has_perm("pool.read"):
            return self
        return self.filter(institution__in=Institution.objects.of(user).values("pk"), decided_at__isnull=False)

    def open(self) -> Self:
        return self.filter(decided_at=None)


class Appraisal(models.Model):
    """``figures`` are those of the quarter as they stood when the sheet was made (see ``actions.appraising``)."""

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", pgettext_lazy("appraisal", "Excellent")
        GOOD = "good", pgettext_lazy("appraisal", "Good")
        FAIR = "fair", pgettext_lazy("appraisal", "Sufficient")
        POOR = "poor", pgettext_lazy("appraisal", "Insufficient")

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="appraisals", verbose_name=_("institution"), db_index=False
    )
    quarter = models.CharField(_("quarter"), max_length=6)
    figures = models.JSONField(_("figures"))
    made_at = models.DateTimeField(_("made"))
    grade = models.CharField(_("grade"), max_length=10, choices=Grade, blank=True)
    words = models.TextField(_("appraisal in words"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = AppraisalQuerySet.as_manager()

    class Meta:
        verbose_name = _("quarterly appraisal")
        verbose_name_plural = _("quarterly appraisals")
        indexes = [models.Index(fields=["quarter", "id"], name="appraisal_quarter")]
        constraints = [
            models.UniqueConstraint(fields=["institution", "quarter"], name="appraisal_once"),
            models.CheckConstraint(condition=Q(quarter__regex=r"^\d{4}Q[1-4]$"), name="appraisal_quarter_known"),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, grade="", words="")
                | Q(decided_by__isnull=False, decided_at__isnull=False, grade__in=["excellent", "good", "fair", "poor"])
                & ~Q(words=""),
                name="appraisal_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.quarter}"

    def get_absolute_url(self) -> str:
        return reverse("pool:appraisal", args=[self.pk])
