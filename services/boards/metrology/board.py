"""Standards and metrology: the ledger of instruments, standards in use, and what becomes of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.kept import kept
from services.boards.board import BoardApp, Link
from services.boards.metrology import actions
from services.boards.metrology.children import BATCHES
from services.boards.metrology.models import Batch, Instrument, Standard
from services.boards.metrology.registers import (
    DECLARATIONS,
    FORERUNNERS,
    INSTRUMENTS,
    LISTING,
    RECALL,
    REPLACE,
    REVIEW,
    SLUG,
    STANDARDS,
)
from services.cases.models import Case, Need, Referral, Result

DUE = Link(gettext_lazy("Due list"), "metrology:due", "calendar-check")
CALENDAR = Link(gettext_lazy("Recall calendar"), "metrology:calendar", "calendar3")


@kept
def _batch(*, case: int, user: User) -> QuerySet[Batch]:
    return Batch.objects.visible_to(user).filter(case=case)


class Metrology(BoardApp):
    slug = SLUG
    registers = (INSTRUMENTS, STANDARDS, DECLARATIONS, FORERUNNERS)
    dated = (RECALL, REPLACE, REVIEW, LISTING)
    tables = (BATCHES,)
    links = (DUE, CALENDAR)
    panel_template = "metrology/_panel.html"

    def panel(self, case: Case, needs: Sequence[Need], user: User) -> dict[str, Any] | None:
        if not case.enterprise_id:
            return None
        batch = next(iter(_batch(case=case.pk, user=user)), None)
        return {"registers": self.registers, "batch": batch}

    def summary(self, enterprise: Enterprise, user: User, today: date) -> Sequence[tuple[str, str]]:
        """How many instruments are overdue, and how many standards withdrawn."""
        instruments = Instrument.objects.visible_to(user).kept().filter(enterprise=enterprise)
        standards = Standard.objects.visible_to(user).kept().filter(enterprise=enterprise)
        withdrawn = sum(one.is_withdrawn for one in standards.only("status"))
        return [
            (_("Instruments overdue"), str(instruments.filter(due_on__lt=today).count())),
            (_("Under compulsory verification"), str(instruments.filter(compulsory=True).count())),
            (_("Withdrawn standards in use"), str(withdrawn)),
        ]

    def delivered(self, referral: Referral, results: Sequence[Result]) -> None:
        actions.keep_certificates(referral, results, now=referral.confirmed_at or timezone.now())


APP = Metrology()
