"""The pages of a plan, in the hands of the enterprise, the desk and an expert."""

import re
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.boards.consulting import loading
from services.boards.consulting.actions import settling
from services.boards.consulting.board import APP
from services.boards.consulting.models import AwardApplication, Criterion, Diagnosis, Finding, PlanAction, SupplyProject
from services.boards.imports import RegisterKind
from services.cases.models import Case
from tests.factories import NOW, make_board, make_case, make_item, make_need, make_station, make_user
from tests.people import make_notice, program_of
from tests.portal.files.corpus import picture, upload
from tests.services.boards.conftest import signed_in
from tests.services.boards.consulting.rows import (
    make_action,
    make_admitted,
    make_award,
    make_diagnosis,
    make_expert,
    make_project,
)

pytestmark = pytest.mark.django_db
FINDING = {"stage": "materials", "severity": "critical", "text": "来料无检验记录"}
ACTION = {
    "text": "建立来料检验台账",
    "owner": "王工",
    "due_on": "2026年12月10日",
    "cost_cny": "3000",
    "expected_cny": "50000",
}


@pytest.fixture(autouse=True)
def on_a_friday() -> Any:
    with time_machine.travel(NOW, tick=False), override("en"):
        make_board("MC")
        yield


@pytest.fixture
def plan(firm: Enterprise) -> Diagnosis:
    return make_diagnosis(firm)


def at(name: str, row: Any) -> str:
    return reverse(f"consulting:{name}", args=[row.pk])


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_from_the_finding_to_the_closed_plan_by_its_pages(page: Client, plan: Diagnosis) -> None:
    photo = upload("毛刺.png", picture("PNG"))
    assert page.post(at("new_finding", plan), {**FINDING, "photos": photo}).status_code == 302
    finding = Finding.objects.get()
    assert page.post(at("new_action", plan), {**ACTION, "finding": finding.pk}).status_code == 302
    action = PlanAction.objects.get()
    assert (action.finding, action.expected_cny, str(action.due_on)) == (finding, Decimal(50000), "2026-12-10")
    shown = text(page, at("plan", plan))
    picture_at = at("photo", finding.photos.get())
    assert all(one in shown for one in ("来料无检验记录", "建立来料检验台账", "Materials", "50,000.00", picture_at))
    sent = page.get(picture_at)
    assert (sent["Content-Type"], b"".join(sent.streaming_content)[1:4]) == ("image/png", b"PNG")
    assert page.post(at("finding", finding), {**FINDING, "severity": "major", "version": 1}).status_code == 302
    assert page.post(at("finding", finding), {**FINDING, "version": 1}).status_code == 409
    assert page.post(at("edit_action", action), {**ACTION, "owner": "李工", "version": 1}).status_code == 302

    assert page.post(at("close", plan)).status_code == 409
    assert page.post(at("done", action), {"note": "已建"}).status_code == 302
    assert page.post(at("edit_action", action), {**ACTION, "version": 3}).status_code == 409
    brought = {"year": "2026", "amount_cny": "12000", "basis": "废品减少"}
    assert page.post(at("benefit", action), brought).status_code == 302
    assert page.get(at("recheck", plan)).status_code == 403

    desk = signed_in(make_user(Role.SPECIALIST))
    assert f"action_{action.pk}" in text(desk, at("recheck", plan))
    seen = {"visited_on": "2026-11-20", "summary": "台账齐全", f"action_{action.pk}": "done"}
    assert desk.post(at("recheck", plan), seen).status_code == 302
    assert desk.post(at("check_benefit", action.benefits.get())).status_code == 302
    assert page.post(at("close", plan)).status_code == 302
    shown = text(page, at("plan", plan))
    assert all(one in shown for one in ("Every action was checked or dropped", "台账齐全", "1 of 1 actions settled"))
    for look in ("action", "printed"):
        assert "12,000.00" in text(page, at(look, action if look == "action" else plan))
    told = program_of(plan.enterprise.memberships.get().user).get(f"/api/v1/consulting/plans/{plan.pk}/").json()
    assert (told["state"], told["findings"][0]["stage"], told["actions"][0]["state"]) == (
        "closed",
        "materials",
        "checked",
    )
    realised = [{"year": 2026, "amount_cny": "12000.00", "evidence": "checked"}]
    assert (told["actions"][0]["expected_cny"], told["actions"][0]["realised"]) == ("50000.00", realised)
    paper = page.get(at("plan_pdf", plan))
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert page.post(at("new_finding", plan), FINDING).status_code == 409
    assert page.post(reverse("boards:edit", args=["consulting", "diagnoses", plan.pk])).status_code == 422
    assert desk.post(at("reopen", plan), {"why": ""}).status_code == 422
    assert desk.post(at("reopen", plan), {"why": "漏项"}).status_code == 302


def test_what_a_closed_plan_brought_in_is_reported_and_checked_as_long_as_it_is_kept(
    page: Client, plan: Diagnosis
) -> None:
    desk, expert = make_user(Role.SPECIALIST), make_expert()
    make_admitted(plan, desk, expert)
    action = make_action(plan, expert.user)
    page.post(at("done", action))
    settling.recheck(plan, visited_on=NOW.date(), summary="x", found={action: True}, by=desk, now=NOW)
    page.post(at("close", plan))
    for year in (2025, 2026):
        said = {"year": year, "amount_cny": "12000", "basis": "废品减少"}
        assert page.post(at("benefit", action), said).status_code == 302
    first, second = action.benefits.order_by("year")
    assert page.post(at("check_benefit", first)).status_code == 403
    for person, benefit in ((desk, first), (expert.user, second)):
        hers = signed_in(person)
        assert at("check_benefit", benefit) in text(hers, at("action", action))
        assert hers.post(at("check_benefit", benefit)).status_code == 302
    assert not action.benefits.exclude(level="checked").exists()
    assert at("recheck", plan) not in text(signed_in(desk), at("plan", plan))
    page.post(at("benefit", action), {**said, "amount_cny": "1"})
    Diagnosis.objects.filter(pk=plan.pk).update(retired_at=NOW, retired_why="x")
    assert at("check_benefit", second) not in text(signed_in(desk), at("action", action))
    assert signed_in(desk).post(at("check_benefit", second)).status_code == 403


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("new_action", {"due_on": "2026-02-30"}, "Enter a valid date."),
        ("new_action", {"due_on": "2000-01-01"}, "This is before the day of the visit."),
        ("new_action", {"cost_cny": "-1"}, "greater than or equal to 0"),
        ("new_action", {"cost_cny": "9" * 5000}, "Ensure that there are no more than"),
        ("new_action", {"expected_cny": "NaN"}, "Enter a number."),
        ("new_action", {"finding": "99999"}, "Select a valid choice"),
        ("new_action", {"owner": ""}, "This field is required."),
        ("new_finding", {"stage": "moon"}, "Select a valid choice"),
        ("new_finding", {"text": "x" * 2001}, "at most 2000 characters"),
        ("recheck", {"visited_on": "2026-11-21"}, "This day has not come yet."),
        ("recheck", {"visited_on": "2001-01-01"}, "The re-check comes after the visit."),
        ("name_expert", {"expert": "9" * 5000}, "Select a valid choice"),
    ],
)
def test_bad_input_is_explained_kept_and_changes_nothing(
    plan: Diagnosis, name: str, typed: dict[str, str], sentence: str
) -> None:
    desk = signed_in(make_user(Role.SPECIALIST))
    answer = desk.post(at(name, plan), {**FINDING, **ACTION, "summary": "x", **typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Finding.objects.exists() and not PlanAction.objects.exists() and not plan.rechecks.exists()


def test_benefits_of_years_to_come_and_too_many_papers_are_refused(page: Client, owner: User, plan: Diagnosis) -> None:
    action = make_action(plan, owner)
    said = {"year": "2026", "amount_cny": "１２", "basis": "x"}
    assert page.post(at("benefit", action), said).status_code == 409
    page.post(at("done", action))
    for wrong in ({"year": "2027"}, {"year": "9" * 5000}, {"amount_cny": "1e99"}, {"basis": ""}):
        assert page.post(at("benefit", action), {**said, **wrong}).status_code == 422
    papers = [SimpleUploadedFile(f"{one}.txt", b"x", content_type="text/plain") for one in "ab"]
    assert page.post(at("benefit", action), {**said, "paper": papers}).status_code == 422
    assert page.post(at("benefit", action), {**said, "paper": papers[:1]}).status_code in {302, 422}
    assert page.post(at("drop", action), {"why": ""}).status_code == 422


def test_an_expert_declares_first_and_then_writes(firm: Enterprise, plan: Diagnosis) -> None:
    desk, expert = signed_in(make_user(Role.SPECIALIST)), make_expert()
    hers = signed_in(expert.user)
    assert "No visits yet" in text(hers, reverse("consulting:mine"))
    assert desk.post(at("name_expert", plan), {"expert": expert.pk}).status_code == 302
    naming = plan.namings.get()
    assert at("declare", naming) in text(hers, reverse("consulting:mine"))
    assert plan.title not in text(hers, reverse("consulting:mine"))
    assert hers.get(at("plan", plan)).status_code == 404
    assert hers.post(at("new_finding", plan), FINDING).status_code == 404
    assert hers.post(at("declare", naming), {"conflict": "yes", "honest": "on"}).status_code == 422
    assert hers.post(at("declare", naming), {"conflict": "no"}).status_code == 422
    assert hers.post(at("declare", naming), {"conflict": "no", "honest": "on"}).status_code == 302
    assert hers.post(at("new_finding", plan), FINDING).status_code == 302
    assert hers.post(at("new_action", plan), ACTION).status_code == 302
    action = PlanAction.objects.get()
    assert (action.entered_by, hers.post(at("drop", action), {"why": "x"}).status_code) == (expert.user, 403)
    assert hers.get(reverse("boards:entries", args=["consulting", firm.pk, "diagnoses"])).status_code == 403
    make_admitted(make_diagnosis(firm), make_user(Role.SPECIALIST), expert)
    assert text(hers, reverse("consulting:mine")).count("<tr data-row>") == 2
    assert "Ask for help" not in text(hers, at("action", action))


def test_help_is_asked_for_in_the_words_of_the_plan(page: Client, owner: User, plan: Diagnosis) -> None:
    make_notice()
    make_station()
    action = make_action(plan, owner, text="校准卡尺")
    assert "校准卡尺" in text(page, at("help_with_action", action))
    said = {"text": "校准卡尺", "contact": "13800138000", "contact_name": "王"}
    assert page.post(at("help_with_action", action), said).status_code == 422
    answer = page.post(at("help_with_action", action), {**said, "consent": "on"})
    case = Case.objects.get()
    assert (answer["Location"], case.enterprise, case.text) == (case.get_absolute_url(), plan.enterprise, "校准卡尺")
    assert case.number in text(page, at("action", action))


def test_awards_have_their_criteria_with_sources_and_coaches_do_not_judge(page: Client, firm: Enterprise) -> None:
    loading.load()
    assert loading.load() == ["Criteria of awards: 0 created, 20 left as they are"]
    award = make_award(firm)
    first = Criterion.objects.filter(scheme="excellence").earliest("order")
    shown = text(page, at("checklist", award))
    assert "check before relying on it" in shown and "GB/T 19580" in shown and "0 of 10 criteria ready" in shown
    said = {f"met_{first.pk}": "on", f"evidence_{first.pk}": "营业执照"}
    assert page.post(at("checklist", award), said).status_code == 302
    shown = text(page, at("checklist", award))
    assert "1 of 10 criteria ready" in shown and "营业执照" in shown
    assert page.post(at("checklist", award), {f"evidence_{first.pk}": "x" * 301}).status_code == 422
    coach, desk = make_expert(), signed_in(make_user(Role.SPECIALIST))
    assert desk.post(at("take_part", award), {"expert": coach.pk, "part": "coach"}).status_code == 302
    assert desk.post(at("take_part", award), {"expert": coach.pk, "part": "judge"}).status_code == 409
    assert page.post(at("take_part", award), {"expert": coach.pk, "part": "coach"}).status_code == 403
    assert sum(Criterion.objects.filter(points__isnull=False).values_list("points", flat=True)) == 1000


def test_whoever_saves_the_checklist_later_writes_only_what_they_changed(
    page: Client, firm: Enterprise, owner: User
) -> None:
    loading.load()
    award = make_award(firm)
    first, second, third = Criterion.objects.filter(scheme="excellence").order_by("order")[:3]
    opened = dict(re.findall(r'name="(initial-[^"]+)"(?: value="([^"]*)")?', text(page, at("checklist", award))))
    assert opened[f"initial-met_{first.pk}"] == "False" and len(opened) == 20
    mine = {f"met_{first.pk}": "on", f"evidence_{first.pk}": "营业执照", f"evidence_{second.pk}": "台账"}
    page.post(at("checklist", award), opened | mine)
    page.post(at("checklist", award), opened | {f"met_{second.pk}": "on", f"evidence_{third.pk}": "流程图"})
    answers = list(award.answers.order_by("criterion__order").values_list("criterion", "met", "evidence"))
    assert answers == [(first.pk, True, "营业执照"), (second.pk, True, "台账"), (third.pk, False, "流程图")]
    page.post(at("checklist", award), {f"initial-met_{first.pk}": "True"})
    unticked = award.answers.get(criterion=first)
    assert (unticked.met, unticked.evidence) == (False, "营业执照")
    told = unticked.history.order_by("pgh_id").values_list("pgh_label", "met", "pgh_context__user")
    assert list(told) == [("insert", True, owner.pk), ("update", False, owner.pk)]


def test_registers_take_their_steps_and_explain_what_is_wrong(page: Client, firm: Enterprise) -> None:
    project, award = make_project(firm), make_award(firm)
    said = {
        "chain": "零部件",
        "anchor": "整车厂",
        "suppliers": "甲",
        "issue": "毛刺",
        "title": "修磨",
        "owner": "质量部",
        "state": "issue",
        "begins_on": "2026-03-01",
        "due_on": "2026-09-30",
        "spent_cny": "1",
    }
    new = reverse("boards:new", args=["consulting", firm.pk, "projects"])
    edit = reverse("boards:edit", args=["consulting", "projects", project.pk])
    for wrong, sentence in (
        ({"due_on": "2026-02-01"}, "This is before the project begins."),
        ({"state": "planned", "due_on": ""}, "needs a day by which it is done"),
        ({"spent_cny": "-1"}, "greater than or equal to 0"),
        ({"title": project.title}, "This is on the list already."),
    ):
        answer = page.post(new, {**said, **wrong})
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True), wrong
    assert page.post(new, said).status_code == 302
    answer = page.post(edit, {**said, "title": "二", "state": "finished", "version": 1})
    assert "From here it can only become" in answer.content.decode()
    assert page.post(edit, {**said, "title": "二", "state": "under_way", "version": 1}).status_code == 302
    entry = {"award": award.award, "scheme": "excellence", "deadline_on": "2027-03-31", "state": "won", "version": 1}
    edit = reverse("boards:edit", args=["consulting", "awards", award.pk])
    assert page.post(edit, entry).status_code == 422
    assert page.post(edit, {**entry, "state": "submitted"}).status_code == 302
    assert (SupplyProject.objects.count(), AwardApplication.objects.get().state) == (2, "submitted")
    late = {"title": "诊断", "visited_on": "2026-05-12", "recheck_on": "2026-05-11"}
    answer = page.post(reverse("boards:new", args=["consulting", firm.pk, "diagnoses"]), late)
    assert "The re-check comes after the visit." in answer.content.decode()


def test_the_example_of_each_import_is_accepted() -> None:
    for register in APP.registers:
        form = RegisterKind(APP, register).form(dict(register.example), known=None)
        assert form.is_valid(), form.errors


@pytest.mark.parametrize("many", [1, 3])
def test_pages_cost_the_same_with_one_and_with_three(
    page: Client, firm: Enterprise, owner: User, many: int, django_assert_num_queries: Any
) -> None:
    plan, desk = make_diagnosis(firm), make_user(Role.SPECIALIST)
    for _each in range(many):
        page.post(at("new_finding", plan), {**FINDING, "photos": upload("a.png", picture("PNG"))})
        action = make_action(plan, owner, finding=plan.findings.latest("pk"))
        page.post(at("done", make_action(plan, owner)))
        make_admitted(plan, desk)
        make_action(make_diagnosis(firm), owner)
    case = make_case(enterprise=firm, submitter=owner)
    make_need(case, make_item("MC"))
    assert action.text in text(page, case.get_absolute_url())
    for path, queries in (
        (at("plan", plan), 13),
        (at("printed", plan), 11),
        (at("action", action), 8),
        (reverse("consulting:board", args=[firm.pk]), 11),
    ):
        page.get(path)
        with django_assert_num_queries(queries):
            page.get(path)
