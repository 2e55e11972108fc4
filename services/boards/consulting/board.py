"""What management consulting keeps for an enterprise: diagnoses with their plans, supply-chain projects, awards."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.kept import kept
from services.boards.board import BoardApp
from services.boards.consulting import totals
from services.boards.consulting.actions import receiving
from services.boards.consulting.children import REQUESTS
from services.boards.consulting.models import PlanAction
from services.boards.consulting.registers import (
    ACTION_DUE,
    ALL_ACTIONS,
    AWARD_DUE,
    AWARDS,
    DIAGNOSES,
    PROJECT_DUE,
    PROJECTS,
    RECHECK_DUE,
)
from services.cases.models import Case, Need, Referral, Result

MOST_ON_A_CASE = 5


@kept
def _open(*, enterprise: int, user: User) -> QuerySet[PlanAction]:
    mine = PlanAction.objects.visible_to(user).of(enterprise).open()
    return mine.order_by("due_on", "pk")[: MOST_ON_A_CASE + 1]


class Consulting(BoardApp):
    slug = "consulting"
    registers = (DIAGNOSES, PROJECTS, AWARDS)
    dated = (ACTION_DUE, RECHECK_DUE, PROJECT_DUE, AWARD_DUE)
    tables = (REQUESTS,)
    links = (ALL_ACTIONS,)
    panel_template = "boards/consulting/_panel.html"

    def panel(self, case: Case, needs: Sequence[Need], user: User) -> dict[str, Any] | None:
        """The next open actions of the enterprise."""
        if case.enterprise is None:
            return None
        actions = _open(enterprise=case.enterprise.pk, user=user)
        more = len(actions) > MOST_ON_A_CASE
        return {"actions": actions[:MOST_ON_A_CASE], "more": more, "registers": self.registers}

    def summary(self, enterprise: Enterprise, user: User, today: date) -> Sequence[tuple[str, str]]:
        """Expected and realised stand apart, and the realised by how sure it is."""
        actions = PlanAction.objects.visible_to(user).of(enterprise).prefetch_related("benefits")
        found = totals.of(actions)
        lines = [
            (_("Actions settled"), f"{found.settled} / {found.actions}"),
            (_("Expected benefit per year, CNY"), f"{found.expected_cny:,.2f}"),
        ]
        realised = _("Realised benefit, CNY: %(level)s")
        return lines + [(realised % {"level": level}, f"{amount:,.2f}") for level, amount in found.realised_in_words]

    def delivered(self, referral: Referral, results: Sequence[Result]) -> None:
        """A report becomes the draft of a diagnosis."""
        receiving.draft(referral, results)


APP = Consulting()
