"""Projects that an anchor firm and its suppliers run to get better together."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.audit.history import tracked
from services.boards.consulting.models.money import money
from services.boards.consulting.states import ProjectState
from services.boards.models import Entry


@tracked(exclude=("owner",))
class SupplyProject(Entry):
    """One issue of a supply chain and the project that removes it; an issue may have several."""

    chain = models.CharField(_("supply chain or campaign"), max_length=120)
    anchor = models.CharField(_("anchor firm"), max_length=200)
    suppliers = models.CharField(_("suppliers"), max_length=500, help_text=_("Separated by commas."))
    issue = models.CharField(_("issue"), max_length=300)
    title = models.CharField(_("project"), max_length=160)
    owner = models.CharField(_("who is responsible"), max_length=100)
    state = models.CharField(_("state"), max_length=10, choices=ProjectState, default=ProjectState.ISSUE)
    begins_on = models.DateField(_("begins"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    spent_cny = money(_("spent, CNY"))
    expected_cny = money(_("expected benefit per year, CNY"))

    class Meta:
        verbose_name = _("supply-chain project")
        verbose_name_plural = _("supply-chain projects")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "chain", "title"], condition=Q(retired_at=None), name="supplyproject_once"
            ),
            models.CheckConstraint(condition=Q(state__in=ProjectState.values), name="supplyproject_state_known"),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(due_on=None) | Q(due_on__gte=F("begins_on")),
                name="supplyproject_dates_in_order",
            ),
            models.CheckConstraint(
                condition=(Q(spent_cny=None) | Q(spent_cny__gte=0)) & (Q(expected_cny=None) | Q(expected_cny__gte=0)),
                name="supplyproject_money_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        problems: dict[str, Any] = {}
        if self.begins_on and self.due_on and self.due_on < self.begins_on:
            problems["due_on"] = _("This is before the project begins.")
        if self.state in {ProjectState.PLANNED, ProjectState.UNDER_WAY} and not self.due_on:
            problems["due_on"] = _("A project that is planned or under way needs a day by which it is done.")
        if problems:
            raise ValidationError(problems)
