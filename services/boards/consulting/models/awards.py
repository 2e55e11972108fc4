"""Applications for quality awards, what they are judged by, and who coaches and who judges."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from experts.models import Expert
from portal.accounts.models import User
from portal.audit.history import tracked
from portal.reference.bilingual import in_language
from services.boards.consulting.states import AwardState
from services.boards.models import Entry


class AwardScheme(models.TextChoices):
    """By which list of criteria it is prepared."""

    EXCELLENCE = "excellence", _("Government quality award (performance excellence, GB/T 19580)")
    IMPROVEMENT = "improvement", _("Quality improvement result (QC circle)")


@tracked()
class AwardApplication(Entry):
    """One enterprise's application for one award in one year."""

    award = models.CharField(_("award"), max_length=160)
    scheme = models.CharField(_("list of criteria"), max_length=12, choices=AwardScheme, default=AwardScheme.EXCELLENCE)
    organiser = models.CharField(_("awarded by"), max_length=160, blank=True)
    deadline_on = models.DateField(_("deadline of the application"))
    deadline_source = models.CharField(
        _("where the deadline is announced"), max_length=300, blank=True, help_text=_("Title or address of the notice.")
    )
    state = models.CharField(_("state"), max_length=10, choices=AwardState, default=AwardState.PREPARING)

    class Meta:
        verbose_name = _("award application")
        verbose_name_plural = _("award applications")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "award", "deadline_on"], condition=Q(retired_at=None), name="award_once"
            ),
            models.CheckConstraint(condition=Q(scheme__in=AwardScheme.values), name="award_scheme_known"),
            models.CheckConstraint(condition=Q(state__in=AwardState.values), name="award_state_known"),
        ]

    def __str__(self) -> str:
        return self.award


@tracked()
class Criterion(models.Model):
    """One line of what an award is judged by, as its source has it; curators check and correct it."""

    scheme = models.CharField(_("list of criteria"), max_length=12, choices=AwardScheme)
    code = models.CharField(_("code"), max_length=20)
    order = models.PositiveSmallIntegerField(_("place in the list"))
    text_zh = models.CharField(_("text (Chinese)"), max_length=300)
    text_en = models.CharField(_("text (English)"), max_length=300)
    points = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    checked_on = models.DateField(_("checked against its source on"), null=True, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("criterion of an award")
        verbose_name_plural = _("criteria of awards")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="criterion_once"),
            models.CheckConstraint(condition=Q(scheme__in=AwardScheme.values), name="criterion_scheme_known"),
            models.CheckConstraint(condition=~Q(source=""), name="criterion_has_source"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return in_language(self.text_zh, self.text_en)


class OfApplication(models.QuerySet[Any]):
    """Rows beneath an application."""

    def visible_to(self, user: User) -> Self:
        return self.filter(application__in=AwardApplication.objects.visible_to(user))


@tracked()
class CriterionAnswer(models.Model):
    """Whether an application has what a criterion asks for, and where it is shown."""

    application = models.ForeignKey(AwardApplication, models.PROTECT, related_name="answers", db_index=False)
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="answers")
    met = models.BooleanField(_("ready"), default=False)
    evidence = models.CharField(_("where it is shown"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"))

    objects = OfApplication.as_manager()

    class Meta:
        verbose_name = _("answer to a criterion")
        verbose_name_plural = _("answers to criteria")
        constraints = [models.UniqueConstraint(fields=["application", "criterion"], name="criterionanswer_once")]

    def __str__(self) -> str:
        return f"{self.application_id} · {self.criterion_id}"


class AwardPart(models.Model):
    """An expert who coaches the applicant or judges the application: never both."""

    class Part(models.TextChoices):
        COACH = "coach", pgettext_lazy("award", "Coaches the applicant")
        JUDGE = "judge", pgettext_lazy("award", "Judges the application")

    application = models.ForeignKey(AwardApplication, models.PROTECT, related_name="parts", db_index=False)
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="award_parts", verbose_name=_("expert"))
    part = models.CharField(_("part"), max_length=5, choices=Part)
    since = models.DateField(_("since"))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = OfApplication.as_manager()

    class Meta:
        verbose_name = _("expert on an award application")
        verbose_name_plural = _("experts on award applications")
        constraints = [
            models.UniqueConstraint(fields=["application", "expert"], name="awardpart_never_both"),
            models.CheckConstraint(condition=Q(part__in=["coach", "judge"]), name="awardpart_known"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.part}"
