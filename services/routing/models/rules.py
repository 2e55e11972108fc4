"""The numbers behind the order, one row per version: a draft that curators try out, and those that were published."""

from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User


class MatchRulesQuerySet(models.QuerySet["MatchRules"]):
    def published(self) -> Self:
        """The newest first."""
        return self.filter(state=MatchRules.State.PUBLISHED).order_by("-begins_on", "-version")

    def in_force(self, day: date) -> Self:
        """The one of that day comes first."""
        return self.published().filter(begins_on__lte=day)


class MatchRules(models.Model):
    """One version. A published one never changes: each match record names the version that made it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    version = models.PositiveIntegerField(_("version"), unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    weights = models.JSONField(_("weights"))
    near_tie = models.FloatField(_("points within which two count as equally good"))
    rating_from = models.PositiveSmallIntegerField(_("answers from which the rating counts in full"))
    stale_after = models.PositiveSmallIntegerField(_("days after which an unconfirmed entry is stale"))
    note = models.CharField(_("why it was changed"), max_length=500, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    made_at = models.DateTimeField(_("drafted"))
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("published by"))
    published_at = models.DateTimeField(_("published"), null=True)
    begins_on = models.DateField(_("in force from"), null=True)

    objects = MatchRulesQuerySet.as_manager()

    class Meta:
        verbose_name = _("matching rules")
        verbose_name_plural = _("matching rules")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="draft"), name="match_rules_one_draft"),
            models.CheckConstraint(
                condition=Q(state="draft", published_by=None, published_at=None, begins_on=None)
                | (
                    Q(state="published", published_by__isnull=False, published_at__isnull=False)
                    & Q(begins_on__isnull=False)
                    & ~Q(note="")
                ),
                name="match_rules_published_by_somebody",
            ),
            models.CheckConstraint(condition=Q(near_tie__gte=0, near_tie__lte=20), name="match_rules_near_tie"),
            models.CheckConstraint(condition=Q(stale_after__gte=1), name="match_rules_stale_after_a_day"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}"
