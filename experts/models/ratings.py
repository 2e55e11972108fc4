"""What enterprises were asked and answered about institutions. This floor knows no cases: the referral is a number
here.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models.institutions import Institution
from portal.audit.history import tracked


class Grade(models.IntegerChoices):
    """The five grades of the good/bad rating; the last two are negative."""

    VERY_SATISFIED = 5, _("Very satisfied")
    SATISFIED = 4, _("Satisfied")
    FAIRLY_SATISFIED = 3, _("Fairly satisfied")
    DISSATISFIED = 2, _("Dissatisfied")
    VERY_DISSATISFIED = 1, _("Very dissatisfied")


class Asking(models.Model):
    """One enterprise asked about one referral: what a response rate is counted from. Silence leaves ``answered_at``
    empty.
    """

    referral_ref = models.BigIntegerField(unique=True)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="askings", verbose_name=_("institution"))
    board = models.CharField(_("board"), max_length=4)
    asked_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("asking")
        verbose_name_plural = _("askings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None) | models.Q(answered_at__gte=models.F("asked_at")),
                name="asking_times_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.referral_ref}"


@tracked(exclude=("comment",))
class Rating(models.Model):
    """One answer about one institution from one referral. Silence and automatic confirmation are no answer and leave
    no row.
    """

    class State(models.TextChoices):
        COUNTED = "counted", _("Counted")
        UNDER_APPEAL = "under_appeal", _("Under appeal")
        EXCLUDED = "excluded", _("Excluded")

    class Source(models.TextChoices):
        LINK = "link", _("By link")
        ACCOUNT = "account", _("Signed in")
        SPOKEN = "spoken", _("Spoken, recorded by staff")
        API = "api", _("Through the API")

    class ExcludedReason(models.TextChoices):
        APPEAL_UPHELD = "appeal_upheld", _("Appeal upheld")

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="ratings", verbose_name=_("institution"), db_index=False
    )
    board = models.CharField(_("board"), max_length=4)
    referral_ref = models.BigIntegerField(unique=True)
    enterprise_ref = models.BigIntegerField(null=True)
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade)
    solved = models.BooleanField(_("solved"), null=True)
    comment = models.TextField(_("comment"), blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.COUNTED)
    excluded_reason = models.CharField(
        _("excluded because"), max_length=20, choices=ExcludedReason, blank=True, db_default=""
    )
    rated_at = models.DateTimeField(_("rated"))
    amended_at = models.DateTimeField(_("amended"), null=True)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        indexes = [models.Index(fields=["institution", "board", "-rated_at"], name="rating_lookup")]
        constraints = [
            models.CheckConstraint(condition=models.Q(grade__range=(1, 5)), name="rating_grade_1_to_5"),
            models.CheckConstraint(
                condition=models.Q(state="excluded") & ~models.Q(excluded_reason="")
                | ~models.Q(state="excluded") & models.Q(excluded_reason=""),
                name="rating_excluded_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.grade}"
