"""Phrases that promise what nobody can: a certificate, an accreditation, a grant, an award."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PromisePhrase(models.Model):
    """One phrase that no profile, price or quote may contain; it is its own code. Width, case, spaces: ignored."""

    code = models.CharField(_("phrase"), max_length=60, primary_key=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("promise nobody may make")
        verbose_name_plural = _("promises nobody may make")

    def __str__(self) -> str:
        return self.code
