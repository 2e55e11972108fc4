"""Instruments that their owners share."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models.institutions import Institution
from portal.audit.history import tracked
from portal.files.models import Attachment


@tracked()
class Equipment(models.Model):
    """One shared instrument and the conditions of its use; its parts, if it has any, are instruments too."""

    class Operated(models.TextChoices):
        SELF = "self", _("Self-operated")
        OPERATOR = "operator", _("With the owner's operator")
        EITHER = "either", _("Either")

    owner = models.ForeignKey(Institution, models.PROTECT, related_name="equipment", verbose_name=_("owner"))
    name = models.CharField(_("name"), max_length=200)
    model = models.CharField(_("model"), max_length=120, blank=True)
    serial = models.CharField(_("serial number"), max_length=80, blank=True, db_default="")
    specification = models.TextField(_("specification"), blank=True)
    calibrated_until = models.DateField(_("calibration valid to"), null=True, blank=True)
    fee = models.CharField(_("fee"), max_length=120, blank=True)
    conditions = models.TextField(_("conditions"), blank=True)
    standards = models.TextField(_("standards and methods"), blank=True, db_default="")
    training = models.TextField(_("training needed"), blank=True, db_default="")
    operated = models.CharField(
        _("operation"), max_length=10, choices=Operated, default=Operated.EITHER, db_default=Operated.EITHER
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    photo = models.OneToOneField(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    available = models.BooleanField(_("available"), default=True)

    class Meta:
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name", "model", "serial"],
                condition=~models.Q(serial=""),
                name="equipment_serial_once",
            ),
            models.CheckConstraint(
                condition=models.Q(operated__in=["self", "operator", "either"]), name="equipment_operated_known"
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")), name="equipment_not_its_own_part"
            ),
        ]

    def __str__(self) -> str:
        return self.name
