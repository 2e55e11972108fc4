"""Rights, the statutory deadlines that count from their days, and the cases that were ordered because of them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from portal.accounts.models import User
from portal.audit.history import tracked
from portal.reference.bilingual import Bilingual, in_language
from services.boards.ip import faults, reckoning
from services.boards.ip.states import RightState
from services.boards.models import Entry
from services.cases.models import Case, Result
from services.catalogue.models import ServiceItem


class Kind(models.TextChoices):
    INVENTION = "invention", _("Invention patent")
    UTILITY_MODEL = "utility_model", _("Utility model patent")
    DESIGN = "design", _("Design patent")
    TRADEMARK = "trademark", _("Trademark")
    COPYRIGHT = "copyright", _("Copyright")
    GI = "gi", _("Geographical indication")


PATENTS = frozenset({Kind.INVENTION, Kind.UTILITY_MODEL, Kind.DESIGN})
CLASSES = range(1, 46)
A_YEAR = timedelta(days=365)


@tracked(exclude=("owners",))
class Right(Entry):
    """A patent, trademark, copyright or geographical indication. ``owners`` may be people, so no history keeps them."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    number = models.CharField(
        _("number"),
        max_length=60,
        help_text=_("As the office gave it: 201310699744.2 for a patent, 12345678 for a trademark."),
    )
    title = models.CharField(pgettext_lazy("a right", "name"), max_length=200)
    owners = models.CharField(
        _("owners"), max_length=300, blank=True, help_text=_("As on the certificate, divided by commas.")
    )
    classes = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("classes"), default=list, blank=True, size=len(CLASSES)
    )
    state = models.CharField(_("state"), max_length=10, choices=RightState, default=RightState.PENDING)
    filed_on = models.DateField(_("filed on"), null=True, blank=True)
    priority_on = models.DateField(_("priority day"), null=True, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    granted_on = models.DateField(_("granted or registered on"), null=True, blank=True)
    notified_on = models.DateField(
        _("official notice received on"),
        null=True,
        blank=True,
        help_text=_("Of the notice that waits for an answer: of a grant to be registered, or of a refusal."),
    )

    class Meta:
        verbose_name = _("right")
        verbose_name_plural = _("rights")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enterprise", "kind", "number"], condition=Q(retired_at=None), name="right_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="right_kind_known"),
            models.CheckConstraint(condition=Q(state__in=RightState.values), name="right_state_known"),
            models.CheckConstraint(
                condition=Q(priority_on=None) | Q(filed_on=None) | Q(priority_on__lte=F("filed_on")),
                name="right_priority_before_filing",
            ),
            models.CheckConstraint(
                condition=Q(granted_on=None) | Q(filed_on=None) | Q(granted_on__gte=F("filed_on")),
                name="right_granted_after_filing",
            ),
            models.CheckConstraint(
                condition=Q(published_on=None) | Q(filed_on=None) | Q(published_on__gte=F("filed_on")),
                name="right_published_after_filing",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["enterprise", "kind", "state"], name="right_portfolio")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        errors = faults.of_number(self.kind, self.number) | faults.of_days(self)
        if self.kind == Kind.TRADEMARK and not self.classes:
            errors["classes"] = _("Name the classes of the trademark, 1 to 45.")
        if errors:
            raise ValidationError(errors)

    @property
    def full_number(self) -> str:
        """A granted patent is known by ZL and its number."""
        granted = self.kind in PATENTS and self.state == RightState.GRANTED
        return f"ZL {self.number}" if granted else self.number

    full_number.fget.short_description = _("number")  # type: ignore[attr-defined]

    @classmethod
    def derive(cls, pks: Collection[int], *, now: datetime) -> None:
        reckoning.reckon(rights=pks)


@tracked()
class DeadlineRule(Bilingual, models.Model):
    """So long after such a day of such a right something is due. Curators edit it; whoever reads a deadline sees where
    the rule comes from, and that it has to be checked while ``checked_on`` is empty.

    A rule that repeats counts each time from the event: ``times`` × ``amount`` after it at the latest.
    """

    class Event(models.TextChoices):
        FILED = "filed_on", pgettext_lazy("counts from", "Filing")
        FIRST = "first_on", _("Priority day, else filing")
        PUBLISHED = "published_on", _("Publication")
        GRANTED = "granted_on", _("Grant or registration")
        NOTIFIED = "notified_on", _("Receipt of the official notice")

    class Unit(models.TextChoices):
        DAYS = "days", _("days")
        MONTHS = "months", _("months")
        YEARS = "years", _("years")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=120)
    states = ArrayField(
        models.CharField(max_length=10, choices=RightState), verbose_name=_("while the right is"), default=list
    )
    event = models.CharField(_("counts from"), max_length=20, choices=Event)
    amount = models.PositiveSmallIntegerField(_("after"), validators=[MinValueValidator(1), MaxValueValidator(1200)])
    unit = models.CharField(_("unit"), max_length=10, choices=Unit)
    times = models.PositiveSmallIntegerField(
        _("how often"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    after_grant = models.BooleanField(_("only after the grant"), default=False)
    ends_day_before = models.BooleanField(_("ends the day before"), default=False)
    opens_months = models.PositiveSmallIntegerField(
        _("possible so many months before"), default=0, validators=[MaxValueValidator(60)]
    )
    grace_months = models.PositiveSmallIntegerField(_("months of grace"), default=0, validators=[MaxValueValidator(60)])
    moves = models.BooleanField(_("moves to the next working day"), default=False)
    is_fee = models.BooleanField(_("a fee is due"), default=False)
    item = models.ForeignKey(
        ServiceItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service that helps")
    )
    source_zh = models.CharField(_("source (Chinese)"), max_length=200)
    source_en = models.CharField(_("source (English)"), max_length=200)
    checked_on = models.DateField(
        _("checked on"), null=True, blank=True, help_text=_("Empty: pages say that it has to be checked.")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("deadline rule")
        verbose_name_plural = _("deadline rules")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="deadlinerule_kind_known"),
            models.CheckConstraint(
                condition=Q(event__in=["filed_on", "first_on", "published_on", "granted_on", "notified_on"]),
                name="deadlinerule_event_known",
            ),
            models.CheckConstraint(condition=Q(unit__in=["days", "months", "years"]), name="deadlinerule_unit_known"),
            models.CheckConstraint(
                condition=Q(amount__range=(1, 1200), times__range=(1, 50)), name="deadlinerule_counts"
            ),
            models.CheckConstraint(
                condition=Q(opens_months__lte=60, grace_months__lte=60), name="deadlinerule_windows"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        longest = {"days": 36_500, "months": 1200, "years": 100}.get(self.unit, 0)
        if (self.amount or 0) * (self.times or 0) > longest:
            raise ValidationError({"times": _("Together this is more than a hundred years.")})

    @property
    def source(self) -> str:
        return in_language(self.source_zh, self.source_en)

    @property
    def counted(self) -> str:
        """How it is counted, in words."""
        lengths = {
            "days": ngettext("%(n)d day", "%(n)d days", self.amount),
            "months": ngettext("%(n)d month", "%(n)d months", self.amount),
            "years": ngettext("%(n)d year", "%(n)d years", self.amount),
        }
        length = lengths[self.unit] % {"n": self.amount}
        said = _now("%(length)s after: %(event)s") % {"length": length, "event": self.get_event_display()}
        return said if self.times == 1 else _now("every %(said)s") % {"said": said}


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(right__in=Right.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(done_on=None, right__retired_at=None)

    def soonest(self) -> Self:
        return self.select_related("right", "rule").order_by("due_on", "pk")


class Deadline(models.Model):
    """One day on which something is due for a right: reckoned by its rule until it is done, then left as it was."""

    right = models.ForeignKey(Right, models.CASCADE, related_name="deadlines", verbose_name=_("right"), db_index=False)
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, related_name="deadlines", verbose_name=_("rule"))
    turn = models.PositiveSmallIntegerField(_("which time"), default=1)
    opens_on = models.DateField(_("possible from"), null=True)
    due_on = models.DateField(_("due"))
    grace_until = models.DateField(_("grace until"), null=True)
    done_on = models.DateField(_("done on"), null=True)
    done_note = models.CharField(_("how it was done"), max_length=200, blank=True, db_default="")
    result = models.ForeignKey(Result, models.PROTECT, null=True, related_name="+", verbose_name=_("result"))

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["right", "rule", "turn"], name="deadline_once"),
            models.CheckConstraint(condition=Q(opens_on=None) | Q(opens_on__lte=F("due_on")), name="deadline_opens"),
            models.CheckConstraint(
                condition=Q(grace_until=None) | Q(grace_until__gte=F("due_on")), name="deadline_grace"
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=False) | Q(done_note="", result=None), name="deadline_done_has_day"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due_on"], condition=Q(done_on=None), name="deadline_open")]

    def __str__(self) -> str:
        return f"{self.rule} · {self.right}"

    def get_absolute_url(self) -> str:
        return reverse("ip:deadline", args=[self.pk])

    @property
    def last_day(self) -> date:
        """After it the right, or the chance, is lost."""
        return self.grace_until or self.due_on

    def standing(self, today: date) -> str:
        """``done``, ``lost``, ``grace``, ``open`` (to be done now) or ``coming``: not before its window, or a year."""
        if self.done_on:
            return "done"
        if self.due_on < today:
            return "grace" if self.last_day >= today else "lost"
        begins = self.opens_on or self.due_on - A_YEAR
        return "coming" if begins > today else "open"


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(right__in=Right.objects.visible_to(user))


class Order(models.Model):
    """The case by which an enterprise asked for help with a deadline."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="ip_order", verbose_name=_("case"))
    right = models.ForeignKey(Right, models.PROTECT, related_name="orders", verbose_name=_("right"))
    deadline = models.ForeignKey(
        Deadline, models.SET_NULL, null=True, related_name="orders", verbose_name=_("deadline")
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order because of a deadline")
        verbose_name_plural = _("orders because of deadlines")

    def __str__(self) -> str:
        return str(self.case_id)
