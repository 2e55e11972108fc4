"""The institutions in the pool and the people who act for them."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from experts import names
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


BY_ITS_DOOR = """
IF (SELECT to_standing FROM experts_standingchange WHERE institution_id = NEW.id ORDER BY id DESC LIMIT 1)
    IS DISTINCT FROM NEW.standing
THEN
    RAISE EXCEPTION 'institution %: no change of standing leads to %', NEW.id, NEW.standing
        USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def of(self, user: User) -> Self:
        """Those the user acts for."""
        return self.filter(memberships__user=user, memberships__active=True)

    def listed(self) -> Self:
        """Shown to the public: in the pool and not suspended."""
        return self.filter(standing__in=[Institution.Standing.ACTIVE, Institution.Standing.PROBATION]).exclude(
            kind=Institution.Kind.CENTRE
        )

    def alike(self, *, name: str, uscc: str = "", phone: str = "") -> Self:
        """Those that might be the same: by credit code, by name without its trimmings, by phone."""
        same = Q(name_key=names.key(Value(name)))
        if uscc:
            same |= Q(uscc=uscc)
        if phone:
            same |= Q(phone=phone)
        return self.filter(same)

    def stale(self, before: datetime) -> Self:
        """Listed, and confirmed by nobody since that moment."""
        return self.listed().filter(confirmed_at__lt=before)


@tracked(exclude=("contact_name", "phone", "email", "name_key", "merged_into"))
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
        MERGED = "merged", _("Merged into another")

    name_zh = models.CharField(_("name (Chinese)"), max_length=200, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.INSTITUTION)
    standing = models.CharField(_("standing"), max_length=20, choices=Standing, default=Standing.APPLIED)
    standing_reason = models.CharField(_("reason for the standing"), max_length=300, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged", db_index=False
    )
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
    confirmed_at = models.DateTimeField(_("confirmed to be right"), db_default=Now())
    name_key = models.GeneratedField(
        expression=names.key(F("name_zh")), output_field=models.CharField(max_length=200), db_persist=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        indexes = [
            GinIndex(OpClass(Upper("name_zh"), name="gin_trgm_ops"), name="institution_name_zh_part"),
            GinIndex(OpClass(Upper("name_en"), name="gin_trgm_ops"), name="institution_name_en_part"),
            models.Index(fields=["name_key"], name="institution_name_key"),
            models.Index(fields=["confirmed_at"], name="institution_confirmed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=models.Q(kind="centre"), name="institution_one_centre"),
            models.CheckConstraint(
                condition=Q(
                    standing__in=[
                        *("applied", "reviewing", "active", "probation", "suspended", "removed", "refused", "merged")
                    ]
                ),
                name="institution_standing_known",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(standing="merged"), name="institution_into_when_merged"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="standing_by_its_door",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("standing"),
                condition=pgtrigger.AnyChange("standing"),
                func=BY_ITS_DOOR,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def meant(self) -> "Institution":
        """Itself, or the one that stays since the two were merged."""
        return self.merged_into or self


class InstitutionMembership(models.Model):
    """One person acting for one institution."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="institution_memberships", verbose_name=_("user"), db_index=False
    )
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
