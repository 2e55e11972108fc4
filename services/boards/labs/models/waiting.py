"""Who waits for a time that is taken; and the links under which calendars are subscribed."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from experts.models import Equipment, Institution
from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from portal.among import Among
from services.boards.labs.models.bookings import Booking
from services.boards.labs.states import Operation, PlaceState
from services.cases.models import Need


class WaitingPlaceQuerySet(models.QuerySet["WaitingPlace"]):
    def visible_to(self, user: User) -> Self:
        if user.role == Role.PROVIDER:
            return self.filter(equipment__owner__in=Institution.objects.of(user))
        if user.role in READERS:
            return self.all()
        return self.filter(Q(user=user) | Among("enterprise_id", Enterprise.objects.of(user).values("pk")))

    def waiting(self) -> Self:
        return self.filter(state=PlaceState.WAITING).order_by("pk")

    def kept(self) -> Self:
        """With the time that each would keep from others: ``kept_from`` and ``kept_until``, buffers included."""
        rule, minute = "equipment__booking_rule", Value(timedelta(minutes=1))
        return self.alias(
            kept_from=_moment(F("span__startswith") - F(f"{rule}__before_minutes") * minute),
            kept_until=_moment(F("span__endswith") + F(f"{rule}__after_minutes") * minute),
        )


def _moment(reckoned: CombinedExpression) -> ExpressionWrapper:
    return ExpressionWrapper(reckoned, models.DateTimeField())


class WaitingPlace(models.Model):
    """A time that somebody would take if it came free. The first who came is asked first, by a booking that is held."""

    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="waiting", verbose_name=_("instrument"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, models.PROTECT, null=True, related_name="+")
    span = DateTimeRangeField(_("time"))
    operation = models.CharField(_("operation"), max_length=10, choices=Operation)
    purpose = models.CharField(_("purpose and samples"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=PlaceState, default=PlaceState.WAITING)
    booking = models.OneToOneField(Booking, models.PROTECT, null=True, related_name="place")
    joined_at = models.DateTimeField()

    objects = WaitingPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place on the wait list")
        verbose_name_plural = _("wait list")
        indexes = [models.Index(fields=["equipment", "id"], name="place_waiting", condition=Q(state="waiting"))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlaceState.values), name="place_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["offered", "taken", "lapsed"], booking__isnull=False)
                | Q(state__in=["waiting", "passed"], booking=None)
                | Q(state="left"),
                name="place_offered_has_booking",
            ),
            models.UniqueConstraint(
                fields=["equipment", "user", "span"], condition=Q(state="waiting"), name="place_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.equipment_id} {self.state}"

    @property
    def begins(self) -> datetime:
        return self.span.lower

    @property
    def ends(self) -> datetime:
        return self.span.upper


class Feed(models.Model):
    """A calendar that may be subscribed under a signed link; renewing it closes the link that was given out."""

    user = models.OneToOneField(User, models.CASCADE, null=True, related_name="+")
    equipment = models.OneToOneField(Equipment, models.CASCADE, null=True, related_name="+")
    serial = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, equipment__isnull=False) | Q(user__isnull=False, equipment=None),
                name="feed_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"feed {self.pk}-{self.serial}"
