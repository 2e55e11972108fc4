"""What has become of an institution's standing, step by step."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from experts.models.institutions import Institution
from portal.accounts.models import User

GRAVE = (Institution.Standing.SUSPENDED, Institution.Standing.REMOVED)
"""Nobody decides these alone."""


class StandingChange(models.Model):
    """One step. ``by`` is empty where an institution came with the data the portal was loaded with; ``rule`` names
    what proposed the step; ``undoes`` the step that an upheld appeal took back.
    """

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="standing_changes", verbose_name=_("institution"), db_index=False
    )
    from_standing = models.CharField(_("from"), max_length=20, choices=Institution.Standing)
    to_standing = models.CharField(_("to"), max_length=20, choices=Institution.Standing)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    second = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("second person"))
    reason = models.TextField(_("reason"))
    rule = models.CharField(_("rule"), max_length=100, blank=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("change of standing")
        verbose_name_plural = _("changes of standing")
        indexes = [models.Index(fields=["institution", "at"], name="standing_change_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_standing__in=Institution.Standing.values, to_standing__in=Institution.Standing.values)
                & ~Q(from_standing=F("to_standing")),
                name="standing_change_known",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="standing_change_has_reason"),
            models.CheckConstraint(
                condition=Q(second=None) | Q(by__isnull=False) & ~Q(second=F("by")), name="standing_change_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(to_standing__in=GRAVE) | Q(second__isnull=False) | Q(undoes__isnull=False),
                name="standing_change_grave_needs_second",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.institution_id}: {self.from_standing} → {self.to_standing}"
