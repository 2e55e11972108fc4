"""The way of a laboratory to accreditation or mandatory approval: requirements that curators keep, and what is done."""

from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.models import User
from portal.audit.history import tracked
from portal.files.models import Attachment
from portal.reference.bilingual import Bilingual
from services.boards.models import Entry, EntryQuerySet


class Aim(models.TextChoices):
    CNAS = "cnas", _("CNAS laboratory accreditation")
    CMA = "cma", _("CMA mandatory approval")


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def asked(self) -> Self:
        return self.filter(active=True)


@tracked()
class Requirement(Bilingual, models.Model):
    """One thing that is asked of a laboratory; kept by curators, in short words of our own."""

    aim = models.CharField(_("aim"), max_length=10, choices=Aim)
    order = models.PositiveSmallIntegerField(_("position"))
    name_zh = models.CharField(_("requirement (Chinese)"), max_length=200)
    name_en = models.CharField(_("requirement (English)"), max_length=200)
    source = models.CharField(_("source"), max_length=200)
    checked = models.BooleanField(
        _("checked"), default=False, help_text=_("Somebody has compared it with the source; else a caution is shown.")
    )
    active = models.BooleanField(_("in use"), default=True)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("requirement of a laboratory")
        verbose_name_plural = _("requirements of a laboratory")
        constraints = [
            models.UniqueConstraint(fields=["aim", "order"], name="requirement_position"),
            models.CheckConstraint(condition=Q(aim__in=["cnas", "cma"]), name="requirement_aim_known"),
        ]

    def __str__(self) -> str:
        return self.name


class RoadmapQuerySet(EntryQuerySet):
    def with_progress(self) -> Self:
        """Each with ``settled`` of ``asked`` steps of its aim."""
        own = Step.objects.filter(roadmap=OuterRef("pk"), requirement__aim=OuterRef("aim")).order_by()
        settled = own.filter(state__in=[Step.State.MET, Step.State.NOT_NEEDED])
        return self.annotate(asked=_count(own), settled=_count(settled))


def _count(steps: "StepQuerySet") -> Coalesce:
    counted = steps.values("roadmap").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


class RoadmapManager(models.Manager.from_queryset(RoadmapQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> RoadmapQuerySet:
        rows: RoadmapQuerySet = super().get_queryset().with_progress()
        return rows


@tracked()
class Roadmap(Entry):
    """The preparation of one laboratory; nobody promises that it ends with an accreditation."""

    laboratory = models.CharField(_("laboratory"), max_length=120)
    aim = models.CharField(_("aim"), max_length=10, choices=Aim, default=Aim.CNAS)
    scope = models.TextField(_("what it tests or calibrates"), max_length=2000, blank=True)
    begun_on = models.DateField(_("begun on"), null=True, blank=True)
    apply_on = models.DateField(_("to be applied for on"), null=True, blank=True)

    settled: int
    asked: int

    objects = RoadmapManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("accreditation roadmap")
        verbose_name_plural = _("accreditation roadmaps")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "laboratory", "aim"], condition=Q(retired_at=None), name="roadmap_once"
            ),
            models.CheckConstraint(condition=Q(aim__in=["cnas", "cma"]), name="roadmap_aim_known"),
            models.CheckConstraint(
                condition=Q(apply_on=None) | Q(begun_on=None) | Q(apply_on__gte=F("begun_on")), name="roadmap_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.laboratory} · {self.get_aim_display()}"

    def clean(self) -> None:
        if self.begun_on and self.apply_on and self.apply_on < self.begun_on:
            raise ValidationError({"apply_on": _("This is before the day it was begun.")})

    @classmethod
    def derive(cls, pks: Collection[int], *, now: datetime) -> None:
        """One step for each requirement of its aim."""
        asked: dict[str, list[Requirement]] = {}
        for one in Requirement.objects.asked():
            asked.setdefault(one.aim, []).append(one)
        Step.objects.bulk_create(
            (
                Step(roadmap=roadmap, requirement=one, changed_at=now)
                for roadmap in cls._default_manager.filter(pk__in=pks)
                for one in asked.get(roadmap.aim, [])
            ),
            ignore_conflicts=True,
        )

    def progress(self) -> str:
        return f"{self.settled}/{self.asked}"

    progress.short_description = _("progress")  # type: ignore[attr-defined]

    @property
    def percent(self) -> int:
        return round(100 * self.settled / self.asked) if self.asked else 0

    def of_aim(self) -> "list[Step]":
        return list(self.steps.filter(requirement__aim=self.aim).select_related("requirement", "paper").in_order())


class StepQuerySet(models.QuerySet["Step"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(roadmap__in=Roadmap.objects.visible_to(user))

    def kept(self) -> Self:
        """Of roadmaps that were not put away, and still to be done."""
        return self.filter(
            roadmap__retired_at=None,
            requirement__aim=F("roadmap__aim"),
            state__in=[Step.State.OPEN, Step.State.AT_WORK],
        )

    def in_order(self) -> Self:
        return self.order_by("requirement__order", "pk")


class Step(models.Model):
    """How one laboratory stands with one requirement: who sees to it, until when, and what shows it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("step", "Not begun")
        AT_WORK = "at_work", pgettext_lazy("step", "In hand")
        MET = "met", pgettext_lazy("step", "Met, by our own judgement")
        NOT_NEEDED = "not_needed", pgettext_lazy("step", "Does not apply")

    roadmap = models.ForeignKey(
        Roadmap, models.PROTECT, related_name="steps", verbose_name=_("roadmap"), db_index=False
    )
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, related_name="+", verbose_name=_("requirement of a laboratory")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    owner = models.CharField(_("who sees to it"), max_length=80, blank=True)
    target_on = models.DateField(_("until when"), null=True, blank=True)
    evidence = models.TextField(_("evidence in words"), max_length=2000, blank=True)
    paper = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence as a file")
    )
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(_("last changed"))

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a roadmap")
        verbose_name_plural = _("steps of a roadmap")
        constraints = [
            models.UniqueConstraint(fields=["roadmap", "requirement"], name="step_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "at_work", "met", "not_needed"]), name="step_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["met", "not_needed"]) | ~Q(evidence="") | Q(paper__isnull=False),
                name="step_settled_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roadmap.laboratory}: {self.requirement}"

    def get_absolute_url(self) -> str:
        return reverse("certification:step", args=[self.pk])

    @property
    def is_settled(self) -> bool:
        return self.state in {self.State.MET, self.State.NOT_NEEDED}
