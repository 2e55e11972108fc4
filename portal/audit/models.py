"""Who did what and who looked at whom: rows that are only ever added."""

from typing import Self

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User


def subject_of(subject: models.Model | str) -> str:
    """``case:17`` for a row; a name is taken as it is."""
    return subject if isinstance(subject, str) else f"{subject._meta.model_name}:{subject.pk}"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def about(self, subject: models.Model | str) -> Self:
        """What happened to one subject, newest first."""
        return self.filter(subject=subject_of(subject)).select_related("user").order_by("-pk")


class AuditEntry(models.Model):
    """One act or look worth remembering. No personal data in ``detail``: names of fields, never their values."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    verb = models.CharField(_("did what"), max_length=60)
    subject = models.CharField(_("to what"), max_length=100)
    detail = models.JSONField(_("detail"), default=dict)
    address = models.GenericIPAddressField(_("from"), null=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [models.Index(fields=["subject", "-id"], name="audit_subject")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
