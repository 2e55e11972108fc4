"""Two orders of tests for the demo enterprise: one that a laboratory is working on, one just written; fictional."""

from datetime import datetime, timedelta

from django.utils import timezone

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards import actions
from services.boards.testing import actions as testing
from services.boards.testing.models import Item, Order, Sample

LABORATORY = "演示产品检验所"
DAY = timedelta(days=1)
ITEMS = [
    ("用水量", "GB/T 6952 用水量试验", "一级水效：平均用水量不大于 4.0 L", "4.3 L", "fail"),
    ("水封深度", "GB/T 6952 水封试验", "不小于 50 mm", "56 mm", "pass"),
    ("吸水率", "GB/T 6952 吸水率试验", "不大于 0.5 %", "", ""),
]


def keep(owner: User, *, now: datetime) -> None:
    """Once: of the first order two samples are at the laboratory, one item has failed, one is not tested yet."""
    enterprise = Enterprise.objects.of(owner).order_by("pk").first()
    if enterprise is None or Order.objects.filter(enterprise=enterprise).exists():
        return
    today = timezone.localdate(now)
    begun = {
        "reference": "演示 WT-001",
        "product": "一体式坐便器",
        "purpose": "水效备案前的摸底",
        "laboratory": LABORATORY,
    }
    order = actions.add(Order, enterprise, {**begun, "wanted_on": today + 10 * DAY}, by=owner, now=now)
    tested, kept = (_sample(order, number, owner, now=now) for number in (1, 2))
    Sample.objects.filter(pk=kept.pk).update(retained_until=today + 90 * DAY)
    for parameter, method, basis, value, judgement in ITEMS:
        asked = {"sample": tested, "parameter": parameter, "method": method, "basis": basis}
        item = testing.add_item(order, asked, by=owner)
        if judgement:
            _measured(item, value, judgement, by=owner)
    fresh = {"reference": "演示 WT-002", "product": "智能坐便器", "urgency": "fast", "subcontract": True}
    actions.add(Order, enterprise, fresh, by=owner, now=now)


def _sample(order: Order, number: int, owner: User, *, now: datetime) -> Sample:
    """Produced, sent and taken in by the laboratory."""
    said = {"label": f"S-{number:02}", "identity": "DEMO-ZB01 一体式坐便器，305 mm 坑距", "quantity": "1 件"}
    batch = f"{timezone.localdate(now) - 20 * DAY} 批"
    sample = testing.add_sample(order, {**said, "batch": batch, "storage": "室温，原包装"}, by=owner)
    sent = {"given_by": "演示企业用户", "taken_by": "演示物流", "place": "演示卫浴科技有限公司"}
    taken = {"given_by": "演示物流", "taken_by": f"{LABORATORY} 收样室", "place": LABORATORY, "condition": "包装完好"}
    testing.hand_over(sample, {**sent, "at": now - 6 * DAY}, by=owner, now=now)
    testing.hand_over(sample, {**taken, "at": now - 5 * DAY}, by=owner, now=now)
    return sample


def _measured(item: Item, value: str, judgement: str, *, by: User) -> None:
    testing.record(item, value=value, judgement=judgement, subcontracted_to="", version=item.version, by=by)
