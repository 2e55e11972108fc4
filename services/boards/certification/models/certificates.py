"""Certificates that an enterprise holds."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.history import tracked
from services.boards.certification import numbers
from services.boards.models import Entry


@tracked()
class Certificate(Entry):
    """One certificate of a management system, a product or a service, or an accreditation or approval."""

    class Scheme(models.TextChoices):
        QMS = "qms", _("Quality management system")
        EMS = "ems", _("Environmental management system")
        OHS = "ohs", _("Occupational health and safety management system")
        FOOD = "food", _("Food safety management system or HACCP")
        ENERGY = "energy", _("Energy management system")
        INFORMATION = "information", _("Information security management system")
        SYSTEM = "system", _("Another management system")
        CCC = "ccc", _("China Compulsory Certification")
        PRODUCT = "product", _("Voluntary product certification")
        SERVICE = "service", _("Service certification")
        CNAS = "cnas", _("CNAS laboratory accreditation")
        CMA = "cma", _("CMA mandatory approval")
        OTHER = "other", pgettext_lazy("scheme", "Other")

    class State(models.TextChoices):
        VALID = "valid", pgettext_lazy("certificate", "Valid")
        SUSPENDED = "suspended", pgettext_lazy("certificate", "Suspended")
        WITHDRAWN = "withdrawn", pgettext_lazy("certificate", "Withdrawn or cancelled")

    scheme = models.CharField(_("scheme"), max_length=20, choices=Scheme, default=Scheme.QMS)
    number = models.CharField(_("certificate number"), max_length=100)
    scope = models.TextField(_("scope"), max_length=2000, blank=True)
    body = models.CharField(_("certification body"), max_length=120, help_text=_("The body that issued it."))
    sites = models.CharField(_("sites"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.VALID)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    last_surveillance_on = models.DateField(_("last surveillance"), null=True, blank=True)
    surveillance_on = models.DateField(_("next surveillance"), null=True, blank=True)

    class Meta:
        verbose_name = _("certificate held")
        verbose_name_plural = _("certificates held")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "number"], condition=Q(retired_at=None), name="certificate_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["valid", "suspended", "withdrawn"]), name="certificate_state_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(issued_on=None) | Q(valid_to__gt=F("issued_on")),
                name="certificate_ends_after_issue",
            ),
            models.CheckConstraint(
                condition=Q(surveillance_on=None)
                | Q(last_surveillance_on=None)
                | Q(surveillance_on__gt=F("last_surveillance_on")),
                name="certificate_surveillance_after_last",
            ),
            models.CheckConstraint(
                condition=Q(surveillance_on=None) | Q(valid_to=None) | Q(surveillance_on__lte=F("valid_to")),
                name="certificate_surveillance_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.number}"

    def clean(self) -> None:
        errors = {}
        if self.valid_to and self.issued_on and self.valid_to <= self.issued_on:
            errors["valid_to"] = _("It ends after the day it was issued.")
        if self.surveillance_on and self.valid_to and self.surveillance_on > self.valid_to:
            errors["surveillance_on"] = _("Surveillance takes place while the certificate is valid.")
        elif self.surveillance_on and self.last_surveillance_on and self.surveillance_on <= self.last_surveillance_on:
            errors["surveillance_on"] = _("The next surveillance comes after the last one.")
        if errors:
            raise ValidationError(errors)

    @property
    def doubt(self) -> str | Promise:
        """Why the number may have been mistyped; "" where it has a form that is known, or none is known."""
        return numbers.doubt(self.scheme, self.number)
