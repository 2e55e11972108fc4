"""A case: one submission by one enterprise through one channel at one station."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.accounts.roles import READERS
from portal.among import Among
from services.cases.states import CASE_OPEN, CaseState
from services.clocks.models import WorkCalendar
from services.stations.models import Station, reads_all

if TYPE_CHECKING:
    from services.cases.models.events import CaseEvent


class Channel(models.TextChoices):
    WEB = "web", _("Web")
    COUNTER = "counter", _("Counter")
    PHONE = "phone", _("Phone")
    SCREEN = "screen", _("Screen")
    MINI_PROGRAM = "mini_program", _("Mini-program")
    VISIT = "visit", _("Visit")
    API = "api", _("API")


class Urgency(models.TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> Self:
        """Readers see the cases of their stations, people the cases they sent or their enterprise's; nobody else sees
        any.
        """
        if user.role in READERS:
            return self.filter(Among("station_id", Station.objects.served_by(user).values("pk")))
        own = Enterprise.objects.of(user).values("pk")
        return self.filter(models.Q(submitter=user) | Among("enterprise_id", own))

    def listed_to(self, user: User, everywhere: bool | None = None) -> Self:
        """The rows of :meth:`visible_to` for lists. Who serves every station is asked for none: PostgreSQL takes 537
        keys for five, and would read for all of them what it can do without.

        :param everywhere: what ``reads_all`` says, where the user is a stand-in (``portal.kept``).
        """
        return self.all() if (reads_all(user) if everywhere is None else everywhere) else self.visible_to(user)

    def open(self) -> Self:
        return self.filter(state__in=CASE_OPEN)

    def overdue(self, now: datetime) -> Self:
        return self.open().filter(due_at__lt=now)

    def with_calendar(self) -> Self:
        """Each with ``calendar_ref`` and ``calendar_version`` of its station, or of everybody: rows that tell their
        time need no further query.
        """
        default = WorkCalendar.objects.filter(is_default=True)
        return self.annotate(
            calendar_ref=Coalesce("station__calendar_id", default.values("pk")[:1]),
            calendar_version=Coalesce("station__calendar__version", default.values("version")[:1]),
        )

    def newest_first(self) -> Self:
        return self.order_by("-id")


class Case(models.Model):
    """What somebody asked for, in their own words, which are never changed. ``due_at`` is the next promise of the
    centre.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    station = models.ForeignKey(Station, models.PROTECT, verbose_name=_("station"), db_index=False)
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("enterprise"),
        db_index=False,
    )
    submitter = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="cases", verbose_name=_("submitted by"), db_index=False
    )
    channel = models.CharField(_("channel"), max_length=20, choices=Channel)
    recorder = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    contact_name = models.CharField(_("contact"), max_length=100, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=20, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    text = models.TextField(_("need in own words"))
    product = models.CharField(_("product or industry"), max_length=200, blank=True)
    wanted_on = models.DateField(_("wanted by"), null=True, blank=True)
    ordered_item = models.CharField(_("item ordered from the catalogue"), max_length=10, blank=True)
    ordered_answers = models.JSONField(
        _("answers that came with the order"), default=dict, db_default=models.Value({}, models.JSONField()), blank=True
    )
    state = models.CharField(_("state"), max_length=30, choices=CaseState, default=CaseState.SUBMITTED)
    version = models.PositiveIntegerField(default=1)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="owned_cases", verbose_name=_("contact person"), db_index=False
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_cases")
    referred_to = models.CharField(_("referred to"), max_length=120, blank=True)
    due_at = models.DateTimeField(_("due"), null=True)
    due_clock = models.CharField(max_length=30, blank=True)
    submitted_at = models.DateTimeField(_("submitted"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    search = SearchVectorField(null=True)
    first_event: "CaseEvent"

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["station", "state", "due_at", "id"], name="case_queue"),
            models.Index(
                fields=["due_at", "id"], condition=models.Q(state__in=sorted(CASE_OPEN)), name="case_open_by_due"
            ),
            models.Index(fields=["station", "-id"], name="case_of_station"),
            models.Index(fields=["enterprise", "-id"], name="case_of_enterprise"),
            models.Index(fields=["submitter", "-id"], name="case_of_submitter"),
            models.Index(fields=["owner", "state", "due_at"], name="case_of_owner"),
            models.Index(fields=["due_at"], condition=models.Q(state="returned"), name="case_lapsing"),
            GinIndex(fields=["search"], name="case_search"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state__in=[CaseState.CLOSED, CaseState.FOLLOWED_UP, CaseState.ARCHIVED])
                | models.Q(closed_at__isnull=False),
                name="case_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=CaseState.MERGED) | models.Q(merged_into__isnull=False),
                name="case_merged_has_master",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("casefile:case", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.state in CASE_OPEN
