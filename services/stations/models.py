"""Where the centre can be met: the tree of stations and who works at each."""

from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import READERS
from portal.kept import kept
from portal.reference.bilingual import Bilingual
from portal.reference.models import Region
from services.clocks.models import WorkCalendar


class StationQuerySet(models.QuerySet["Station"]):
    def served_by(self, user: User) -> Self:
        """Stations the user is assigned to, and everything below them."""
        own = Assignment.objects.filter(user=user).values("station_id")
        return self.filter(line__overlap=ArraySubquery(own))

    def near(self, user: User, chosen: int | None = None) -> Self:
        """What a list of stations shows at once, however many there are below: those where the user works, the
        chosen one, and the ones right under these.
        """
        here = models.Q(pk__in=Assignment.objects.filter(user=user).values("station_id"))
        under = models.Q(parent__in=Assignment.objects.filter(user=user).values("station_id"))
        if chosen is not None:
            here, under = here | models.Q(pk=chosen), under | models.Q(parent=chosen)
        return self.served_by(user).filter(here | under)


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
    calendar = models.ForeignKey(
        WorkCalendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("working calendar"),
        help_text=_("Without one of its own, the default calendar counts."),
    )
    operator = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("run by"),
        help_text=_("An institution of the pool that runs this place; offers to it need a second signature."),
    )
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

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments", verbose_name=_("user"), db_index=False)
    station = models.ForeignKey(Station, models.CASCADE, related_name="assignments", verbose_name=_("station"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [models.UniqueConstraint(fields=["user", "station"], name="assignment_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.station}"


def online_station() -> Station:
    """Where a case goes that came through no station: the first open centre."""
    for centre in _open_centres():
        return centre
    raise Station.DoesNotExist


@kept
def _open_centres() -> StationQuerySet:
    return Station.objects.filter(active=True, parent=None).order_by("id")[:1]


@kept
def _not_served(*, user: User) -> models.QuerySet[Any]:
    """One that is part of no other."""
    return Station.objects.filter(parent=None).exclude(assignments__user=user).values_list("pk")[:1]


def reads_all(user: User) -> bool:
    """Whether a reader works at every station that is part of no other, so that there is none they do not serve. Asked
    once for each object.
    """
    if user.role not in READERS:
        return False
    if not hasattr(user, "reads_all"):
        user.reads_all = not _not_served(user=user)  # type: ignore[attr-defined]
    return user.reads_all  # type: ignore[attr-defined]
