"""Dull makers of the rows of this board."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from enterprises.models import Enterprise
from experts.models import Expert
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.boards.consulting.actions import naming, planning
from services.boards.consulting.models import AwardApplication, Diagnosis, Naming, PlanAction, SupplyProject
from tests.factories import NOW, TODAY, make_user

_numbers = count(1)
WRITTEN = {"created_at": NOW, "changed_at": NOW}


def make_diagnosis(firm: Enterprise, **columns: Any) -> Diagnosis:
    said = {"title": f"诊断{next(_numbers)}", "visited_on": TODAY - timedelta(days=30), "place": "一号厂房"}
    return Diagnosis.objects.create(**{"enterprise": firm, **said, **WRITTEN, **columns})


def make_action(diagnosis: Diagnosis, by: User, **columns: Any) -> PlanAction:
    said = {"finding": None, "text": f"措施{next(_numbers)}", "owner": "王工", "due_on": TODAY + timedelta(days=10)}
    money = {"cost_cny": None, "expected_cny": None}
    return planning.add_action(diagnosis, {**said, **money, **columns}, by=by, now=NOW)


def make_expert(**columns: Any) -> Expert:
    number = next(_numbers)
    user = make_user(Role.EXPERT)
    return Expert.objects.create(**{"user": user, "name": f"示例专家{number}", "fields": "质量", **columns})


def make_admitted(diagnosis: Diagnosis, desk: User, expert: Expert | None = None) -> Naming:
    expert = expert or make_expert()
    named = naming.name(diagnosis, expert, by=desk, now=NOW)
    return naming.declare(named, conflict=False, interests="", by=expert.user, now=NOW)


def make_award(firm: Enterprise, **columns: Any) -> AwardApplication:
    said = {"award": f"市长质量奖{next(_numbers)}", "deadline_on": date(2027, 3, 31)}
    return AwardApplication.objects.create(**{"enterprise": firm, **said, **WRITTEN, **columns})


def make_project(firm: Enterprise, **columns: Any) -> SupplyProject:
    said = {"chain": "零部件", "anchor": "整车厂", "suppliers": "甲，乙", "issue": "毛刺", "owner": "质量部"}
    return SupplyProject.objects.create(
        **{
            "enterprise": firm,
            **said,
            "title": f"项目{next(_numbers)}",
            "created_at": NOW,
            "changed_at": NOW,
            **columns,
        }
    )
