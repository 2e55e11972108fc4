"""When, for how long and by whom an instrument may be booked: rows that its owner edits."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from experts.models import Equipment, Institution
from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from portal.among import Among
from portal.audit.history import tracked

DAY_MINUTES = 24 * 60


class BookingRuleQuerySet(models.QuerySet["BookingRule"]):
    def bookable(self) -> Self:
        """Of instruments that are shared today, by owners that are in the pool."""
        return self.filter(active=True, equipment__available=True, equipment__owner__in=Institution.objects.listed())


@tracked()
class BookingRule(models.Model):
    """The rules of one instrument. Without such a row it is shown, and its owner is asked by a need."""

    equipment = models.OneToOneField(
        Equipment, models.CASCADE, related_name="booking_rule", verbose_name=_("instrument")
    )
    active = models.BooleanField(_("can be booked"), default=True)
    slot_minutes = models.PositiveSmallIntegerField(
        _("slot, minutes"), default=30, validators=[MinValueValidator(5), MaxValueValidator(DAY_MINUTES)]
    )
    longest_minutes = models.PositiveSmallIntegerField(
        _("longest booking, minutes"), default=8 * 60, validators=[MinValueValidator(5), MaxValueValidator(20_160)]
    )
    before_minutes = models.PositiveSmallIntegerField(
        _("buffer before, minutes"), default=0, validators=[MaxValueValidator(DAY_MINUTES)]
    )
    after_minutes = models.PositiveSmallIntegerField(
        _("buffer after, minutes"), default=0, validators=[MaxValueValidator(DAY_MINUTES)]
    )
    lead_hours = models.PositiveSmallIntegerField(
        _("booked at least, hours ahead"), default=2, validators=[MaxValueValidator(2160)]
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("booked at most, days ahead"), default=60, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    cancel_hours = models.PositiveSmallIntegerField(
        _("cancelled or moved at least, hours ahead"), default=24, validators=[MaxValueValidator(720)]
    )
    weekly_hours = models.PositiveSmallIntegerField(
        _("most hours per enterprise and week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
    )
    approval_needed = models.BooleanField(_("the owner approves each booking"), default=False)
    qualification_needed = models.BooleanField(_("self-operation needs a qualification"), default=False)
    across_midnight = models.BooleanField(_("may run across midnight"), default=False)
    hold_minutes = models.PositiveSmallIntegerField(
        _("held for, minutes"), default=15, validators=[MinValueValidator(1), MaxValueValidator(DAY_MINUTES)]
    )
    turn_minutes = models.PositiveSmallIntegerField(
        _("wait list: an offer stands for, minutes"),
        default=120,
        validators=[MinValueValidator(5), MaxValueValidator(2880)],
    )
    no_show_minutes = models.PositiveSmallIntegerField(
        _("nobody came after, minutes"), default=30, validators=[MinValueValidator(5), MaxValueValidator(DAY_MINUTES)]
    )
    hourly_cny = models.DecimalField(
        _("fee per hour, CNY"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = BookingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking rule")
        verbose_name_plural = _("booking rules")
        constraints = [
            models.CheckConstraint(condition=Q(slot_minutes__range=(5, DAY_MINUTES)), name="booking_rule_slot"),
            models.CheckConstraint(
                condition=Q(longest_minutes__gte=models.F("slot_minutes"), longest_minutes__lte=20_160),
                name="booking_rule_longest",
            ),
            models.CheckConstraint(
                condition=Q(weekly_hours=None) | Q(weekly_hours__range=(1, 168)), name="booking_rule_quota"
            ),
            models.CheckConstraint(
                condition=Q(horizon_days__range=(1, 730), hold_minutes__gte=1, turn_minutes__gte=5),
                name="booking_rule_times",
            ),
            models.CheckConstraint(
                condition=Q(hourly_cny=None) | Q(hourly_cny__gte=0), name="booking_rule_fee_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return str(self.equipment)

    @property
    def before(self) -> timedelta:
        return timedelta(minutes=self.before_minutes)

    @property
    def after(self) -> timedelta:
        return timedelta(minutes=self.after_minutes)

    @property
    def slot(self) -> timedelta:
        return timedelta(minutes=self.slot_minutes)


class OpeningHour(models.Model):
    """Open from ``opens`` to ``closes`` each such weekday (0 is Monday). Closing at or before opening means the next
    day, so that 00:00–00:00 is the whole day.
    """

    equipment = models.ForeignKey(Equipment, models.CASCADE, related_name="opening_hours", db_index=False)
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hour")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_hour_weekday"),
            models.UniqueConstraint(fields=["equipment", "weekday", "opens"], name="opening_hour_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"


class QualificationQuerySet(models.QuerySet["Qualification"]):
    def visible_to(self, user: User) -> Self:
        """Owners see who may use their instruments, people their own and their enterprises'."""
        if user.role == Role.PROVIDER:
            return self.filter(equipment__owner__in=Institution.objects.of(user))
        if user.role in READERS:
            return self.all()
        return self.filter(Q(user=user) | Among("enterprise_id", Enterprise.objects.of(user).values("pk")))

    def on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), withdrawn_at=None)

    def of(self, user: User | None, enterprise: Enterprise | None) -> Self:
        return self.filter(Q(user=user, user__isnull=False) | Q(enterprise=enterprise, enterprise__isnull=False))


class Qualification(models.Model):
    """A person, or the people of an enterprise, may operate the instrument themselves until that day."""

    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="qualifications")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person"))
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise")
    )
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    note = models.CharField(_("how it was shown"), max_length=200, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualification on an instrument")
        verbose_name_plural = _("qualifications on instruments")
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, enterprise__isnull=False) | Q(user__isnull=False, enterprise=None),
                name="qualification_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user or self.enterprise}: {self.equipment}"
