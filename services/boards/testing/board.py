"""Orders of tests of an enterprise, and the reports that came of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.kept import kept
from services.boards.board import BoardApp
from services.boards.dated import Dated
from services.boards.register import Register
from services.boards.testing import actions
from services.boards.testing.children import OF_ORDERS
from services.boards.testing.forms import OrderForm
from services.boards.testing.models import Item, Judgement, Order, OrderedCase, Report, Sample
from services.cases.models import Case, Need, Referral, Result

ORDERS = Register(
    slug="orders",
    model=Order,
    title=_("Orders of tests"),
    add=_("Add an order"),
    empty=_(
        "Enter what is to be tested. Samples, test items, who has the samples and every report are kept with the "
        "order, and the centre finds the laboratory."
    ),
    form=OrderForm,
    columns=("reference", "product", "laboratory", "urgency", "wanted_on"),
    key=("reference",),
    search=("reference", "product", "laboratory", "note"),
    icon="clipboard2-pulse",
    choices=("urgency",),
    example={"reference": "WT-2026-001", "product": "示例坐便器", "purpose": "出厂放行", "urgency": "普通"},
    more="testing/_more.html",
    children=OF_ORDERS,
)

RETENTION = Dated(
    slug="testing-retention",
    title=_("Retention of a sample ends"),
    rows=Sample.objects.retained,
    on="retained_until",
    words=str,
    path=lambda row: row.order.get_absolute_url(),
    owner="order__enterprise",
    days=(14,),
    related=("order",),
)


@kept
def _made(*, case: int) -> QuerySet[OrderedCase]:
    return OrderedCase.objects.filter(case=case).select_related("order", "item")


class Testing(BoardApp):
    slug = "testing"
    registers = (ORDERS,)
    dated = (RETENTION,)
    panel_template = "testing/_panel.html"

    def panel(self, case: Case, needs: Sequence[Need], user: User) -> dict[str, Any] | None:
        """The order that the case was made from, and the register of its enterprise."""
        made = next(iter(_made(case=case.pk)), None)
        if made is None and not case.enterprise_id:
            return None
        may_look = user.has_perm("boards.keep") or user.has_perm("boards.read")
        return {"made": made, "register": ORDERS, "may_look": may_look}

    def summary(self, enterprise: Enterprise, user: User, today: date) -> Sequence[tuple[str, str]]:
        items = Item.objects.filter(order__enterprise=enterprise, order__retired_at=None).aggregate(
            tested=Count("pk", filter=~Q(judgement=Judgement.OPEN)), failed=Count("pk", filter=Q(judgement="fail"))
        )
        reports = Report.objects.filter(order__enterprise=enterprise).count()
        return [
            (_now("Test reports"), str(reports)),
            (_now("Items tested"), str(items["tested"])),
            (_now("Items failed"), str(items["failed"])),
        ]

    def work(self, referral: Referral, user: User) -> tuple[str, str] | None:
        """The order, where hand-overs and results are recorded."""
        order = Order.objects.visible_to(user).filter(cases__case=referral.case_id, cases__kind="test").first()
        return (_now("Samples, results and reports"), order.get_absolute_url()) if order else None

    def delivered(self, referral: Referral, results: Sequence[Result]) -> None:
        """The reports of a test or re-test are linked to its order."""
        made = OrderedCase.objects.filter(case=referral.case).exclude(kind=OrderedCase.Kind.RECTIFY).first()
        if made:
            actions.link(made, referral, results)


APP = Testing()
