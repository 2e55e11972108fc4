"""Which institution offers which service item, where, at what price; and what ties it to enterprises."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from experts.models import Institution
from portal.audit.history import tracked
from portal.reference.models import Region
from services.catalogue.models import ServiceItem
from services.clocks.models import WorkCalendar


class CapabilityQuerySet(models.QuerySet["Capability"]):
    def approved(self) -> Self:
        return self.filter(state=Capability.State.APPROVED)


@tracked()
class Capability(models.Model):
    """Institution × service item. No regions named means everywhere."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("Approved")
        PAUSED = "paused", _("Paused")
        RETIRED = "retired", _("Retired")

    class Fee(models.TextChoices):
        FREE = "free", _("Free")
        SUBSIDISED = "subsidised", _("Subsidised")
        PAID = "paid", _("Paid")

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="capabilities", verbose_name=_("institution"), db_index=False
    )
    item = models.ForeignKey(
        ServiceItem, models.PROTECT, related_name="capabilities", verbose_name=_("service item"), db_index=False
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    regions = models.ManyToManyField(Region, blank=True, verbose_name=_("regions served"))
    designated = models.BooleanField(_("designated for these regions"), default=False)
    fee = models.CharField(_("fee"), max_length=12, choices=Fee, default=Fee.PAID)
    price = models.CharField(_("price in words"), max_length=200, blank=True)
    promised_working_days = models.PositiveSmallIntegerField(_("promised working days"), null=True, blank=True)
    scope_note = models.CharField(_("scope in words"), max_length=300, blank=True)

    objects = CapabilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("capability")
        verbose_name_plural = _("capabilities")
        constraints = [models.UniqueConstraint(fields=["institution", "item"], name="capability_once")]
        indexes = [models.Index(fields=["item", "state"], name="capability_of_item")]

    def __str__(self) -> str:
        return f"{self.institution} · {self.item}"


class Relationship(models.Model):
    """A tie between institution and enterprise known from outside the portal, which can make a conflict of interest."""

    class Kind(models.TextChoices):
        CONSULTED = "consulted", _("Consulted it")
        CERTIFIED = "certified", _("Certified it")
        TESTED = "tested", _("Tested for it")
        OWNED = "owned", _("Same owner")

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="relationships", verbose_name=_("institution")
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="relationships", verbose_name=_("enterprise")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")

    def __str__(self) -> str:
        return f"{self.institution} · {self.get_kind_display()} · {self.enterprise}"


@tracked()
class ProviderCalendar(models.Model):
    """When an institution works, if not by the default calendar; what it owes is counted in it."""

    institution = models.OneToOneField(
        Institution, models.CASCADE, related_name="work_calendar", verbose_name=_("institution")
    )
    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, related_name="+", verbose_name=_("working calendar"))

    class Meta:
        verbose_name = _("institution's calendar")
        verbose_name_plural = _("institutions' calendars")

    def __str__(self) -> str:
        return f"{self.institution} · {self.calendar}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def not_over(self, day: date) -> Self:
        return self.filter(ends_on__gte=day)


@tracked()
class Absence(models.Model):
    """From one day to another, both included, an institution takes no work on: holidays, a move, an audit."""

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="absences", verbose_name=_("institution"), db_index=False
    )
    begins_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        indexes = [models.Index(fields=["institution", "ends_on"], name="absence_of_institution")]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("begins_on")), name="absence_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.begins_on} – {self.ends_on}"
