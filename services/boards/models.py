"""What all registers have in common, the rules by which their owners are reminded, and the marks that it was done."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.audit.history import tracked
from portal.files.models import Attachment
from services.cases.models import Referral

TWICE = _("This is on the list already. Open that row and change it, or put it away first.")


class EntryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def kept(self) -> Self:
        """Not put away."""
        return self.filter(retired_at=None)


class Entry(models.Model):
    """One row that a board keeps for an enterprise: put away instead of deleted, and changed only by whoever saw the
    version before. Subclasses are ``@tracked()`` and say by a UniqueConstraint what tells their rows apart.
    """

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    enterprise_id: int
    paper = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paper")
    )
    note = models.TextField(_("note"), blank=True, max_length=2000)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("entered"))
    changed_at = models.DateTimeField(_("last changed"))
    retired_at = models.DateTimeField(_("put away"), null=True, blank=True)
    retired_why = models.CharField(_("why put away"), max_length=200, blank=True)

    objects: ClassVar[Any] = EntryQuerySet.as_manager()

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """What is on the list already is said in words, not by the name of a constraint."""
        for one in self._meta.constraints:
            if isinstance(one, models.UniqueConstraint):
                try:
                    one.validate(type(self), self, exclude=set(exclude or ()))
                except ValidationError:
                    raise ValidationError(TWICE, code="unique") from None
        super().validate_constraints(exclude)

    @classmethod
    def derive(cls, pks: Collection[int], *, now: datetime) -> None:
        """Bring up to date what is reckoned from these rows; called in the transaction that has written them."""


@tracked()
class ReminderRule(models.Model):
    """So many calendar days before a day of a register its owner is reminded; below zero after it."""

    dated = models.SlugField(_("what falls due"), max_length=60, db_index=False)
    days = models.SmallIntegerField(_("days before"))
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["dated", "days"], name="reminderrule_once"),
            models.CheckConstraint(condition=Q(days__range=(-365, 730)), name="reminderrule_days"),
        ]

    def __str__(self) -> str:
        return f"{self.dated} {self.days}"


class Reminder(models.Model):
    """The mark that the owner of a row was reminded of a day. A rule that comes later than a sharper one stays silent,
    and a row whose day has moved is reminded of again.
    """

    dated = models.SlugField(max_length=60, db_index=False)
    row_id = models.PositiveBigIntegerField()
    due_on = models.DateField(_("due"))
    days = models.SmallIntegerField(_("days before"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("mark of a reminder")
        verbose_name_plural = _("marks of reminders")
        constraints = [models.UniqueConstraint(fields=["dated", "row_id", "due_on", "days"], name="boardreminder_once")]

    def __str__(self) -> str:
        return f"{self.dated} {self.row_id}: {self.days}"


class Handed(models.Model):
    """The mark that a board was told of a confirmed referral."""

    referral = models.OneToOneField(Referral, models.PROTECT, related_name="+", verbose_name=_("referral"))
    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("mark of a delivery")
        verbose_name_plural = _("marks of deliveries")

    def __str__(self) -> str:
        return str(self.referral_id)
