"""What was known, compared and chosen when a need was offered: one record that explains itself to everybody."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.cases.models import Need, Referral


class MatchRecordQuerySet(models.QuerySet["MatchRecord"]):
    def visible_to(self, user: User) -> Self:
        """An institution's people see why it was asked, never why others were; everybody else follows the need."""
        if user.role == Role.PROVIDER:
            return self.filter(chosen__in=Institution.objects.of(user))
        return self.filter(need__in=Need.objects.visible_to(user))

    def newest_first(self) -> Self:
        return self.order_by("-id")


class MatchRecord(models.Model):
    """The stored explanation of one matching run, under the rule version that made it. Codes and facts, no sentences.

    ``facts``: what was known of the need, and what was not. ``ranked``: institutions with factors, best first.
    ``excluded``: institutions with the first gate they failed.
    """

    need = models.ForeignKey(Need, models.PROTECT, related_name="match_records", verbose_name=_("need"))
    referral = models.OneToOneField(
        Referral, models.PROTECT, null=True, related_name="match_record", verbose_name=_("referral")
    )
    facts = models.JSONField(default=dict)
    rule_version = models.CharField(_("rule version"), max_length=40)
    ranked = models.JSONField(default=list)
    excluded = models.JSONField(default=list)
    chosen = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("chosen"))
    first = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="+", verbose_name=_("ranked first"))
    override_reason = models.TextField(_("why not the first"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("chosen by"))
    at = models.DateTimeField(_("when"))

    objects = MatchRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("match record")
        verbose_name_plural = _("match records")
        indexes = [models.Index(fields=["need", "-id"], name="match_of_need")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first=models.F("chosen")) | ~models.Q(override_reason=""),
                name="match_other_than_first_has_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.need} → {self.chosen}"
