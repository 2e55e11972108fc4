"""What was found, by step of the process, with photos."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.models import User
from portal.audit.history import tracked
from portal.files.models import Attachment
from services.boards.consulting.models.diagnoses import Diagnosis


class Stage(models.TextChoices):
    """A step of the process, in the order in which a product goes through it."""

    MATERIALS = "materials", _("Materials")
    PRODUCTION = "production", _("Production")
    INSPECTION = "inspection", pgettext_lazy("process step", "Inspection")
    PRODUCT = "product", pgettext_lazy("process step", "Product")


class Severity(models.TextChoices):
    MINOR = "minor", pgettext_lazy("finding", "Minor")
    MAJOR = "major", pgettext_lazy("finding", "Major")
    CRITICAL = "critical", pgettext_lazy("finding", "Critical")


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(diagnosis__in=Diagnosis.objects.visible_to(user))


@tracked()
class Finding(models.Model):
    """One thing that is not as it should be."""

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="findings", verbose_name=_("diagnosis"))
    stage = models.CharField(_("step of the process"), max_length=12, choices=Stage)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.MINOR)
    text = models.TextField(_("what was found"), max_length=2000)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered"))
    version = models.PositiveIntegerField(default=1)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="finding_stage_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="finding_severity_known"),
            models.CheckConstraint(condition=~Q(text=""), name="finding_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class FindingPhotoQuerySet(models.QuerySet["FindingPhoto"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(finding__in=Finding.objects.visible_to(user))


class FindingPhoto(models.Model):
    """A picture or paper that shows a finding."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="photos", verbose_name=_("finding"))
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="+", verbose_name=_("file"))

    objects = FindingPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of a finding")
        verbose_name_plural = _("photos of findings")

    def __str__(self) -> str:
        return str(self.attachment_id)

    @property
    def is_picture(self) -> bool:
        return self.attachment.content_type.startswith("image/")
