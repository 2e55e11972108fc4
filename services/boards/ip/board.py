"""The portfolio of an enterprise: its rights, and what they cost it if a day is missed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext as _of

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.kept import kept
from services.boards.board import BoardApp, Link
from services.boards.dated import Dated
from services.boards.ip import actions
from services.boards.ip.children import OF_RIGHTS
from services.boards.ip.forms import RightForm
from services.boards.ip.models import Deadline, Order, Right
from services.boards.ip.states import RightState
from services.boards.register import Register
from services.cases.models import Case, Need, Referral, Result

RIGHTS = Register(
    slug="rights",
    model=Right,
    title=_("Rights"),
    add=_("Add a right"),
    empty=_(
        "Enter patents, trademarks, copyrights and geographical indications with their days: annuities, renewals and "
        "other deadlines are reckoned from them, and you are reminded in good time."
    ),
    form=RightForm,
    columns=("title", "kind", "full_number", "state", "filed_on", "granted_on"),
    key=("kind", "number"),
    search=("title", "number", "owners", "note"),
    icon="lightbulb",
    choices=("kind", "state"),
    example={
        "kind": "发明专利",
        "number": "201310699744.2",
        "title": "一种节水型坐便器冲水阀",
        "owners": "示例卫浴有限公司",
        "state": "有效",
        "filed_on": "2013-12-18",
        "granted_on": "2016-05-04",
    },
    more="ip/_deadlines.html",
    children=OF_RIGHTS,
)

DEADLINES = Dated(
    slug="ip-deadline",
    title=_("Statutory deadline"),
    rows=Deadline.objects.open,
    on="due_on",
    words=str,
    path=lambda row: row.get_absolute_url(),
    owner="right__enterprise",
    days=(90, 30, 7, 1),
    related=("right", "rule"),
)

PORTFOLIO = Link(_("Portfolio"), "ip:portfolio", "pie-chart")
YEAR = Link(_("Annuity calendar"), "ip:year", "calendar3")


@kept
def _made(*, case: int) -> QuerySet[Order]:
    return Order.objects.filter(case=case).select_related("right", "deadline__rule")


class Ip(BoardApp):
    slug = "ip"
    registers = (RIGHTS,)
    dated = (DEADLINES,)
    links = (PORTFOLIO, YEAR)
    panel_template = "ip/_panel.html"

    def panel(self, case: Case, needs: Sequence[Need], user: User) -> dict[str, Any] | None:
        """The deadline because of which it was ordered, and the way to the rights."""
        order = next(iter(_made(case=case.pk)), None)
        if order is None and not case.enterprise_id:
            return None
        may_look = user.has_perm("boards.keep") or user.has_perm("boards.read")
        return {"order": order, "rights": RIGHTS, "may_look": may_look}

    def summary(self, enterprise: Enterprise, user: User, today: date) -> Sequence[tuple[str, str]]:
        count = Right.objects.kept().filter(enterprise=enterprise).aggregate
        held = count(
            granted=Count("pk", filter=Q(state=RightState.GRANTED)),
            pending=Count("pk", filter=Q(state=RightState.PENDING)),
        )
        fees = Deadline.objects.open().filter(right__enterprise=enterprise, rule__is_fee=True, due_on__gte=today)
        fee = fees.soonest().first()
        return [
            (_now("Rights in force"), str(held["granted"])),
            (_now("Rights applied for"), str(held["pending"])),
            (_now("Next fee"), f"{date_format(fee.due_on, _now('j M Y'))} · {fee}" if fee else _of("no fee", "none")),
        ]

    def delivered(self, referral: Referral, results: Sequence[Result]) -> None:
        """A filing or the receipt of a fee is what the deadline waited for."""
        order = Order.objects.filter(case=referral.case, deadline__isnull=False).first()
        filing = next((result for result in results if result.kind == Result.Kind.FILING), None)
        if order and filing:
            actions.deliver(order, filing)


APP = Ip()
