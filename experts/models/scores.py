"""The rules of the score, one row per version, and the scores as last reckoned."""

from datetime import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from experts.models.institutions import Institution


class ScoreRuleQuerySet(models.QuerySet["ScoreRule"]):
    def in_force(self, now: datetime) -> Self:
        """The newest that has begun comes first."""
        return self.filter(begins_at__lte=now).order_by("-begins_at", "-pk")


class ScoreRule(models.Model):
    """One version of the numbers behind a score. Rows are added, never changed: a score names the one it was reckoned
    with.
    """

    prior_weight = models.FloatField(
        _("weight of the board's mean"),
        default=5,
        validators=[MinValueValidator(0.1), MaxValueValidator(1000)],
        help_text=_("As many answers as the mean of the board counts for."),
    )
    half_life_days = models.PositiveSmallIntegerField(
        _("days after which an answer weighs half"), default=365, validators=[MinValueValidator(1)]
    )
    window_days = models.PositiveSmallIntegerField(
        _("days between two votes of one enterprise"), default=90, validators=[MinValueValidator(1)]
    )
    spread = models.FloatField(
        _("spread of a single answer, in grades"),
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(4)],
        help_text=_("The lower bound used for ranking lies that far below the score, over the root of the evidence."),
    )
    begins_at = models.DateTimeField(_("begins"), default=timezone.now)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ScoreRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of the score")
        verbose_name_plural = _("rules of the score")
        constraints = [
            models.CheckConstraint(condition=models.Q(prior_weight__gt=0), name="score_rule_has_prior"),
            models.CheckConstraint(
                condition=models.Q(half_life_days__gte=1, window_days__gte=1), name="score_rule_counts_in_days"
            ),
            models.CheckConstraint(condition=models.Q(spread__gte=0), name="score_rule_spread_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class BoardMean(models.Model):
    """The mean grade of a board, "" for all of them together, as last reckoned for everybody."""

    board = models.CharField(_("board"), max_length=4, blank=True, unique=True)
    value = models.FloatField(_("mean"))
    day = models.DateField(_("day of reckoning"))
    rule = models.ForeignKey(ScoreRule, models.PROTECT, null=True, related_name="+", verbose_name=_("rule"))
    computed_at = models.DateTimeField(_("reckoned"))

    class Meta:
        verbose_name = _("mean of a board")
        verbose_name_plural = _("means of the boards")

    def __str__(self) -> str:
        return f"{self.board} {self.value:.2f}"


class InstitutionScore(models.Model):
    """The score of one institution on one board, "" for all of them together. Derived: see ``experts.scores``."""

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="scores", verbose_name=_("institution"), db_index=False
    )
    board = models.CharField(_("board"), max_length=4, blank=True)
    value = models.FloatField(_("score"))
    lower = models.FloatField(_("lower bound"))
    n = models.PositiveIntegerField(_("answers counted"))
    weights = models.FloatField(_("weight of the answers"))
    asked = models.PositiveIntegerField(_("asked"))
    answered = models.PositiveIntegerField(_("answered"))
    rule = models.ForeignKey(ScoreRule, models.PROTECT, null=True, related_name="+", verbose_name=_("rule"))
    computed_at = models.DateTimeField(_("reckoned"))

    class Meta:
        verbose_name = _("score of an institution")
        verbose_name_plural = _("scores of the institutions")
        constraints = [
            models.UniqueConstraint(fields=["institution", "board"], name="score_once_per_board"),
            models.CheckConstraint(condition=models.Q(answered__lte=models.F("asked")), name="score_answered_of_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.board} {self.value:.2f}"
