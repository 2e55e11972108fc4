"""The institutions in the pool and the people who act for them."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit.history import tracked
from portal.reference.bilingual import Bilingual
from portal.reference.models import Region


class AffiliateGroup(models.Model):
    """Institutions under one control: for conflicts of interest they count as one."""

    name = models.CharField(_("name"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("affiliate group")
        verbose_name_plural = _("affiliate groups")

    def __str__(self) -> str:
        return self.name


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def of(self, user: User) -> Self:
        """Those the user acts for."""
        return self.filter(memberships__user=user, memberships__active=True)

    def listed(self) -> Self:
        """Shown to the public: in the pool and not suspended."""
        return self.filter(standing__in=[Institution.Standing.ACTIVE, Institution.Standing.PROBATION]).exclude(
            kind=Institution.Kind.CENTRE
        )


@tracked(exclude=("contact_name", "phone", "email"))
class Institution(Bilingual, models.Model):
    """A provider: laboratory, certification body, agency, department, co-operating enterprise or the centre's own
    desk.
    """

    class Kind(models.TextChoices):
        INSTITUTION = "institution", _("Institution")
        DEPARTMENT = "department", _("Government department")
        CO_OPERATING = "co_operating", _("Co-operating enterprise")
        CENTRE = "centre", _("The centre's own desk")

    class Standing(models.TextChoices):
        APPLIED = "applied", _("Applied")
        REVIEWING = "reviewing", _("Under review")
        ACTIVE = "active", _("Active")
        PROBATION = "probation", _("On probation")
        SUSPENDED = "suspended", _("Suspended")
        REMOVED = "removed", _("Removed")
        REFUSED = "refused", _("Refused")

    name_zh = models.CharField(_("name (Chinese)"), max_length=200, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.INSTITUTION)
    standing = models.CharField(_("standing"), max_length=20, choices=Standing, default=Standing.APPLIED)
    standing_reason = models.CharField(_("reason for the standing"), max_length=300, blank=True)
    group = models.ForeignKey(
        AffiliateGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="institutions",
        verbose_name=_("affiliate group"),
    )
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"))
    address = models.CharField(_("address"), max_length=300, blank=True)
    introduction_zh = models.TextField(_("introduction (Chinese)"), blank=True)
    introduction_en = models.TextField(_("introduction (English)"), blank=True)
    contact_name = models.CharField(_("contact"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    weekly_capacity = models.PositiveIntegerField(_("referrals it can take a week"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=models.Q(kind="centre"), name="institution_one_centre")
        ]

    def __str__(self) -> str:
        return self.name


class InstitutionMembership(models.Model):
    """One person acting for one institution."""

    user = models.ForeignKey(User, models.PROTECT, related_name="institution_memberships", verbose_name=_("user"))
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="memberships", verbose_name=_("institution")
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("institution member")
        verbose_name_plural = _("institution members")
        constraints = [models.UniqueConstraint(fields=["user", "institution"], name="institution_member_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.institution}"
