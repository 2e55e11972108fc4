"""Two rows that may be one, and what was moved when somebody said that they are."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User

UNDONE_WITHIN = timedelta(days=30)


class Kind(models.TextChoices):
    INSTITUTION = "institution", _("Institutions")
    ENTERPRISE = "enterprise", _("Enterprises")


PERMISSIONS = {Kind.INSTITUTION: "pool.curate", Kind.ENTERPRISE: "triage.lead"}


class TwinsQuerySet(models.QuerySet["Pair"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(kind__in=[kind for kind, permission in PERMISSIONS.items() if user.has_perm(permission)])

    def open(self) -> Self:
        return self.filter(state=Pair.State.OPEN)


class Pair(models.Model):
    """Two rows of one kind, the smaller number first, and in what they are alike."""

    class State(models.TextChoices):
        OPEN = "open", _("Nobody has looked yet")
        DISTINCT = "distinct", _("Two different ones")
        MERGED = "merged", _("Merged")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    first_ref = models.BigIntegerField()
    second_ref = models.BigIntegerField()
    alike = models.JSONField(_("alike in"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField(_("found"))
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = TwinsQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        indexes = [models.Index(fields=["kind", "-id"], condition=Q(state="open"), name="pair_open")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "first_ref", "second_ref"], name="pair_once"),
            models.CheckConstraint(condition=Q(first_ref__lt=models.F("second_ref")), name="pair_in_order"),
            models.CheckConstraint(condition=Q(state__in=["open", "distinct", "merged"]), name="pair_state_known"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None) | ~Q(state="open") & Q(decided_by__isnull=False),
                name="pair_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_ref} {self.second_ref}"


class MergeQuerySet(models.QuerySet["MergeRecord"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(kind__in=[kind for kind, permission in PERMISSIONS.items() if user.has_perm(permission)])


class MergeRecord(models.Model):
    """One merging, exactly enough of it to take it back.

    ``moved`` and ``left``: primary keys by ``app.Model.column``; what was left had its like at the kept row.
    ``before`` and ``after``: the columns of both rows, as text, "kept" and "gone".
    """

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    kept_ref = models.BigIntegerField()
    gone_ref = models.BigIntegerField()
    kept_name = models.CharField(_("kept"), max_length=200)
    gone_name = models.CharField(_("merged into it"), max_length=200)
    moved = models.JSONField(default=dict)
    left = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("undone by"))
    undone_at = models.DateTimeField(_("undone"), null=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merging")
        verbose_name_plural = _("mergings")
        indexes = [models.Index(fields=["kind", "-id"], name="merging_of_kind")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "gone_ref"], condition=Q(undone_at=None), name="merging_gone_once"),
            models.CheckConstraint(condition=~Q(kept_ref=models.F("gone_ref")), name="merging_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="merging_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_name} → {self.kept_name}"

    def may_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now <= self.at + UNDONE_WITHIN
