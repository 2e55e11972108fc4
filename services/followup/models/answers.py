"""What the enterprise said; and, where it said so again within a week, what it had said before."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from experts.models import Grade, Rating
from portal.accounts.models import User
from services.cases.models import CaseDocument
from services.followup.models.follow_ups import FollowUp
from services.followup.states import Scale, Solved

AMENDABLE = timedelta(days=7)
NEGATIVE = Grade.DISSATISFIED
"""This grade and the one below it."""
UNHAPPY = Q(grade__lte=NEGATIVE) | Q(solved=Solved.NO)


def _scale(name: Any) -> Any:
    return models.PositiveSmallIntegerField(name, choices=Scale, null=True)


class Said(models.Model):
    """The columns of an answer. Everything may be left out; ``benefit`` is what the enterprise itself reports. Without
    ``shares_comment`` the institution never reads the words.
    """

    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade, null=True)
    contacted = models.BooleanField(_("contacted"), null=True)
    solved = models.CharField(_("solved"), max_length=10, choices=Solved, blank=True)
    timeliness = _scale(_("timeliness"))
    attitude = _scale(_("attitude"))
    price_clarity = _scale(_("clarity of the price"))
    recommend = models.PositiveSmallIntegerField(_("would recommend (0–10)"), null=True)
    changed = models.TextField(_("what has changed"), blank=True)
    benefit = models.DecimalField(
        _("benefit per year in CNY, self-reported"),
        max_digits=14,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(0)],
    )
    comment = models.TextField(_("comment"), blank=True)
    shares_comment = models.BooleanField(_("the institution may read the comment"), default=False, db_default=False)
    source = models.CharField(_("source"), max_length=10, choices=Rating.Source)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        abstract = True


class SurveyAnswerQuerySet(models.QuerySet["SurveyAnswer"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(follow_up__in=FollowUp.objects.visible_to(user))

    def unhappy(self) -> Self:
        """The last two grades, or the matter is not solved: somebody has to call back."""
        return self.filter(UNHAPPY)


class SurveyAnswer(Said):
    """The answer to one follow-up as it stands; ``papers`` are the files sent with it."""

    follow_up = models.OneToOneField(FollowUp, models.PROTECT, related_name="answer", verbose_name=_("follow-up"))
    papers = models.ManyToManyField(CaseDocument, related_name="+", verbose_name=_("files"))
    answered_at = models.DateTimeField(_("answered"))
    amended_at = models.DateTimeField(_("amended"), null=True)

    objects = SurveyAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        indexes: ClassVar = [models.Index(fields=["id"], condition=UNHAPPY, name="answer_unhappy")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__range=(1, 5)), name="answer_grade_1_to_5"),
            models.CheckConstraint(condition=Q(solved__in=["", *Solved.values]), name="answer_solved_known"),
            models.CheckConstraint(
                condition=Q(recommend=None) | Q(recommend__range=(0, 10)), name="answer_recommend_0_to_10"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__range": (1, 5)}), name=f"answer_{name}_1_to_5"
                )
                for name in ("timeliness", "attitude", "price_clarity")
            ),
            models.CheckConstraint(condition=Q(benefit=None) | Q(benefit__gte=0), name="answer_benefit_not_below_zero"),
            models.CheckConstraint(
                condition=Q(amended_at=None) | Q(amended_at__gte=models.F("answered_at")),
                name="answer_amended_after_it_was_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id}: {self.grade or '–'}"

    @property
    def is_negative(self) -> bool:
        """The last two of the five grades."""
        return self.grade is not None and self.grade <= NEGATIVE

    @property
    def is_unhappy(self) -> bool:
        return self.is_negative or self.solved == Solved.NO

    @property
    def amendable_until(self) -> datetime:
        return self.answered_at + AMENDABLE


class SurveyAmendment(Said):
    """An answer as it was before it was given anew. Marks stay for good; words are personal and can be erased."""

    answer = models.ForeignKey(SurveyAnswer, models.PROTECT, related_name="amendments")
    replaced_at = models.DateTimeField(_("replaced"))

    class Meta:
        verbose_name = _("earlier answer")
        verbose_name_plural = _("earlier answers")
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="only_words_change", exclude=["comment", "changed"]),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.grade or '–'}"
