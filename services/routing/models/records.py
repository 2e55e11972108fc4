"""What was known, compared and chosen when a need was offered: one record that explains itself to everybody."""

from typing import Self

from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from services.cases.models import Need, Referral
from services.cases.states import REFERRAL_NOT_TAKEN


class MatchRecordQuerySet(models.QuerySet["MatchRecord"]):
    def visible_to(self, user: User) -> Self:
        """An institution's people see why it was asked, never why others were; everybody else follows the need, the
        enterprise without those who were asked in vain.
        """
        if user.role == Role.PROVIDER:
            return self.filter(chosen__in=Institution.objects.of(user))
        rows = self.filter(need__in=Need.objects.visible_to(user))
        return rows if user.role in READERS else rows.exclude(referral__state__in=REFERRAL_NOT_TAKEN)

    def overriding(self) -> Self:
        """Where another than the first was chosen."""
        return self.exclude(override_reason="")

    def newest_first(self) -> Self:
        return self.order_by("-id")


class MatchRecord(models.Model):
    """The stored explanation of one matching run, under the rule version that made it. Codes and facts, no sentences.

    ``facts``: what was known of the need, and what was not. ``ranked``: institutions with factors, best first.
    ``excluded``: institutions with the first gate they failed.
    """

    need = models.ForeignKey(Need, models.PROTECT, related_name="match_records", verbose_name=_("need"), db_index=False)
    referral = models.OneToOneField(
        Referral, models.PROTECT, null=True, related_name="match_record", verbose_name=_("referral")
    )
    facts = models.JSONField(default=dict)
    rule_version = models.CharField(_("rule version"), max_length=40)
    ranked = models.JSONField(default=list)
    excluded = models.JSONField(default=list)
    resources = models.JSONField(default=list, db_default=Value([], output_field=models.JSONField()))
    chosen = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("chosen"))
    first = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="+", verbose_name=_("ranked first"))
    override_reason = models.TextField(_("why not the first"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("chosen by"))
    rule = models.CharField(_("chosen by the rule"), max_length=80, blank=True, default="", db_default="")
    at = models.DateTimeField(_("when"))

    objects = MatchRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("match record")
        verbose_name_plural = _("match records")
        indexes = [
            models.Index(fields=["need", "-id"], name="match_of_need"),
            models.Index(fields=["at"], name="match_at"),
            models.Index(fields=["-id"], condition=~models.Q(override_reason=""), name="match_overriding"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first=models.F("chosen")) | ~models.Q(override_reason=""),
                name="match_other_than_first_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(by__isnull=False, rule="") | (models.Q(by=None) & ~models.Q(rule="")),
                name="match_by_person_or_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need} → {self.chosen}"
