"""The experts who visit, review and advise."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from experts import names
from experts.models.institutions import Institution
from portal.accounts.models import User
from portal.audit.history import tracked
from portal.reference.models import Region


@tracked(exclude=("name", "phone", "email", "interests_declared", "field_keys"))
class Expert(models.Model):
    """A person with a field. Whoever coaches an applicant never judges its award."""

    user = models.OneToOneField(
        User, models.PROTECT, null=True, blank=True, related_name="expert", verbose_name=_("user")
    )
    name = models.CharField(_("full name"), max_length=100)
    employer = models.ForeignKey(
        Institution, models.SET_NULL, null=True, blank=True, related_name="experts", verbose_name=_("employer")
    )
    employer_name = models.CharField(_("employer, if it is not in the pool"), max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=100, blank=True)
    fields = models.CharField(_("fields"), max_length=300, help_text=_("Separated by commas."))
    languages = models.CharField(_("languages"), max_length=100, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"))
    available = models.BooleanField(_("available"), default=True)
    availability = models.CharField(_("availability in words"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    interests_declared = models.TextField(_("declared interests"), blank=True)
    confirmed_at = models.DateTimeField(_("confirmed to be right"), null=True, blank=True)
    field_keys = models.GeneratedField(
        expression=names.parts(F("fields")), output_field=ArrayField(models.TextField()), db_persist=True
    )

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        indexes = [GinIndex(fields=["field_keys"], name="expert_fields", fastupdate=False)]

    def __str__(self) -> str:
        return self.name
