from typing import Self

from django.db import models
from django.db.models import Q

from portal.accounts.models import User
from portal.audit.history import tracked
from services.boards.models import Entry


@tracked()
class Meter(Entry):
    """An energy meter that is read once in a while."""

    class Kind(models.TextChoices):
        POWER = "power", "Power"
        GAS = "gas", "Gas"

    name = models.CharField("meter", max_length=80)
    kind = models.CharField("kind", max_length=10, choices=Kind, default=Kind.POWER)
    read_on = models.DateField("next reading", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "name"], condition=Q(retired_at=None), name="meter_once")
        ]

    def __str__(self) -> str:
        return self.name


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(meter__in=Meter.objects.visible_to(user))


class Reading(models.Model):
    """What a meter showed on one day: it hangs on its meter."""

    meter = models.ForeignKey(Meter, models.PROTECT, related_name="readings", verbose_name="meter")
    on = models.DateField("day")
    shown = models.DecimalField("shown", max_digits=12, decimal_places=2)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meter", "on"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.meter_id} {self.on}"
