"""One diagnosis with its plan for the demo enterprise, a supply-chain project and an award application: fictional."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from enterprises.models import Enterprise
from experts.models import Expert
from portal.accounts.models import User
from services.boards import actions
from services.boards.consulting.actions import naming, planning, settling
from services.boards.consulting.models import AwardApplication, Diagnosis, SupplyProject

FINDINGS = [
    ("materials", "major", "釉料进厂只核对送货单，没有粒度和含水率的检验记录。"),
    ("production", "critical", "窑炉三号测温点偏差 18 ℃，近三个月未校准。"),
    ("inspection", "minor", "吸水率抽样未写明批次。"),
]
ACTIONS = [
    ("建立釉料进厂检验规程和台账", "质量部 王工", 45, "3000", "60000"),
    ("校准窑炉测温点并纳入周期校准计划", "设备部 李工", 10, "8000", "240000"),
    ("修订抽样单，加批次栏", "检验室 周工", -5, "0", None),
]


def keep(owner: User, specialist: User, expert: User, *, now: datetime) -> None:
    """Once: what an expert found, what is to be done, what was done and checked."""
    firm = Enterprise.objects.of(owner).order_by("pk").first()
    if firm is None or Diagnosis.objects.filter(enterprise=firm).exists():
        return
    today = timezone.localdate(now)
    said: dict[str, Any] = {"title": "窑炉车间质量诊断", "visited_on": today - timedelta(days=40), "place": "窑炉车间"}
    said |= {"diagnosed_by": "演示专家甲", "summary": "成品合格率波动，主要来自釉料和窑温。"}
    plan = actions.add(Diagnosis, firm, said | {"recheck_on": today + timedelta(days=30)}, by=owner, now=now)
    known = Expert.objects.get(name="演示专家甲")
    if known.user is None:
        known.user = expert
        known.save(update_fields=["user"])
    named = naming.name(plan, known, by=specialist, now=now)
    naming.declare(named, conflict=False, interests="", by=expert, now=now)
    for found, planned in zip(FINDINGS, ACTIONS, strict=True):
        _find(plan, found, planned, by=expert, now=now)
    last = plan.actions.latest("pk")
    settling.done(last, by=owner, now=now, note="新抽样单已启用")
    seen = "新抽样单已启用，三批可追溯。"
    settling.recheck(plan, visited_on=today, summary=seen, found={last: True}, by=specialist, now=now)
    planning.report_benefit(last, year=today.year, amount_cny=Decimal(6000), basis="少一次复检", by=owner, now=now)
    chain = {"chain": "五金配件质量提升", "anchor": firm.name, "suppliers": "演示五金厂，演示电镀厂", "owner": "采购部"}
    project = {
        "issue": "电镀层起泡",
        "title": "前处理槽液周检",
        "state": "under_way",
        "due_on": today + timedelta(days=60),
    }
    actions.add(SupplyProject, firm, chain | project, by=owner, now=now)
    award = {"award": "演示市市长质量奖", "organiser": "演示市人民政府", "deadline_on": today + timedelta(days=55)}
    actions.add(AwardApplication, firm, award | {"deadline_source": "演示通知"}, by=owner, now=now)


def _find(plan: Diagnosis, found: tuple[Any, ...], planned: tuple[Any, ...], *, by: User, now: datetime) -> None:
    columns = dict(zip(("stage", "severity", "text"), found, strict=True))
    finding = planning.add_finding(plan, columns, by=by, now=now)
    text, owner, days, cost, expected = planned
    money = {"cost_cny": Decimal(cost), "expected_cny": Decimal(expected) if expected else None}
    due = {"text": text, "owner": owner, "due_on": timezone.localdate(now) + timedelta(days=days)}
    planning.add_action(plan, {"finding": finding, **due, **money}, by=by, now=now)
