"""What hangs on an order of tests: its samples with their custody, what is tested, the reports and the cases."""

from django.utils.translation import gettext_lazy as _

from services.boards.child import Child
from services.boards.testing.models import HandOver, Item, OrderedCase, Report, Sample

SAMPLES = Child(
    slug="samples",
    title=_("Samples"),
    model=Sample,
    entry="order",
    keys=("order",),
    columns=("label", "identity", "quantity", "batch", "storage", "retained_until"),
    brief=("label", "identity", "quantity", "batch", "retained_until"),
    related=("order",),
)
CUSTODY = Child(
    slug="custody",
    title=_("Hand-overs of samples"),
    model=HandOver,
    entry="sample__order",
    keys=("sample",),
    columns=("given_by", "taken_by", "at", "place", "condition"),
    related=("sample",),
)
ITEMS = Child(
    slug="items",
    title=_("Test items and results"),
    model=Item,
    entry="order",
    keys=("sample", "order"),
    columns=("parameter", "method", "basis", "value", "judgement", "subcontracted_to"),
    brief=("parameter", "method", "basis", "value", "judgement"),
    related=("sample",),
)
REPORTS = Child(
    slug="reports",
    title=_("Test reports"),
    model=Report,
    entry="order",
    keys=("order", "result"),
    columns=("number", "issued_on", "issuer", "sha256"),
    brief=("number", "issued_on", "issuer"),
    names={"issuer": _("laboratory"), "sha256": _("SHA-256 of the file")},
    related=("order",),
)
CASES = Child(
    slug="cases",
    title=_("Cases made from orders"),
    model=OrderedCase,
    entry="order",
    keys=("order", "case", "item"),
    columns=("case", "kind", "item"),
    related=("order", "case", "item"),
)
OF_ORDERS = (SAMPLES, CUSTODY, ITEMS, REPORTS, CASES)
