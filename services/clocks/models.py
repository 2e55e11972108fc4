"""Working calendars, the promised times, and the segments in which each clock ran or stood still."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.audit.history import tracked
from portal.reference.bilingual import Bilingual
from services.clocks import reading
from services.clocks.calendar import DAY, Calendar, Override, Window, ordered
from services.clocks.faults import ClockFault
from services.clocks.names import clock_name
from services.clocks.wording import explained

_BUILT: dict[int, tuple[int, Calendar]] = {}  # the last published version of each calendar, in this process


@tracked()
class WorkCalendar(Bilingual, models.Model):
    """When somebody works: weekly windows, and :class:`CalendarDay` rows that open or close single dates.

    ``version`` rises with each publication; only a published state reaches the clocks.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True)
    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    weekly = models.JSONField(_("weekly windows"), default=dict)
    working_day_minutes = models.PositiveSmallIntegerField(_("minutes of a working day"), default=420)
    is_default = models.BooleanField(_("used where no other is named"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    source = models.CharField(_("source"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        constraints: ClassVar = [
            models.UniqueConstraint("is_default", condition=Q(is_default=True), name="calendar_one_default"),
            models.CheckConstraint(
                condition=Q(working_day_minutes__gte=1, working_day_minutes__lte=DAY), name="calendar_day_length"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="calendar_version"),
        ]

    def clean(self) -> None:
        try:
            reading.calendar({"timezone": self.timezone, "weekly": self.weekly})
        except ClockFault as fault:
            raise ValidationError({"weekly": explained(fault)}) from fault

    def as_calendar(self) -> Calendar:
        """The arithmetic of this version, built once per process.

        :raises BadCalendar: when the rows make no calendar
        """
        held = _BUILT.get(self.pk)
        if held is None or held[0] != self.version:
            held = _BUILT[self.pk] = (self.version, self.built(self.days.all()))
        return held[1]

    @classmethod
    def known(cls, pk: int, version: int) -> Calendar:
        """The arithmetic of a version, without a query where this process has built it already."""
        held = _BUILT.get(pk)
        return held[1] if held and held[0] == version else cls.objects.get(pk=pk).as_calendar()

    def usual_day(self) -> tuple[Window, ...]:
        """The windows of the first weekday that has any: what a make-up working day opens."""
        return next((windows for windows in reading.weekly(self.weekly) if windows), ())

    def built(self, days: Iterable[CalendarDay]) -> Calendar:
        """A calendar of these windows and the given days, published or not."""
        overrides = {day.date: Override(reading.windows(day.windows), day.reason) for day in days}
        return Calendar(self.timezone, reading.weekly(self.weekly), overrides, self.working_day_minutes)


@tracked()
class CalendarDay(models.Model):
    """What one date does instead of its weekday. No windows: closed."""

    calendar = models.ForeignKey(
        WorkCalendar, models.CASCADE, related_name="days", verbose_name=_("calendar"), db_index=False
    )
    date = models.DateField(_("date"))
    windows = models.JSONField(_("windows"), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    estimated = models.BooleanField(_("estimated: not yet in a notice"), default=False)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "date"], name="calendar_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.reason}".rstrip()

    def clean(self) -> None:
        try:
            ordered(reading.windows(self.windows))
        except ClockFault as fault:
            raise ValidationError({"windows": explained(fault)}) from fault


class PolicyQuerySet(models.QuerySet["ClockPolicy"]):
    def fitting(self, clock: str, *, urgency: str, board: str = "", item: str = "") -> Self:
        """Policies that apply, the most particular first: item, then board, then urgency. Blank fits everything."""
        return self.filter(clock=clock, item__in={"", item}, board__in={"", board}, urgency__in={"", urgency}).order_by(
            "-item", "-board", "-urgency"
        )


@tracked()
class ClockPolicy(models.Model):
    """How long a clock may run; blank board, item or urgency mean any."""

    class Unit(models.TextChoices):
        MINUTES = "minutes", _("working minutes")
        WORKING_DAYS = "working_days", _("working days")
        CALENDAR_DAYS = "calendar_days", _("calendar days")

    clock = models.CharField(_("clock"), max_length=40)
    board = models.CharField(_("board"), max_length=10, blank=True)
    item = models.CharField(_("service item"), max_length=20, blank=True)
    urgency = models.CharField(_("urgency"), max_length=10, blank=True)
    amount = models.DecimalField(_("limit"), max_digits=7, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=15, choices=Unit, default=Unit.WORKING_DAYS)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    running_from = models.PositiveIntegerField(_("applies to clocks since version"), default=1, editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("promised time")
        verbose_name_plural = _("promised times")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock", "board", "item", "urgency"], name="policy_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="policy_amount"),
            models.CheckConstraint(condition=Q(running_from__lte=F("version")), name="policy_versions"),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.amount.normalize():f} {self.get_unit_display()}"

    @property
    def about(self) -> str:
        """Which clock it limits, and where."""
        return " · ".join(part for part in (clock_name(self.clock), self.board, self.item, self.urgency) if part)


class TsTzRange(models.Func):
    """Started to ended, the end excluded; without an end it stays open."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class SegmentQuerySet(models.QuerySet["ClockSegment"]):
    def of(self, subject_kind: str, subject_id: int, clock: str = "") -> Self:
        """Segments of one subject, of one of its clocks if it is named."""
        found = self.filter(subject_kind=subject_kind, subject_id=subject_id)
        return found.filter(clock=clock) if clock else found

    def open(self) -> Self:
        return self.filter(ended_at=None)

    def overdue(self, now: datetime) -> Self:
        """Clocks that run and should have been stopped by now."""
        return self.open().filter(due_at__lt=now)

    def stale(self) -> Self:
        """Clocks whose calendar or policy has changed, for running clocks as well, since they were reckoned."""
        return self.open().filter(
            Q(calendar_version__lt=F("calendar__version")) | Q(policy_version__lt=F("policy__running_from"))
        )


class ClockSegment(models.Model):
    """A run or a pause of one named clock on a case, need or referral, an application to the pool or an appeal about
    a standing.

    Segments of one counting share ``begun_at`` and follow one another without a gap. The open one says what holds now:
    budget, calendar and, while it runs, ``due_at``. Once a clock is stopped, its rows stay as they are.
    """

    class Subject(models.TextChoices):
        CASE = "case", _("case")
        NEED = "need", _("need")
        REFERRAL = "referral", _("referral")
        APPLICATION = "application", _("application")
        STANDING = "standing", _("appeal about a standing")

    class Kind(models.TextChoices):
        RUN = "run", _("running")
        PAUSE = "pause", _("paused")

    subject_kind = models.CharField(max_length=20, choices=Subject)
    subject_id = models.PositiveBigIntegerField()
    clock = models.CharField(_("clock"), max_length=40)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    begun_at = models.DateTimeField(_("counted from"))
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.CharField(_("set by"), max_length=120, blank=True)
    budget_minutes = models.PositiveIntegerField(_("limit in minutes"), null=True)
    round_the_clock = models.BooleanField(_("in calendar days"), default=False)
    due_at = models.DateTimeField(_("due"), null=True)
    calendar = models.ForeignKey(WorkCalendar, models.PROTECT, related_name="+", verbose_name=_("calendar"))
    calendar_version = models.PositiveIntegerField()
    policy = models.ForeignKey(
        ClockPolicy, models.PROTECT, null=True, related_name="+", verbose_name=_("promised time")
    )
    policy_version = models.PositiveIntegerField(null=True)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock segment")
        verbose_name_plural = _("clock segments")
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id", "clock", "started_at"], name="segment_subject"),
            models.Index(fields=["clock", "due_at"], condition=Q(ended_at=None, kind="run"), name="segment_due"),
            models.Index(fields=["calendar"], condition=Q(ended_at=None), name="segment_calendar"),
            models.Index(fields=["policy"], condition=Q(ended_at=None), name="segment_policy"),
        ]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="segment_no_overlap",
                expressions=[
                    ("subject_kind", RangeOperators.EQUAL),
                    ("subject_id", RangeOperators.EQUAL),
                    ("clock", RangeOperators.EQUAL),
                    (TsTzRange("started_at", "ended_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "clock"], condition=Q(ended_at=None), name="segment_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="segment_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(started_at__gte=F("begun_at")), name="segment_within_counting"),
            models.CheckConstraint(condition=Q(kind__in=["run", "pause"]), name="segment_kind"),
            models.CheckConstraint(
                condition=Q(subject_kind__in=["case", "need", "referral", "application", "standing"]),
                name="segment_subject_kind",
            ),
            models.CheckConstraint(condition=Q(kind="run") | Q(due_at=None), name="segment_pause_has_no_due"),
            models.CheckConstraint(
                condition=Q(policy=None, policy_version=None) | Q(policy__isnull=False, policy_version__isnull=False),
                name="segment_policy_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} {self.clock}: {self.kind}"

    def as_calendar(self) -> Calendar:
        """The calendar this clock counts in."""
        return Calendar.round_the_clock(self.calendar.timezone) if self.round_the_clock else self.calendar.as_calendar()


def budget_of(amount: Decimal, unit: str, working_day_minutes: int) -> tuple[int, bool]:
    """A limit in whole minutes, and whether they are counted round the clock."""
    lengths = {ClockPolicy.Unit.WORKING_DAYS: working_day_minutes, ClockPolicy.Unit.CALENDAR_DAYS: DAY}
    minutes = amount * lengths.get(ClockPolicy.Unit(unit), 1)
    return int(minutes.to_integral_value("ROUND_HALF_UP")), unit == ClockPolicy.Unit.CALENDAR_DAYS
