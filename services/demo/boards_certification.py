"""Two certificates and the roadmap of a laboratory for the demo enterprise: fictional, with days around today."""

from datetime import datetime, timedelta

from django.utils import timezone

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards import actions
from services.boards.certification.models import Certificate, Roadmap, Step

BODY = "演示认证中心有限公司"


def keep(owner: User, *, now: datetime) -> None:
    """Once; the first two steps of the roadmap are settled, the third is in hand."""
    enterprise = Enterprise.objects.of(owner).order_by("pk").first()
    if enterprise is None or Certificate.objects.filter(enterprise=enterprise).exists():
        return
    today = timezone.localdate(now)
    soon, late = today + timedelta(days=40), today + timedelta(days=400)
    held = {"scheme": "qms", "number": "00124Q00001R1M", "scope": "卫生陶瓷的设计与生产", "valid_to": late}
    actions.add(Certificate, enterprise, {**held, "body": BODY, "surveillance_on": soon}, by=owner, now=now)
    odd = {"scheme": "ems", "number": "演示 EMS 001", "body": BODY, "valid_to": soon}
    actions.add(Certificate, enterprise, odd, by=owner, now=now)
    roadmap = actions.add(Roadmap, enterprise, {"laboratory": "新建研发实验室", "aim": "cnas"}, by=owner, now=now)
    first, second, third = Step.objects.filter(roadmap=roadmap).in_order()[:3]
    for step in (first, second):
        Step.objects.filter(pk=step.pk).update(state="met", owner="质量负责人", evidence="质量手册第 4 章")
    Step.objects.filter(pk=third.pk).update(state="at_work", owner="技术负责人", target_on=soon)
