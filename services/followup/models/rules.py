"""What is asked when: rows that leads and curators edit."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.audit.history import tracked
from services.catalogue.models import Board, ServiceItem
from services.clocks.names import ClockName
from services.followup.states import Kind

ALWAYS = ("first", "second")
"""The rules for every confirmed service: nobody is sampled."""


class FollowUpRuleQuerySet(models.QuerySet["FollowUpRule"]):
    def active(self) -> Self:
        return self.filter(active=True)


@tracked()
class FollowUpRule(models.Model):
    """One survey: its kind, the clock that says when, and which services it is for; blank board and item mean any."""

    CLOCKS: ClassVar = [
        ClockName.FOLLOW_UP_FIRST,
        ClockName.FOLLOW_UP_SECOND,
        ClockName.IMPACT_HALF_YEAR,
        ClockName.IMPACT_YEAR,
    ]

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    clock = models.CharField(_("clock"), max_length=40, choices=[(clock.value, clock.label) for clock in CLOCKS])
    board = models.ForeignKey(Board, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("board"))
    item = models.ForeignKey(
        ServiceItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service item")
    )
    applies_from = models.DateTimeField(
        _("confirmed since"),
        null=True,
        blank=True,
        help_text=_("Services confirmed before are not asked about. Needed for every survey that not everybody gets."),
    )
    active = models.BooleanField(_("active"), default=False)

    objects = FollowUpRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up rule")
        verbose_name_plural = _("follow-up rules")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="followup_rule_kind_known"),
            models.CheckConstraint(
                condition=~Q(code__in=ALWAYS) | Q(active=True, board=None, item=None, applies_from=None),
                name="followup_rule_asks_everybody",
                violation_error_message=_("The first and the second follow-up are for every confirmed service."),
            ),
            models.CheckConstraint(
                condition=Q(code__in=ALWAYS) | Q(active=False) | Q(applies_from__isnull=False),
                name="followup_rule_has_a_beginning",
                violation_error_message=_(
                    "Say from which confirmation on; otherwise every service ever confirmed would be asked about."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.SATISFACTION) | Q(code="first"),
                name="followup_rule_one_satisfaction",
                violation_error_message=_("The first follow-up alone asks for satisfaction: one service, one rating."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_clock_display()}"
