"""A confirmed report becomes a draft, once; help with an action becomes a case."""

from datetime import timedelta

import pytest

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.files import actions as files
from services.boards.consulting.actions import ordering, planning
from services.boards.consulting.models import Diagnosis, HelpRequest
from services.boards.handing import hand_over
from services.boards.ordering import Asking
from services.cases import actions as cases
from services.cases.actions import Contact
from services.cases.models import Audience, Referral, Result
from services.cases.states import ReferralState
from tests.factories import NOW, TODAY, make_case, make_item, make_need, make_referral, make_station
from tests.people import make_notice
from tests.portal.files.corpus import PDF, upload
from tests.services.boards.consulting.rows import make_action, make_diagnosis

pytestmark = pytest.mark.django_db


def confirmed(firm: Enterprise | None, owner: User, *kinds: str) -> Referral:
    need = make_need(make_case(enterprise=firm, submitter=owner), make_item("MC", name_zh="入企问诊"))
    referral = make_referral(need, state=ReferralState.CONFIRMED)
    for kind in kinds:
        paper = files.store(upload("报告.pdf", PDF), by=owner)
        [document] = cases.attach(need.case, [paper], audience=Audience.SHARED, now=NOW, referral=referral)
        said = {"summary": "来料检验缺记录", "issued_on": TODAY, "document": document}
        Result.objects.create(referral=referral, kind=kind, created_by=owner, created_at=NOW, **said)
    return referral


def test_a_confirmed_report_becomes_a_draft_once_and_what_is_no_report_does_not(firm: Enterprise, owner: User) -> None:
    referral = confirmed(firm, owner, "advice", "plan")
    confirmed(firm, owner, "training")
    assert hand_over(NOW + timedelta(minutes=1)) == 2
    assert hand_over(NOW + timedelta(minutes=2)) == 0
    [draft] = Diagnosis.objects.all()
    plan = Result.objects.get(kind="plan")
    assert plan.document is not None
    assert (draft.state, draft.enterprise, draft.referral, draft.visited_on) == ("draft", firm, referral, TODAY)
    assert (draft.summary, draft.paper, draft.diagnosed_by) == (
        "来料检验缺记录",
        plan.document.attachment,
        referral.institution.name_zh,
    )
    planning.add_finding(draft, {"stage": "materials", "severity": "major", "text": "无记录"}, by=owner, now=NOW)
    draft.refresh_from_db()
    assert (draft.state, [step.to_state for step in draft.steps.all()]) == ("open", ["open"])


def test_help_with_a_finding_or_an_action_is_a_case_of_the_enterprise(firm: Enterprise, owner: User) -> None:
    make_notice()
    make_station()
    plan = make_diagnosis(firm)
    finding = planning.add_finding(
        plan, {"stage": "inspection", "severity": "critical", "text": "卡尺未校准"}, by=owner, now=NOW
    )
    asking = Asking(owner, Contact(name="王经理", phone="+8613800138000"))
    for about in (finding, make_action(plan, owner, finding=finding)):
        case = ordering.ask_for_help("卡尺需要校准", about, asking=asking, now=NOW)
        link = HelpRequest.objects.get(case=case)
        assert (case.enterprise, case.submitter, case.text) == (firm, owner, "卡尺需要校准")
        assert about in (link.finding, link.action)
