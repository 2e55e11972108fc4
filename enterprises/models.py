"""The enterprises that are served and the people who speak for them."""

from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from enterprises.size_classes import SizeClass
from portal.accounts.models import User
from portal.accounts.roles import READERS
from portal.audit.history import tracked
from portal.kept import kept
from portal.reference.models import Industry, Region

ADDRESSED = ("id", "phone", "email", "language", "is_active")
"""What telling somebody something takes of a user, in the order of the table."""


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def of(self, user: User) -> Self:
        """Those the user speaks for: an accepted membership, nothing less."""
        return self.filter(memberships__user=user, memberships__state=Membership.State.ACTIVE)

    def visible_to(self, user: User) -> Self:
        if user.role in READERS:
            return self.all()
        return self.of(user)

    def with_speakers(self) -> Self:
        """Each with what :meth:`Enterprise.speakers` needs, so that telling its people asks nothing more."""
        row = JSONObject(**{name: f"user__{name}" for name in ADDRESSED})
        speaking = Membership.objects.speaking().filter(enterprise=models.OuterRef("pk"))
        return self.annotate(speaking=ArraySubquery(speaking.values_list(row)))


@tracked(exclude=("phone", "contact_name", "name_key", "merged_into"))
class Enterprise(models.Model):
    """A firm, with or without a unified social credit code. Provisional: recorded for a caller, not yet claimed by
    anybody.
    """

    class State(models.TextChoices):
        PROVISIONAL = "provisional", _("Provisional")
        REGISTERED = "registered", _("Registered")
        MERGED = "merged", _("Merged")

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=400, editable=False, db_index=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True, unique=True)
    other_identifier = models.CharField(_("other identifier"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PROVISIONAL)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged", db_index=False
    )
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"))
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, blank=True, verbose_name=_("industry"))
    address = models.CharField(_("address"), max_length=300, blank=True)
    contact_name = models.CharField(_("contact"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True, db_index=True)
    employees = models.PositiveIntegerField(_("head count"), null=True, blank=True)
    revenue_10k_cny = models.DecimalField(
        _("turnover, 10,000 CNY"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    assets_10k_cny = models.DecimalField(
        _("total assets, 10,000 CNY"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    size_class = models.CharField(_("size class"), max_length=20, choices=SizeClass, default=SizeClass.UNKNOWN)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        indexes = [
            GinIndex(fields=["name"], name="enterprise_name_trgm", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["name_key"], name="enterprise_key_trgm", opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="registered") | models.Q(uscc__isnull=False) | ~models.Q(other_identifier=""),
                name="enterprise_registered_identified",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(state="merged"), name="enterprise_into_when_merged"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def meant(self) -> "Enterprise":
        """Itself, or the one that stays since the two were merged."""
        return self.merged_into or self

    def speakers(self) -> list[User]:
        """Whom to tell of its matters; of those read ``with_speakers`` anything but ``ADDRESSED`` costs a query."""
        if "speaking" in self.__dict__:
            rows: list[dict[str, Any]] = self.__dict__["speaking"]
            return [User.from_db("default", ADDRESSED, [row[name] for name in ADDRESSED]) for row in rows]
        return [one.user for one in _speaking(enterprise=self.pk)]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def speaking(self) -> Self:
        return self.filter(state=Membership.State.ACTIVE, user__is_active=True)

    def in_question(self) -> Self:
        """Those who speak for it or wait to."""
        return self.filter(state__in=[Membership.State.ACTIVE, Membership.State.PENDING])

    def awaiting_approval(self) -> Self:
        return self.filter(state=Membership.State.PENDING)

    def owners(self) -> Self:
        return self.speaking().filter(role=Membership.Role.OWNER)

    def unowned(self) -> Self:
        """Of enterprises that nobody owns yet."""
        owners = Membership.objects.owners().filter(enterprise=models.OuterRef("enterprise"))
        return self.filter(~models.Exists(owners))


@kept
def spoken_for(*, user: User) -> EnterpriseQuerySet:
    """The enterprises of a user, the oldest first, each with its speakers."""
    return Enterprise.objects.of(user).with_speakers().order_by("pk")


@kept
def _speaking(*, enterprise: int) -> MembershipQuerySet:
    return Membership.objects.speaking().filter(enterprise=enterprise).select_related("user")


class Membership(models.Model):
    """One person speaking for one enterprise. The first is its owner; those who come later are let in by an owner."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MEMBER = "member", _("Member")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for approval")
        ACTIVE = "active", _("Active")
        REFUSED = "refused", _("Refused")
        LEFT = "left", _("Left")

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("user"), db_index=False)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="memberships", verbose_name=_("enterprise"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [models.Index(fields=["id"], name="membership_waiting", condition=models.Q(state="pending"))]
        constraints = [models.UniqueConstraint(fields=["user", "enterprise"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.enterprise}"
