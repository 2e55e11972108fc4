"""The experts who visit, review and advise."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models.institutions import Institution
from portal.accounts.models import User
from portal.reference.models import Region


class Expert(models.Model):
    """A person with a field. Whoever coaches an applicant never judges its award."""

    user = models.OneToOneField(
        User, models.PROTECT, null=True, blank=True, related_name="expert", verbose_name=_("user")
    )
    name = models.CharField(_("full name"), max_length=100)
    employer = models.ForeignKey(
        Institution, models.SET_NULL, null=True, blank=True, related_name="experts", verbose_name=_("employer")
    )
    title = models.CharField(_("title"), max_length=100, blank=True)
    fields = models.CharField(_("fields"), max_length=300, help_text=_("Separated by commas."))
    languages = models.CharField(_("languages"), max_length=100, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"))
    available = models.BooleanField(_("available"), default=True)
    interests_declared = models.TextField(_("declared interests"), blank=True)

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")

    def __str__(self) -> str:
        return self.name
