"""Bookings, and the claims by which the database keeps an instrument from being promised twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from experts.models import Equipment, Institution
from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from portal.among import Among
from portal.audit.history import tracked
from services.boards.labs.states import LIVE, TONES, BlackoutKind, BookingState, Operation
from services.cases.models import Need


def span_of(begins: datetime, ends: datetime) -> DateTimeTZRange:
    """From the one moment up to, but not with, the other."""
    return DateTimeTZRange(begins, ends, "[)")


class Series(models.Model):
    """Bookings made together, week after week."""

    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="+")
    every_weeks = models.PositiveSmallIntegerField(_("every so many weeks"), default=1)
    occurrences = models.PositiveSmallIntegerField(_("how many times"))
    skipped = models.JSONField(default=list)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("series of bookings")
        verbose_name_plural = _("series of bookings")
        constraints = [
            models.CheckConstraint(
                condition=Q(every_weeks__range=(1, 4), occurrences__range=(2, 26)), name="series_in_bounds"
            )
        ]

    def __str__(self) -> str:
        return f"{self.equipment_id} × {self.occurrences}"


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: User) -> Self:
        """Owners see the bookings of their instruments, people their own and their enterprises', the desk all."""
        if user.role == Role.PROVIDER:
            return self.filter(equipment__owner__in=Institution.objects.of(user))
        if user.role in READERS:
            return self.all()
        return self.filter(Q(booked_by=user) | Among("enterprise_id", Enterprise.objects.of(user).values("pk")))

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def within(self, begins: datetime, ends: datetime) -> Self:
        return self.filter(span__overlap=span_of(begins, ends))

    def whole(self) -> Self:
        return self.select_related("equipment__owner", "enterprise", "booked_by", "need__case", "usage", "series")


@tracked()
class Booking(models.Model):
    """One use of one instrument. ``span`` is the time of use; its claims are what it keeps from others."""

    equipment = models.ForeignKey(
        Equipment, models.PROTECT, related_name="bookings", verbose_name=_("instrument"), db_index=False
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="bookings", verbose_name=_("enterprise"), db_index=False
    )
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("booked by"), db_index=False)
    need = models.ForeignKey(
        Need, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("for the need")
    )
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="bookings")
    state = models.CharField(_("state"), max_length=12, choices=BookingState, default=BookingState.HELD)
    version = models.PositiveIntegerField(default=1)
    span = DateTimeRangeField(_("time"))
    operation = models.CharField(_("operation"), max_length=10, choices=Operation)
    purpose = models.CharField(_("purpose and samples"), max_length=500, blank=True)
    held_until = models.DateTimeField(_("held until"), null=True)
    rule_version = models.PositiveIntegerField()
    hourly_cny = models.DecimalField(_("fee per hour, CNY"), max_digits=10, decimal_places=2, null=True)
    overridden = models.JSONField(_("rules set aside"), default=list)
    override_reason = models.CharField(_("why they were set aside"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField()

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        indexes = [
            GistIndex(fields=["equipment", "span"], name="booking_calendar"),
            models.Index(fields=["enterprise", "-id"], name="booking_of_enterprise"),
            models.Index(fields=["booked_by", "-id"], name="booking_of_person"),
            models.Index(fields=["equipment", "-id"], name="booking_of_instrument"),
            models.Index(fields=["state", "held_until"], name="booking_held", condition=Q(held_until__isnull=False)),
            models.Index(fields=["id"], name="booking_confirmed", condition=Q(state="confirmed")),
            models.Index(fields=["need"], name="booking_of_need", condition=Q(need__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BookingState.values), name="booking_state_known"),
            models.CheckConstraint(condition=Q(operation__in=Operation.values), name="booking_operation_known"),
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__lower_inf=False, span__upper_inf=False), name="booking_has_span"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "requested"], held_until__isnull=False)
                | Q(~Q(state__in=["held", "requested"]), held_until=None),
                name="booking_held_ends",
            ),
            models.CheckConstraint(
                condition=Q(overridden=[], override_reason="") | ~Q(override_reason=""), name="booking_override_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("labs:booking", args=[self.pk])

    @property
    def number(self) -> str:
        return f"LB-{self.pk:06d}"

    @property
    def begins(self) -> datetime:
        return self.span.lower

    @property
    def ends(self) -> datetime:
        return self.span.upper

    @property
    def length(self) -> timedelta:
        return self.ends - self.begins

    @property
    def tone(self) -> str:
        return TONES[BookingState(self.state)]

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class BlackoutQuerySet(models.QuerySet["Blackout"]):
    def visible_to(self, user: User) -> Self:
        if user.role == Role.PROVIDER:
            return self.filter(equipment__owner__in=Institution.objects.of(user))
        return self.all() if user.role in READERS else self.none()


@tracked()
class Blackout(models.Model):
    """A time in which the instrument cannot be booked, with the reason that everybody reads."""

    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="blackouts", verbose_name=_("instrument"))
    kind = models.CharField(_("kind"), max_length=12, choices=BlackoutKind)
    span = DateTimeRangeField(_("time"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    objects = BlackoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked time")
        verbose_name_plural = _("blocked times")
        indexes = [GistIndex(fields=["equipment", "span"], name="blackout_calendar")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BlackoutKind.values), name="blackout_kind_known"),
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__lower_inf=False, span__upper_inf=False), name="blackout_has_span"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.equipment_id} {self.kind}"


class ClaimQuerySet(models.QuerySet["BookingClaim"]):
    def during(self, equipment: Sequence[int], begins: datetime | F, ends: datetime | F) -> Self:
        """What is taken of these instruments at any moment of that time: read from the first that has not ended by
        then. ``span && …`` beside several instruments reads a GiST index from end to end.
        """
        among = Among("equipment_id", equipment)
        return self.filter(among, span__endswith__gt=begins, span__startswith__lt=ends)


class BookingClaim(models.Model):
    """One instrument kept from everybody else for one time, buffers included. A booking claims its instrument and all
    parts of it: so the whole blocks its parts, a part blocks the whole, and two parts do not block each other.
    """

    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="claims", db_index=False)
    span = DateTimeRangeField()
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="claims")
    blackout = models.ForeignKey(Blackout, models.CASCADE, null=True, related_name="claims")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        indexes = [models.Index("equipment", "span__endswith", name="booking_claim_ends")]
        constraints = [
            ExclusionConstraint(
                name="booking_claim_no_overlap",
                expressions=[("equipment", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(booking=None, blackout__isnull=False) | Q(booking__isnull=False, blackout=None),
                name="booking_claim_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.equipment_id} {self.span}"


class UsageQuerySet(models.QuerySet["UsageEntry"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(booking__in=Booking.objects.visible_to(user))


class UsageEntry(models.Model):
    """What was used and what it costs: the larger of booked and used time, in whole slots, at the rate when booked."""

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="usage")
    began_at = models.DateTimeField(_("checked in"))
    began_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("checked out"), null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    condition = models.CharField(_("condition of the instrument, incidents"), max_length=500, blank=True)
    result = models.CharField(_("what was done"), max_length=500, blank=True)
    billed_minutes = models.PositiveIntegerField(_("billed, minutes"), null=True)
    amount_cny = models.DecimalField(_("amount, CNY"), max_digits=12, decimal_places=2, null=True)

    objects = UsageQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage log entry")
        verbose_name_plural = _("usage log")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, billed_minutes=None, amount_cny=None)
                | Q(ended_at__gte=models.F("began_at"), ended_by__isnull=False, billed_minutes__isnull=False),
                name="usage_ends_whole",
            )
        ]

    def __str__(self) -> str:
        return str(self.booking_id)
