"""The standards that an enterprise works by, and what curators know of standards for everybody."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Replace
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.history import tracked
from services.boards.metrology import numbers
from services.boards.models import Entry, EntryQuerySet


class Status(models.TextChoices):
    CURRENT = "current", pgettext_lazy("standard", "Current")
    COMING = "coming", _("Not in force yet")
    WITHDRAWN = "withdrawn", pgettext_lazy("standard", "Withdrawn")
    UNKNOWN = "unknown", _("Not looked up")


@tracked(exclude=("news_on",))
class StandardStatus(models.Model):
    """What has become of a standard, looked up once for all enterprises. ``news_on`` is when their owners hear of it:
    the day it ends, or the day it was marked where that came later.
    """

    number = models.CharField(_("number"), max_length=60, unique=True)
    title = models.CharField(pgettext_lazy("standard", "title"), max_length=200, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=[one for one in Status.choices if one[0] != Status.UNKNOWN]
    )
    replaced_by = models.CharField(_("replaced by"), max_length=120, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200)
    checked = models.BooleanField(
        _("checked"), default=False, help_text=_("Somebody has compared it with the source; else a caution is shown.")
    )
    marked_on = models.DateField(_("marked on"), editable=False)
    news_on = models.GeneratedField(
        expression=Greatest(F("withdrawn_on"), F("marked_on")),
        output_field=models.DateField(null=True),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("status of a standard")
        verbose_name_plural = _("statuses of standards")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["current", "coming", "withdrawn"]), name="standardstatus_known"
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | Q(withdrawn_on__isnull=False),
                name="standardstatus_has_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        self.number = numbers.canonical(self.number)
        if self.status == Status.WITHDRAWN and not self.withdrawn_on:
            raise ValidationError({"withdrawn_on": _("From which day?")})


class StandardQuerySet(EntryQuerySet):
    def with_status(self) -> Self:
        """Each with what curators know of its number, and ``news_on``: when its end is news for its owner."""
        known = StandardStatus.objects.filter(number=OuterRef("number"))
        ended = known.filter(status=Status.WITHDRAWN)
        return self.annotate(
            curated_status=Subquery(known.values("status")[:1]),
            curated_replaced_by=Subquery(known.values("replaced_by")[:1]),
            news_on=Coalesce(Subquery(ended.values("news_on")[:1]), F("withdrawn_on"), output_field=models.DateField()),
        )


class StandardManager(models.Manager.from_queryset(StandardQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> StandardQuerySet:
        rows: StandardQuerySet = super().get_queryset().with_status()
        return rows


@tracked(exclude=("bare",))
class Standard(Entry):
    """A standard that an enterprise works by."""

    number = models.CharField(_("number"), max_length=60)
    title = models.CharField(pgettext_lazy("standard", "title"), max_length=200)
    product = models.CharField(_("for which product or work"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.UNKNOWN)
    replaced_by = models.CharField(_("replaced by"), max_length=120, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    bare = models.GeneratedField(
        expression=Replace(F("number"), Value(" "), Value("")),
        output_field=models.CharField(max_length=60),
        db_persist=True,
    )

    objects = StandardManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("standard in use")
        verbose_name_plural = _("standards in use")
        indexes = [models.Index(fields=["number"], name="standard_number")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "number"], condition=Q(retired_at=None), name="standard_once"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="standard_status_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(status="withdrawn"), name="standard_day_of_withdrawal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def clean(self) -> None:
        if self.withdrawn_on and self.status != Status.WITHDRAWN:
            raise ValidationError({"withdrawn_on": _("Only a withdrawn standard has such a day.")})

    def standing(self) -> str | Promise:
        """What the curators say, else what the enterprise has entered."""
        curated = getattr(self, "curated_status", None)
        return Status(curated or self.status).label

    standing.short_description = _("status")  # type: ignore[attr-defined]

    def successor(self) -> str:
        return getattr(self, "curated_replaced_by", None) or self.replaced_by

    successor.short_description = _("replaced by")  # type: ignore[attr-defined]

    @cached_property
    def curated(self) -> StandardStatus | None:
        return StandardStatus.objects.filter(number=self.number).first()

    @property
    def is_withdrawn(self) -> bool:
        return (getattr(self, "curated_status", None) or self.status) == Status.WITHDRAWN
