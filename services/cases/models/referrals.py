"""A referral: one offer of one need to one institution, from the offer to the confirmed result."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from experts.models import Credential, Institution
from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from portal.among import Among
from services.cases.models.cases import Case
from services.cases.models.needs import Need
from services.cases.states import REFERRAL_LIVE, REFERRAL_NOT_TAKEN, REFERRAL_TAKEN, ReferralState
from services.clocks.names import Waiting
from services.stations.models import reads_all


class DeclineReason(models.TextChoices):
    OUTSIDE_SCOPE = "outside_scope", _("Outside our scope")
    NO_CAPACITY = "no_capacity", _("No capacity")
    DATE_IMPOSSIBLE = "date_impossible", _("The date is impossible")
    CONFLICT = "conflict", _("Conflict of interest")
    FACTS_MISSING = "facts_missing", _("Facts are missing")
    OTHER = "other", _("Other")


OWED = [(one.value, one.label) for one in (Waiting.SAMPLE, Waiting.DATA, Waiting.ACCESS)]
"""What the work may have to wait for; the enterprise owes it."""


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: User) -> Self:
        """An institution's people see what was offered to it; everybody else sees the referrals of the cases they
        see, the enterprise without those who were asked in vain.
        """
        if user.role == Role.PROVIDER:
            return self.filter(Among("institution_id", Institution.objects.of(user).values("pk")))
        rows = self.filter(case__in=Case.objects.visible_to(user))
        return rows if user.role in READERS else rows.exclude(state__in=sorted(REFERRAL_NOT_TAKEN))

    def listed_to(self, user: User, everywhere: bool | None = None) -> Self:
        """The rows of :meth:`visible_to` for lists, as :meth:`CaseQuerySet.listed_to`."""
        return self.all() if (reads_all(user) if everywhere is None else everywhere) else self.visible_to(user)

    def live(self) -> Self:
        return self.filter(state__in=REFERRAL_LIVE)

    def taken(self) -> Self:
        return self.filter(state__in=REFERRAL_TAKEN)

    def unanswered(self, now: datetime) -> Self:
        return self.filter(state=ReferralState.OFFERED, due_at__lt=now)


class Referral(models.Model):
    """At most one live referral per need. ``due_at`` is what the institution owes next: an answer, then the result."""

    class Fee(models.TextChoices):
        FREE = "free", _("Free")
        SUBSIDISED = "subsidised", _("Subsidised")
        PAID = "paid", _("Paid")

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals", verbose_name=_("case"))
    need = models.ForeignKey(Need, models.PROTECT, related_name="referrals", verbose_name=_("need"))
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="referrals", verbose_name=_("institution"), db_index=False
    )
    state = models.CharField(_("state"), max_length=20, choices=ReferralState, default=ReferralState.OFFERED)
    version = models.PositiveIntegerField(default=1)
    handler = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("offered by"))
    credential = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="+", verbose_name=_("relied on"))
    fee = models.CharField(_("fee"), max_length=12, choices=Fee, default=Fee.PAID)
    plan = models.TextField(_("plan"), blank=True)
    price_cny = models.DecimalField(_("price, CNY"), max_digits=12, decimal_places=2, null=True)
    decline_reason = models.CharField(_("reason for declining"), max_length=20, choices=DeclineReason, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    due_at = models.DateTimeField(_("due"), null=True)
    due_clock = models.CharField(max_length=30, blank=True, db_default="")
    waiting_for = models.CharField(_("waits for"), max_length=20, choices=OWED, blank=True, db_default="")
    waiting_since = models.DateTimeField(_("waits since"), null=True)
    offered_at = models.DateTimeField(pgettext_lazy("referral", "offered"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    confirmed_automatically = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        indexes = [
            models.Index(fields=["institution", "state", "due_at"], name="referral_desk"),
            models.Index(fields=["institution", "-id"], name="referral_of_institution"),
            models.Index(fields=["state", "due_at"], name="referral_due"),
            models.Index(
                fields=["institution", "state", "accepted_at"],
                condition=models.Q(state__in=sorted(REFERRAL_LIVE)),
                name="referral_in_hand",
            ),
            models.Index(fields=["confirmed_at"], condition=models.Q(state="confirmed"), name="referral_confirmed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["need"], condition=models.Q(state__in=sorted(REFERRAL_LIVE)), name="referral_one_live_per_need"
            ),
            models.CheckConstraint(condition=models.Q(state__in=ReferralState.values), name="referral_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed") | models.Q(confirmed_at__isnull=False),
                name="referral_confirmed_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="declined") | ~models.Q(decline_reason=""),
                name="referral_declined_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(waiting_for="", waiting_since=None)
                | models.Q(
                    ~models.Q(waiting_for=""),
                    waiting_since__isnull=False,
                    state__in=[ReferralState.ACCEPTED, ReferralState.IN_PROGRESS],
                ),
                name="referral_waits_at_work",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need} → {self.institution}"

    @property
    def is_live(self) -> bool:
        return self.state in REFERRAL_LIVE

    @property
    def is_taken(self) -> bool:
        """Whether the institution has accepted, and so may know who asks."""
        return self.state in REFERRAL_TAKEN
