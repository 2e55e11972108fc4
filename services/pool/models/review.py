"""What a curator looks at before deciding: points as rows, and what was found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.reference.bilingual import Bilingual
from services.pool.models.applications import Application


class PointQuerySet(models.QuerySet["ReviewPoint"]):
    def of(self, application: Application) -> "PointQuerySet":
        """The points for its kind, in order."""
        return self.filter(Q(kind="") | Q(kind=application.kind), active=True).order_by("order", "code")


class ReviewPoint(Bilingual, models.Model):
    """One thing to look at; no kind means every application."""

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Application.Kind, blank=True)
    order = models.PositiveSmallIntegerField(_("position"))
    name_zh = models.CharField(_("what to look at (Chinese)"), max_length=200)
    name_en = models.CharField(_("what to look at (English)"), max_length=200)
    active = models.BooleanField(_("active"), default=True)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("review point")
        verbose_name_plural = _("review points")

    def __str__(self) -> str:
        return self.name


class PointCheck(models.Model):
    """What a curator found at one point of one application; without an answer there is no conclusion yet."""

    class Answer(models.TextChoices):
        YES = "yes", _("In order")
        NO = "no", _("Not in order")
        NOT_NEEDED = "na", _("Does not apply")

    application = models.ForeignKey(Application, models.CASCADE, related_name="checks", db_index=False)
    point = models.ForeignKey(ReviewPoint, models.PROTECT, related_name="+", verbose_name=_("review point"))
    answer = models.CharField(_("finding"), max_length=3, choices=Answer, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("finding of a review")
        verbose_name_plural = _("findings of reviews")
        constraints = [
            models.UniqueConstraint(fields=["application", "point"], name="point_check_once"),
            models.CheckConstraint(condition=Q(answer__in=["", "yes", "no", "na"]), name="point_check_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.point} {self.answer}"
