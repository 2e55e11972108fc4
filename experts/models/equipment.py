"""Instruments that their owners share."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models.institutions import Institution


class Equipment(models.Model):
    """One shared instrument and the conditions of its use."""

    owner = models.ForeignKey(Institution, models.PROTECT, related_name="equipment", verbose_name=_("owner"))
    name = models.CharField(_("name"), max_length=200)
    model = models.CharField(_("model"), max_length=120, blank=True)
    specification = models.TextField(_("specification"), blank=True)
    calibrated_until = models.DateField(_("calibration valid to"), null=True, blank=True)
    fee = models.CharField(_("fee"), max_length=120, blank=True)
    conditions = models.TextField(_("conditions"), blank=True)
    available = models.BooleanField(_("available"), default=True)

    class Meta:
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")

    def __str__(self) -> str:
        return self.name
