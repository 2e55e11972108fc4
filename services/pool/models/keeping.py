"""What keeps the pool fresh: after how many days something is said, and the marks that it was."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from experts.models import Credential, Institution


class Period(models.Model):
    """A number of calendar days that curators may change: rows, no constants."""

    class Kind(models.TextChoices):
        EXPIRY = "expiry", _("Reminder before a credential ends")
        CONFIRM = "confirm", _("Reminder before a profile counts as stale")
        REPLY = "reply", _("Time to reply about a standing")
        APPEAL = "appeal", _("Time to appeal about a standing")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    days = models.PositiveSmallIntegerField(_("days"))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("period of the pool")
        verbose_name_plural = _("periods of the pool")
        constraints = [
            models.UniqueConstraint(fields=["kind", "days"], name="period_once"),
            models.CheckConstraint(condition=Q(days__gte=1), name="period_days"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.days}"


class Reminder(models.Model):
    """Said once: for one last day, at one distance from it. A day without the scheduler leaves no gap and no twin."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="reminders", db_index=False)
    credential = models.ForeignKey(Credential, models.CASCADE, null=True, related_name="reminders")
    days = models.PositiveSmallIntegerField(_("days before"))
    last_day = models.DateField(_("last day"))
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "credential", "days", "last_day"], nulls_distinct=False, name="reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.last_day}"
