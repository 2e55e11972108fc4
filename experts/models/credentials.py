"""What institutions are qualified for: kinds of credential, the credentials held, and their scope."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from experts.models.institutions import Institution
from portal.audit.history import tracked
from portal.reference.bilingual import Bilingual


class CredentialType(Bilingual, models.Model):
    """A kind of approval, accreditation, licence or listing. ``NONE`` says that somebody decided none is needed."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=160)
    number_pattern = models.CharField(_("pattern of the number"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("credential type")
        verbose_name_plural = _("credential types")

    def __str__(self) -> str:
        return self.name


class CredentialQuerySet(models.QuerySet["Credential"]):
    def in_force(self, day: date) -> Self:
        """Valid on that day: checked, begun, not over and not suspended or withdrawn."""
        return self.filter(
            models.Q(valid_to=None) | models.Q(valid_to__gte=day),
            state=Credential.State.VALID,
            valid_from__lte=day,
        )


@tracked()
class Credential(models.Model):
    """One credential of one institution. A renewal is a new row, so that any past day can be answered for."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("Claimed")
        CHECKED = "checked", _("Checked")
        VALID = "valid", _("Valid")
        SUSPENDED = "suspended", _("Suspended")
        WITHDRAWN = "withdrawn", pgettext_lazy("credential", "Withdrawn")

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="credentials", verbose_name=_("institution")
    )
    type = models.ForeignKey(CredentialType, models.PROTECT, verbose_name=_("type"))
    number = models.CharField(_("number"), max_length=80)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.CLAIMED)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        indexes = [models.Index(fields=["institution", "type", "state"], name="credential_lookup")]
        constraints = [
            models.UniqueConstraint(fields=["institution", "type", "number", "valid_from"], name="credential_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="credential_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.number}"


class CredentialScope(models.Model):
    """One line of a scope annex: what object or product, which parameter, by which method, in what range."""

    credential = models.ForeignKey(Credential, models.CASCADE, related_name="scope", verbose_name=_("credential"))
    object = models.CharField(_("object or product"), max_length=200)
    parameter = models.CharField(_("parameter"), max_length=200, blank=True)
    method = models.CharField(_("method or standard"), max_length=200, blank=True)
    range = models.CharField(_("range"), max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("scope row")
        verbose_name_plural = _("scope rows")

    def __str__(self) -> str:
        return " · ".join(part for part in (self.object, self.parameter, self.method, self.range) if part)
