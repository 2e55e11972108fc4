"""A need: one triaged piece of a case, exactly one service item of one board."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from services.cases.models.cases import Case, Urgency
from services.cases.states import NeedState
from services.catalogue.models import Board, ServiceItem


class NeedQuerySet(models.QuerySet["Need"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))

    def seeking(self) -> Self:
        return self.filter(state=NeedState.SEEKING)

    def in_order(self) -> Self:
        return self.order_by("case_id", "position")


class Need(models.Model):
    """Keeps the version of the item it was triaged under, the answers to its questions and the date promised.

    ``due_at`` is by when an institution has to be asked, while it seeks one.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="needs", verbose_name=_("case"), db_index=False)
    position = models.PositiveSmallIntegerField(_("position"))
    board = models.ForeignKey(Board, models.PROTECT, verbose_name=_("board"))
    item = models.ForeignKey(
        ServiceItem, models.PROTECT, related_name="needs", verbose_name=_("service item"), db_index=False
    )
    item_version = models.PositiveIntegerField()
    description = models.TextField(_("what exactly"), blank=True)
    answers = models.JSONField(_("answers"), default=dict)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    after = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followers", verbose_name=_("begins after")
    )
    state = models.CharField(_("state"), max_length=30, choices=NeedState, default=NeedState.SEEKING)
    version = models.PositiveIntegerField(default=1)
    reason = models.TextField(_("reason"), blank=True)
    due_at = models.DateTimeField(_("due"), null=True)
    reopens = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reopened_as", verbose_name=_("takes up again")
    )
    promised_on = models.DateField(_("promised for"), null=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        indexes = [
            models.Index(fields=["state", "board", "-id"], name="need_queue"),
            models.Index(fields=["item", "-id"], name="need_of_item"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="need_position"),
            models.UniqueConstraint(
                fields=["reopens"], condition=models.Q(reopens__isnull=False), name="need_reopened_once"
            ),
            models.CheckConstraint(condition=models.Q(state__in=NeedState.values), name="need_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}-{self.position}"
