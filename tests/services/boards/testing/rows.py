"""Orders of tests, as the actions make them."""

from datetime import UTC, date, datetime
from typing import Any

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards.testing import actions
from services.boards.testing.models import Order

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def make_order(firm: Enterprise, owner: User, *, reference: str = "WT-1", rows: int = 1, **columns: Any) -> Order:
    """With so many samples, one test item each."""
    said = {"product": "坐便器", "laboratory": "甲检测院", **columns}
    order = Order.objects.create(enterprise=firm, reference=reference, created_at=NOW, changed_at=NOW, **said)
    for number in range(rows):
        sample = actions.add_sample(
            order,
            {"label": f"S{number}", "identity": "坐便器 A1", "quantity": "2 件", "retained_until": date(2026, 12, 1)},
            by=owner,
        )
        actions.add_item(
            order, {"sample": sample, "parameter": "吸水率", "method": "GB/T 6952", "basis": "GB/T 6952"}, by=owner
        )
    return order
