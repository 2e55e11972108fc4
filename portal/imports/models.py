"""Imports and their rows: what a file says, what is wrong with it, and what became of each line."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.models import User
from portal.files.models import Attachment
from portal.imports import kinds
from portal.imports.states import OVER, WORKING, ImportState


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: User) -> Self:
        """One's own: a file of people and firms is nobody else's to read."""
        return self.filter(by=user)

    def waiting(self) -> Self:
        """For the worker."""
        return self.filter(state__in=sorted(WORKING)).order_by("pk")

    def over_since(self, moment: datetime) -> Self:
        """Finished before that moment and not yet forgotten."""
        return self.filter(state__in=sorted(OVER), changed_at__lt=moment, forgotten_at=None)


class ImportRun(models.Model):
    """One file that somebody wants to have taken over. Nothing of it is, before they have seen the report."""

    kind = models.SlugField(_("kind"), max_length=40)
    scope = models.CharField(_("for whom"), max_length=40, blank=True, db_default="")
    state = models.CharField(_("state"), max_length=12, choices=ImportState, default=ImportState.READ)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name=_("file"))
    problem = models.CharField(_("what went wrong"), max_length=500, blank=True)
    ignored = models.JSONField(_("columns nobody knows"), default=list)
    total = models.PositiveIntegerField(_("rows"), default=0)
    bad = models.PositiveIntegerField(_("with errors"), default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    known = models.PositiveIntegerField(_("on record already"), default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False)
    at = models.DateTimeField(_("sent"))
    changed_at = models.DateTimeField(_("last step"))
    forgotten_at = models.DateTimeField(_("rows and file deleted"), null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a file", "import")
        verbose_name_plural = pgettext_lazy("of a file", "imports")
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=sorted(WORKING)), name="import_waiting"),
            models.Index(fields=["by", "-id"], name="import_of_user"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known"),
            models.CheckConstraint(
                condition=Q(total__gte=models.F("bad") + models.F("added") + models.F("known")),
                name="import_counts_fit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def meant(self) -> kinds.Kind:
        """Its kind, for whom it is.

        :raises NotTheirs: there is no such kind any more, or whoever sent it may no longer do this.
        """
        kind = kinds.registered().get(self.kind)
        if kind is None or not self.by.has_perm(kind.permission):
            raise kinds.NotTheirs
        return kind.within(self.scope, self.by)

    @property
    def title(self) -> object:
        kind = kinds.registered().get(self.kind)
        return kind.title if kind else self.kind

    @property
    def good(self) -> int:
        return self.total - self.bad

    @property
    def written(self) -> int:
        """With those of which nothing had to be written."""
        return self.added + self.known

    @property
    def percent(self) -> int:
        return 100 * self.written // self.good if self.good else 100

    @property
    def is_working(self) -> bool:
        return self.state in WORKING


class ImportRow(models.Model):
    """One line of the file: by the names of the form what it says, and the reasons against it."""

    class Outcome(models.TextChoices):
        OPEN = "", _("Not written yet")
        BAD = "bad", _("With errors")
        ADDED = "added", _("Added")
        KNOWN = "known", _("On record already")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveIntegerField(_("line"))
    data = models.JSONField(_("what it says"))
    problems = models.JSONField(_("errors"), default=list)
    outcome = models.CharField(_("outcome"), max_length=5, choices=Outcome, blank=True, default=Outcome.OPEN)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [
            models.UniqueConstraint(fields=["run", "line"], name="import_line_once"),
            models.CheckConstraint(
                condition=Q(outcome="bad") & ~Q(problems=[]) | ~Q(outcome="bad") & Q(problems=[]),
                name="import_bad_says_why",
            ),
        ]
        indexes = [models.Index(fields=["run", "outcome", "line"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.line}"
