"""What an institution may do about a rating of its own: reply to it, and appeal once."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from experts.models import Institution, Rating
from portal.accounts.models import User
from portal.accounts.roles import READERS, Role
from services.cases.models import CaseDocument, Referral
from services.rectification.states import AppealState


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, user: User) -> Self:
        """Those who read the cases of the station, and the institution; the enterprise hears of the decision."""
        if user.role == Role.PROVIDER:
            return self.filter(referral__institution__in=Institution.objects.of(user).values("pk"))
        if user.role in READERS:
            return self.filter(referral__in=Referral.objects.visible_to(user))
        return self.none()

    def open(self) -> Self:
        return self.filter(state=AppealState.LODGED)

    def whole(self) -> Self:
        """With what a page of one says about it."""
        return self.select_related(
            "rating", "referral__case__station", "referral__institution", "referral__need__item", "decided_by"
        )


class Appeal(models.Model):
    """One per rating. Upheld: the rating leaves the score, the history stays. Dismissed: it counts again."""

    rating = models.OneToOneField(Rating, models.PROTECT, related_name="appeal", verbose_name=_("rating"))
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="appeals", verbose_name=_("referral"))
    state = models.CharField(_("state"), max_length=20, choices=AppealState, default=AppealState.LODGED)
    version = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField(_("due"), null=True)
    reason = models.TextField(_("reason"))
    papers = models.ManyToManyField(CaseDocument, related_name="+", verbose_name=_("files"))
    lodged_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("lodged by"))
    lodged_at = models.DateTimeField(_("lodged"))
    decision = models.TextField(_("decision in words"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        indexes: ClassVar = [models.Index(fields=["state", "due_at", "id"], name="appeal_due")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="appeal_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="appeal_has_reason"),
            models.CheckConstraint(
                condition=Q(state="lodged", decided_by=None, decided_at=None, decision="")
                | Q(
                    ~Q(state="lodged"),
                    ~Q(decision=""),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    due_at=None,
                ),
                name="appeal_decided_by_somebody_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("rectification:appeal", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.state != AppealState.LODGED


class RatingReply(models.Model):
    """What the institution has to say to a rating: one reply, kept beside it, read by staff and the enterprise."""

    rating = models.OneToOneField(Rating, models.PROTECT, related_name="reply", verbose_name=_("rating"))
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="replies", verbose_name=_("referral"))
    text = models.TextField(_("reply"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("reply to a rating")
        verbose_name_plural = _("replies to ratings")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="rating_reply_says_something")]

    def __str__(self) -> str:
        return f"{self.rating_id}"
