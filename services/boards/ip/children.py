"""What hangs on a right: its statutory deadlines, and the cases that were ordered because of them."""

from django.utils.translation import gettext_lazy as _

from services.boards.child import Child
from services.boards.ip.models import Deadline, Order

DEADLINES = Child(
    slug="deadlines",
    title=_("Statutory deadlines"),
    model=Deadline,
    entry="right",
    keys=("right", "rule", "result"),
    columns=("rule", "turn", "opens_on", "due_on", "grace_until", "done_on", "done_note"),
    brief=("rule", "turn", "due_on", "grace_until", "done_on"),
    related=("right", "rule"),
)
ORDERS = Child(
    slug="orders",
    title=_("Cases because of deadlines"),
    model=Order,
    entry="right",
    keys=("right", "case", "deadline"),
    columns=("case", "deadline"),
    related=("right", "case", "deadline__rule", "deadline__right"),
)
OF_RIGHTS = (DEADLINES, ORDERS)
