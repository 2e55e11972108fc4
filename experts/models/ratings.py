"""What enterprises answered about institutions. This floor knows no cases: the referral is a number here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models.institutions import Institution


class Grade(models.IntegerChoices):
    """The five grades of the good/bad rating; the last two are negative."""

    VERY_SATISFIED = 5, _("Very satisfied")
    SATISFIED = 4, _("Satisfied")
    FAIRLY_SATISFIED = 3, _("Fairly satisfied")
    DISSATISFIED = 2, _("Dissatisfied")
    VERY_DISSATISFIED = 1, _("Very dissatisfied")


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

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="ratings", verbose_name=_("institution"))
    board = models.CharField(_("board"), max_length=4)
    referral_ref = models.BigIntegerField(unique=True)
    enterprise_ref = models.BigIntegerField(null=True)
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade)
    solved = models.BooleanField(_("solved"), null=True)
    comment = models.TextField(_("comment"), blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.COUNTED)
    rated_at = models.DateTimeField(_("rated"))

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        indexes = [models.Index(fields=["institution", "board", "-rated_at"], name="rating_lookup")]
        constraints = [models.CheckConstraint(condition=models.Q(grade__range=(1, 5)), name="rating_grade_1_to_5")]

    def __str__(self) -> str:
        return f"{self.institution} {self.grade}"
