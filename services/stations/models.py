"""Where the centre can be met: the tree of stations and who works at each."""

from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.reference.bilingual import Bilingual
from portal.reference.models import Region


class StationQuerySet(models.QuerySet["Station"]):
    def served_by(self, user: User) -> Self:
        """Stations the user is assigned to, and everything below them."""
        own = Assignment.objects.filter(user=user).values("station_id")
        return self.filter(line__overlap=ArraySubquery(own))

    def for_online(self) -> "Station":
        """Where a case goes that came through no station: the first open centre."""
        return self.filter(active=True, parent=None).order_by("id")[:1].get()


class Station(Bilingual, models.Model):
    """Centre, base, window or post. ``line`` holds its own id and those of all stations above it."""

    class Kind(models.TextChoices):
        CENTRE = "centre", _("Centre")
        BASE = "base", _("Park base")
        WINDOW = "window", _("Window")
        POST = "post", _("Town post")

    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    line = ArrayField(models.BigIntegerField(), default=list, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"))
    address_zh = models.CharField(_("address (Chinese)"), max_length=300, blank=True)
    address_en = models.CharField(_("address (English)"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    hours = models.CharField(_("opening hours in words"), max_length=200, blank=True)
    active = models.BooleanField(_("open"), default=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        indexes = [GinIndex(fields=["line"], name="station_line")]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """One person working at one station."""

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments", verbose_name=_("user"))
    station = models.ForeignKey(Station, models.CASCADE, related_name="assignments", verbose_name=_("station"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [models.UniqueConstraint(fields=["user", "station"], name="assignment_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.station}"
