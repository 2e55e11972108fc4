"""What the desk keeps for itself: saved views, who is on which case, drafts, decisions beside their suggestions, and
the marks of warnings that were given.
"""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from services.cases.models import Case, Need, Urgency
from services.triage.doors import Door
from services.triage.suggestion.results import Example

PRESENT_FOR = timedelta(seconds=60)


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user)


class SavedView(models.Model):
    """A filter of the queue under a name of one's own."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views", verbose_name=_("user"), db_index=False)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filter"), max_length=500)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name


class PresenceQuerySet(models.QuerySet["Presence"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))


class Presence(models.Model):
    """Who has a case open right now. The first one there stays until they leave it for a minute."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="presence")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")

    def __str__(self) -> str:
        return f"{self.user} · {self.case_id}"

    def is_fresh(self, now: datetime) -> bool:
        return self.seen_at > now - PRESENT_FOR


class DraftQuerySet(models.QuerySet["TriageDraft"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user)


class TriageDraft(models.Model):
    """What somebody has typed into the triage form of a case and not yet confirmed."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="triage_drafts", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("triage draft")
        verbose_name_plural = _("triage drafts")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="triage_draft_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.case_id}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))

    def examples(self, limit: int = 2000) -> list[Example]:
        """The newest decisions as the suggestion learns from them."""
        rows = self.select_related("case").order_by("-id")[:limit]
        return [
            Example(
                text=row.case.text,
                boards=tuple(row.boards) or ("OUT",),
                items=tuple(row.items),
                urgency=row.urgency,
                door=row.out_of_scope,
                decision=row.case.number,
            )
            for row in rows
        ]


class Decision(models.Model):
    """What a person decided about a case, beside what was suggested to them. A new decision is a new row."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    suggestion = models.JSONField(default=dict)
    boards = models.JSONField(default=list)
    items = models.JSONField(default=list)
    urgency = models.CharField(max_length=10, choices=Urgency)
    out_of_scope = models.CharField(max_length=20, choices=Door, blank=True)
    agreed = models.BooleanField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(condition=~models.Q(out_of_scope="", items=[]), name="decision_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.out_of_scope or ' '.join(self.items)}"


class WarningStep(models.Model):
    """So many working days ahead of a day that law or contract sets, people are warned; rows that curators change."""

    days = models.PositiveSmallIntegerField(_("working days ahead"), unique=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("warning of a statutory date")
        verbose_name_plural = _("warnings of statutory dates")
        constraints = [models.CheckConstraint(condition=models.Q(days__range=(1, 250)), name="warning_step_days")]

    def __str__(self) -> str:
        return str(self.days)


class DeadlineWarning(models.Model):
    """The mark of one warning: of one day that counts for a need, at one distance from it; 0 when the day is over."""

    need = models.ForeignKey(
        Need, models.CASCADE, related_name="deadline_warnings", verbose_name=_("need"), db_index=False
    )
    on = models.DateField(_("day"))
    days = models.PositiveSmallIntegerField(_("working days ahead"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("warning given")
        verbose_name_plural = _("warnings given")
        constraints = [models.UniqueConstraint(fields=["need", "on", "days"], name="deadline_warning_once")]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.on} − {self.days}"
