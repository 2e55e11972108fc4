"""What shared laboratories add to the page of a case and to the dossier of an enterprise."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.among import Among
from portal.kept import kept
from services.boards.board import BoardApp
from services.boards.dated import Dated
from services.boards.labs.children import TABLES
from services.boards.labs.models import Booking, Qualification
from services.boards.labs.states import LIVE, BookingState
from services.cases.models import Case, Need

QUALIFICATION_ENDS = Dated(
    slug="labs-qualification",
    title=_l("Qualification on an instrument ends"),
    rows=lambda: Qualification.objects.filter(
        withdrawn_at=None, enterprise__isnull=False, valid_to__isnull=False, equipment__available=True
    ),
    on="valid_to",
    words=lambda row: row.equipment.name,
    path=lambda row: f"/boards/labs/equipment/{row.equipment_id}/",
    days=(30,),
    related=("equipment",),
)


@kept
def _booked(*, needs: list[int], user: User) -> QuerySet[Booking]:
    rows = Booking.objects.visible_to(user).filter(Among("need_id", needs)).select_related("equipment")
    return rows.only("state", "span", "equipment__name").order_by("-pk")


class Labs(BoardApp):
    slug = "labs"
    dated = (QUALIFICATION_ENDS,)
    tables = TABLES
    panel_template = "boards/labs/_panel.html"

    def panel(self, case: Case, needs: Sequence[Need], user: User) -> dict[str, Any] | None:
        """The bookings made for these needs, and the way to book one."""
        rows = _booked(needs=[need.pk for need in needs], user=user)
        return {"bookings": rows, "book_for": user.has_perm("labs.book") and case.is_open}

    def summary(self, enterprise: Enterprise, user: User, today: date) -> Sequence[tuple[str, str]]:
        counts = Booking.objects.filter(enterprise=enterprise).aggregate(
            coming=Count("pk", filter=Q(state__in=LIVE)),
            done=Count("pk", filter=Q(state=BookingState.COMPLETED)),
            missed=Count("pk", filter=Q(state=BookingState.NO_SHOW)),
        )
        return [
            (_("Bookings to come"), str(counts["coming"])),
            (_("Instruments used, times"), str(counts["done"])),
            (_("Bookings nobody came to"), str(counts["missed"])),
        ]


APP = Labs()
