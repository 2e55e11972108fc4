"""Rules that say who is reminded of a promise, when and how; the mark that it was done; and the promises themselves."""

import uuid
from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case as Sql
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.models import User
from portal.accounts.roles import DESK, Role
from portal.audit.history import tracked
from portal.notices.models import Channel
from services.cases.models import Case, Need, Referral
from services.catalogue.models import Board
from services.chasers.audiences import RIGHTS, Audience
from services.clocks.models import ClockSegment
from services.clocks.names import clock_name
from services.stations.models import Station

FURTHEST_DAYS, FURTHEST_MINUTES = 60, 10_000


class Level(models.TextChoices):
    REMINDER = "reminder", _("Reminder")
    ESCALATION_1 = "escalation_1", _("First escalation")
    ESCALATION_2 = "escalation_2", _("Second escalation")


class ChaserRuleQuerySet(models.QuerySet["ChaserRule"]):
    def active(self) -> Self:
        return self.filter(active=True)


@tracked()
class ChaserRule(models.Model):
    """Once a clock is this far from its due instant, in the working time of its calendar, somebody is told."""

    class Unit(models.TextChoices):
        MINUTES = "minutes", _("working minutes")
        WORKING_DAYS = "working_days", _("working days")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    clock = models.CharField(_("clock"), max_length=40)
    amount = models.DecimalField(
        _("distance"), max_digits=7, decimal_places=2, help_text=_("Below zero before it is due, above zero after.")
    )
    unit = models.CharField(_("unit"), max_length=15, choices=Unit, default=Unit.WORKING_DAYS)
    audience = models.CharField(_("who is told"), max_length=20, choices=Audience)
    level = models.CharField(_("level"), max_length=15, choices=Level, default=Level.REMINDER)
    channel = models.CharField(pgettext_lazy("way", "by"), max_length=4, choices=Channel, default=Channel.MAIL)
    active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ChaserRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("chaser")
        verbose_name_plural = _("chasers")
        constraints = [
            models.UniqueConstraint(fields=["clock", "amount", "unit", "audience"], name="chaser_once"),
            models.CheckConstraint(condition=Q(level="reminder") | Q(amount__gte=0), name="chaser_escalates_when_due"),
            models.CheckConstraint(
                condition=Q(unit="minutes", amount__range=(-FURTHEST_MINUTES, FURTHEST_MINUTES))
                | Q(unit="working_days", amount__range=(-FURTHEST_DAYS, FURTHEST_DAYS)),
                name="chaser_distance",
            ),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="chaser_audience_known"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_name}: {self.amount.normalize():f} {self.get_unit_display()}"

    def clean(self) -> None:
        if self.level != Level.REMINDER and self.amount is not None and self.amount < 0:
            raise ValidationError({"level": _("Nothing is escalated before it is due.")})

    @property
    def clock_name(self) -> str:
        return clock_name(self.clock)

    @property
    def actor(self) -> str:
        """How the timeline names the rule."""
        return f"chasers.{self.code}/{self.version}"

    def minutes(self, working_day_minutes: int) -> int:
        """The distance in working minutes of a calendar with days of that length."""
        length = working_day_minutes if self.unit == self.Unit.WORKING_DAYS else 1
        return int((self.amount * length).to_integral_value("ROUND_HALF_UP"))


class Chase(models.Model):
    """The mark that a rule was applied to one counting of one clock: pauses and other policies do not ask again.

    Its id is given before it is written, so that of two who write the same mark each knows whose it is. ``meant_for``
    and ``reached`` differ where an audience had nobody and the next level was told; ``reached`` is empty where nobody
    was found at all.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.ForeignKey(ChaserRule, models.PROTECT, related_name="chases", verbose_name=_("chaser"))
    rule_version = models.PositiveIntegerField()
    subject_kind = models.CharField(max_length=12, choices=ClockSegment.Subject)
    subject_id = models.PositiveBigIntegerField()
    begun_at = models.DateTimeField(_("counted from"))
    due_at = models.DateTimeField(_("due"))
    meant_for = models.CharField(_("meant for"), max_length=20, choices=Audience)
    reached = models.CharField(_("told"), max_length=20, choices=Audience, blank=True)
    told = models.PositiveSmallIntegerField(_("people"), default=0)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("chase")
        verbose_name_plural = _("chases")
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "begun_at", "rule"], name="chase_once"),
            models.CheckConstraint(condition=Q(reached="", told=0) | ~Q(reached=""), name="chase_told_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}: {self.rule_id}"

    @property
    def went_elsewhere(self) -> bool:
        """Whether somebody else than the audience of the rule was told."""
        return self.reached != self.meant_for


class PromiseQuerySet(models.QuerySet["Promise"]):
    def running(self) -> Self:
        return self.filter(ended_at=None, kind=ClockSegment.Kind.RUN)

    def located(self) -> Self:
        """With ``need_ref`` and ``case_ref``: where the subject belongs; None for what is about no case."""
        needs = Need.objects.filter(pk=OuterRef("subject_id"))
        referrals = Referral.objects.filter(pk=OuterRef("subject_id"))
        return self.annotate(
            need_ref=Sql(
                When(subject_kind="need", then=F("subject_id")),
                When(subject_kind="referral", then=Subquery(referrals.values("need_id"))),
                output_field=models.BigIntegerField(),
            ),
            case_ref=Sql(
                When(subject_kind="case", then=F("subject_id")),
                When(subject_kind="need", then=Subquery(needs.values("case_id"))),
                When(subject_kind="referral", then=Subquery(referrals.values("case_id"))),
                output_field=models.BigIntegerField(),
            ),
        )

    def visible_to(self, user: User) -> Self:
        """Leads see the promises of their stations, a specialist those of their own cases; nobody else sees any."""
        if user.role not in DESK:
            return self.none()
        cases = Case.objects.visible_to(user)
        own = cases.filter(owner=user) if user.role == Role.SPECIALIST else cases
        return self.located().filter(case_ref__in=own.values("pk"))

    def owed_before(self, moment: datetime) -> Self:
        """What somebody has to do before the moment; what somebody only may do is not owed."""
        return self.running().exclude(clock__in=RIGHTS).filter(due_at__lt=moment)

    def on_board(self, board: Board) -> Self:
        return self.filter(Exists(Need.objects.filter(pk=OuterRef("need_ref"), board=board)))

    def at_station(self, station: Station) -> Self:
        return self.filter(Exists(Case.objects.filter(pk=OuterRef("case_ref"), station=station)))

    def by_station(self) -> dict[int, int]:
        """How many there are at each station."""
        stations = Case.objects.filter(pk=OuterRef("case_ref")).values("station_id")
        rows = self.annotate(station=Subquery(stations)).values("station").annotate(promises=Count("pk"))
        return dict(rows.values_list("station", "promises"))


class Promise(ClockSegment):
    """A clock that runs, as something that somebody owes."""

    objects = PromiseQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = _("promise")
        verbose_name_plural = _("promises")

    @property
    def clock_name(self) -> str:
        return clock_name(self.clock)
