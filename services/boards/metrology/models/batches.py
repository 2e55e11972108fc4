"""What was ordered at once for several instruments, on site or sent in."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from services.boards.metrology.models.instruments import Instrument
from services.cases.models import Case, Result
from services.cases.states import CASE_OPEN


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))


class Batch(models.Model):
    """One case for several instruments: where and when they can be had."""

    class Place(models.TextChoices):
        """The keys are those of the question in the catalogue."""

        ON_SITE = "on_site", _("On site")
        SEND_IN = "send_in", _("Sent in")
        EITHER = "either", _("Either")

    case = models.OneToOneField(Case, models.PROTECT, related_name="batch", verbose_name=_("case"))
    place = models.CharField(_("sent in or on site"), max_length=10, choices=Place)
    address = models.CharField(_("where the instruments are"), max_length=200, blank=True)
    from_on = models.DateField(_("can be had from"), null=True, blank=True)
    until_on = models.DateField(_("can be had until"), null=True, blank=True)
    access = models.CharField(_("safety and access on site"), max_length=500, blank=True)
    ordered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("ordered by"))
    ordered_at = models.DateTimeField(_("ordered"))

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of instruments")
        verbose_name_plural = _("batches of instruments")
        constraints = [
            models.CheckConstraint(condition=Q(place__in=["on_site", "send_in", "either"]), name="batch_place_known"),
            models.CheckConstraint(condition=~Q(place="on_site") | ~Q(address=""), name="batch_on_site_has_address"),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(until_on__gte=F("from_on")), name="batch_days"
            ),
        ]

    def __str__(self) -> str:
        return str(self.case)

    def get_absolute_url(self) -> str:
        return reverse("metrology:batch", args=[self.pk])


class BatchLineQuerySet(models.QuerySet["BatchLine"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(batch__in=Batch.objects.visible_to(user))

    def open(self) -> Self:
        """Nothing has come for them yet, and something still may."""
        return self.filter(done_at=None, batch__case__state__in=CASE_OPEN)


class BatchLine(models.Model):
    """One instrument of a batch, and the result that answered for it."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="lines", verbose_name=_("batch"), db_index=False)
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="batch_lines", verbose_name=_("measuring instrument")
    )
    result = models.ForeignKey(Result, models.PROTECT, null=True, related_name="+", verbose_name=_("result"))
    done_at = models.DateTimeField(_("done"), null=True)

    objects = BatchLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("instrument of a batch")
        verbose_name_plural = _("instruments of a batch")
        constraints = [
            models.UniqueConstraint(fields=["batch", "instrument"], name="batchline_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, result=None) | Q(done_at__isnull=False, result__isnull=False),
                name="batchline_done_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.instrument_id}"
