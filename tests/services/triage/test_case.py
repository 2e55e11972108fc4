"""One case on one screen: what it shows, to whom, at what cost, and the steps of the desk beside the split."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from experts.models import Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from portal.files.models import Attachment
from services.cases import actions as cases
from services.cases.actions import NewNeed
from services.cases.models import Audience, Case, Channel, Need, Referral
from services.cases.states import CaseState, NeedState, ReferralState
from services.triage import actions, advice
from services.triage.models import Decision, Presence
from services.triage.suggestion import loading
from services.triage.suggestion.results import Evidence
from tests.factories import (
    make_case,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_user,
)
from tests.services.triage.screens import QUESTIONS, at, body, client_of, form

pytestmark = pytest.mark.django_db
PHONE = "138 0013 8000"


# Who and what


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.PROVIDER, Role.EXPERT, Role.CURATOR, Role.AUDITOR])
def test_only_the_desk_reaches_the_screen_and_its_steps(case: Case, role: str) -> None:
    client = client_of(make_user(role))
    assert client.get(at(case)).status_code == 403
    for step in ("confirm", "pieces", "draft", "presence", "merge", "take", "ask", "answer", "refer_out", "note"):
        assert client.post(at(case, step)).status_code == 403
    case.refresh_from_db()
    assert (case.state, case.version) == (CaseState.SUBMITTED, 1)


def test_steps_are_posted_and_unknown_ones_are_not_there(page: Client, case: Case) -> None:
    for step in ("confirm", "pieces", "draft", "presence", "take"):
        assert page.get(at(case, step)).status_code == 405
    assert page.post(at(case, "close_dispute")).status_code == 404
    assert page.get("/triage/QS-20200101-00001/").status_code == 404
    assert page.post("/triage/needs/999999/decide/").status_code == 404


def test_the_screen_shows_words_contact_dossier_and_history(page: Client, case: Case, owner: User) -> None:
    make_case(submitter=owner, enterprise=case.enterprise, text="上一次的诉求")
    text = body(page, case)
    for shown in (case.number, case.text, PHONE, case.enterprise.name, "王经理", "上一次的诉求", "sent the need"):
        assert shown in text


def test_what_was_said_cannot_be_edited_and_is_never_markup(page: Client, owner: User) -> None:
    case = make_case(submitter=owner, text="<script>alert(1)</script> & 检测")
    text = body(page, case)
    assert "<script>alert(1)" not in text and "&lt;script&gt;" in text
    page.post(at(case, "note"), {"text": "改一下", "case": "x"})
    case.refresh_from_db()
    assert case.text == "<script>alert(1)</script> & 检测"


def test_each_look_at_the_contact_is_recorded_once(page: Client, case: Case, desk: User) -> None:
    body(page, case)
    entry = AuditEntry.objects.get(verb="looked_at_contact")
    assert (entry.user, entry.subject) == (desk, f"case:{case.pk}")


def test_the_words_that_spoke_are_marked_and_overlaps_joined() -> None:
    places = (("cue", 2, 5), ("word", 4, 6), ("word", 0, 1), ("decision", None, None))
    found = [Evidence(kind, "", start, end, 1.0) for kind, start, end in places]
    assert advice.marked("我要<压力表>检定", found) == "我要<mark>&lt;压力表</mark>&gt;检定"
    assert advice.marked("短", [Evidence("cue", "", 0, 99, 1.0)]) == "短"


def test_another_door_is_suggested_with_its_words_and_never_taken(page: Client, owner: User) -> None:
    make_item()
    loading.forget()
    case = make_case(submitter=owner, text="网上买的鞋是假货，商家不给退，我要投诉")
    text = body(page, case)
    assert "Perhaps not ours: 12315" in text and '<option value="12315" selected>' in text and "<mark>" in text
    case.refresh_from_db()
    assert case.state == CaseState.SUBMITTED


def test_similar_solved_cases_come_with_what_was_decided(page: Client, desk: User, owner: User) -> None:
    solved = make_case(text="洁具耐水压测试要做委托检测")
    item = make_item(name_en="Entrusted testing of sanitary ware")
    actions.confirm(solved, [NewNeed(item=item)], by=desk, now=timezone.now(), version=1)
    make_referral(solved.needs.get(), state=ReferralState.CONFIRMED, by=desk)
    make_case(text="洁具耐水压检测，还没办完")
    text = body(page, make_case(submitter=owner, text="我们的洁具想做耐水压检测"))
    assert solved.number in text and item.name_en in text and text.count("耐水压") < 5


@pytest.mark.parametrize("needs", [1, 3])
def test_a_triaged_case_costs_at_most_twenty_queries(
    page: Client, desk: User, needs: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = make_case(enterprise=make_enterprise(make_user()))
    pieces = [NewNeed(item=make_item()) for _need in range(needs)]
    actions.confirm(case, pieces, by=desk, now=timezone.now(), version=1)
    for need in case.needs.all():
        make_referral(need, state=ReferralState.DELIVERED, by=desk)
    page.get(at(case))
    with django_assert_num_queries(15):
        answer = page.get(at(case))
    assert len(answer.context["needs"]) == needs


def test_documents_questions_and_a_draft_are_asked_for_where_there_are_any(
    page: Client, case: Case, desk: User, owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    item, now = make_item(), timezone.now()
    cases.ask(case, "哪个型号?", by=desk, now=now)
    cases.answer(case, "B20 型", by=owner, now=now)
    paper = Attachment.objects.create(file="a", display_name="铭牌.pdf", size=1, sha256="0" * 64, uploaded_by=desk)
    cases.attach(case, [paper], audience=Audience.SHARED, now=now)
    case.refresh_from_db()
    actions.confirm(case, [NewNeed(item=item)], by=desk, now=now, version=case.version)
    page.post(at(case, "draft"), form(case, item, n0__description="再测一次"))
    page.get(at(case))
    with django_assert_num_queries(18):
        text = body(page, case)
    assert all(said in text for said in ("哪个型号?", "B20 型", "铭牌.pdf", "再测一次"))


@pytest.mark.parametrize("others", [1, 3])
def test_a_case_to_triage_costs_at_most_twenty_queries(
    page: Client, case: Case, desk: User, others: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    item = make_item(keywords={"zh": ["检测"], "en": []}, name_zh="委托检测", name_en="Entrusted testing")
    for _round in range(others):
        solved = make_case(enterprise=case.enterprise)
        actions.confirm(solved, [NewNeed(item=item)], by=desk, now=timezone.now(), version=1)
        make_referral(solved.needs.get(), state=ReferralState.CONFIRMED, by=desk)
    page.post(at(case, "draft"), form(case, item))
    loading.forget()
    page.get(at(case))
    with django_assert_num_queries(18):
        answer = page.get(at(case))
    assert len(answer.context["similar"]) == others and len(answer.context["pieces"]) == 1


# Who is here


def test_the_first_on_a_case_is_shown_to_the_second(page: Client, case: Case, desk: User) -> None:
    lead = client_of(make_user(Role.TEAM_LEAD, name="刘组长"))
    body(lead, case)
    assert "刘组长 has this case open" in body(page, case)
    assert "刘组长" in page.post(at(case, "presence")).content.decode()
    assert "has this case open" not in body(lead, case)
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert "has this case open" not in page.post(at(case, "presence")).content.decode()
    assert Presence.objects.get().user == desk


# The other steps


def test_the_case_is_taken(page: Client, case: Case, desk: User) -> None:
    assert page.post(at(case, "take"), {"version": 1}).status_code == 302
    case.refresh_from_db()
    assert case.owner == desk
    assert client_of(make_user(Role.SPECIALIST)).post(at(case, "take"), {"version": 1}).status_code == 409


def test_asking_stops_the_clock_and_the_questions_stay_on_the_screen(page: Client, case: Case) -> None:
    assert page.post(at(case, "ask"), {"version": 1, "questions": "哪一年的证书？"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.due_clock) == (CaseState.RETURNED, "supplement")
    text = body(page, case)
    assert "哪一年的证书？" in text and "the clock stands still" in text and "triage-form" not in text


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        ("ask", {"questions": ""}, "This field is required."),
        ("answer", {"item": "没有的服务", "text": "要保留的答复"}, "There is no such service."),
        ("refer_out", {"door": "other", "sentence": ""}, "Name the office and how to reach it."),
        ("refer_out", {"door": "moon", "sentence": "要保留的答复"}, "Select a valid choice."),
        ("note", {"text": ""}, "This field is required."),
    ],
)
def test_bad_input_is_said_at_the_field_kept_and_changes_nothing(
    page: Client, case: Case, step: str, typed: dict[str, str], said: str
) -> None:
    answer = page.post(at(case, step), {"version": 1, **typed})
    text = answer.content.decode()
    assert answer.status_code == 422 and said in text
    assert all(value in text for value in typed.values() if value not in {"other", "moon"})
    assert f'id="{step}" open' in text
    case.refresh_from_db()
    assert (case.state, case.version, case.events.count()) == (CaseState.SUBMITTED, 1, 1)


def test_a_question_is_answered_at_once(page: Client, case: Case) -> None:
    make_institution(kind=Institution.Kind.CENTRE)
    item = make_item("MC", name_en="Exhibitions")
    sent = {"version": 1, "item": f"{item.pk} Exhibitions", "text": "请在官网报名"}
    assert page.post(at(case, "answer"), sent).status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.AWAITING_CONFIRMATION
    assert Referral.objects.get().results.get().summary == "请在官网报名"
    assert 'name="close"' not in body(page, case)


def test_a_spoken_confirmation_is_offered_only_where_people_spoke(page: Client, desk: User) -> None:
    spoken = make_case(channel=Channel.COUNTER, recorder=desk, submitter=make_user())
    assert 'name="close"' in body(page, spoken)


def test_without_its_own_desk_the_answer_is_refused_with_the_text_kept(page: Client, case: Case) -> None:
    answer = page.post(at(case, "answer"), {"version": 1, "item": make_item().pk, "text": "写好的答复"})
    assert answer.status_code == 422 and "写好的答复" in answer.content.decode()
    assert Need.objects.count() == 0


def test_a_case_is_referred_out(page: Client, case: Case) -> None:
    assert page.post(at(case, "refer_out"), {"version": 1, "door": "12315", "sentence": ""}).status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.REFERRED_OUT and Decision.objects.get().out_of_scope == "12315"
    assert "triage-form" not in body(page, case)


def test_an_internal_note_is_marked_as_such(page: Client, case: Case, owner: User) -> None:
    page.post(at(case, "note"), {"text": "先打电话"})
    assert "先打电话" in body(page, case) and "Staff only" in body(page, case)
    assert "先打电话" not in client_of(owner).get(f"/cases/{case.number}/").content.decode()


def test_what_would_move_is_shown_before_two_cases_are_joined(page: Client, case: Case, owner: User) -> None:
    repeat = make_case(submitter=owner, enterprise=case.enterprise, text="同一件事", now=timezone.now())
    preview = page.get(at(repeat, "merge"), {"number": case.number.lower()}).content.decode()
    assert "What would move" in preview and case.number in preview and "Join the cases" in preview
    repeat.refresh_from_db()
    assert repeat.state == CaseState.SUBMITTED
    answer = page.post(at(repeat, "merge"), {"number": case.number, "version": 1})
    assert (answer.status_code, answer["Location"]) == (302, at(case))
    repeat.refresh_from_db()
    assert repeat.merged_into == case and case.number in body(page, repeat)


def test_cases_that_are_not_one_matter_are_not_joined(page: Client, case: Case) -> None:
    stranger = make_case(enterprise=make_enterprise())
    assert "belongs to somebody else" in page.get(at(case, "merge"), {"number": stranger.number}).content.decode()
    assert page.post(at(case, "merge"), {"number": stranger.number, "version": 1}).status_code == 422
    for wrong in ("QS-20200101-00001", case.number):
        assert page.get(at(case, "merge"), {"number": wrong}).status_code == 422
    case.refresh_from_db()
    assert case.state == CaseState.SUBMITTED


def test_a_need_without_provider_is_ended_with_a_reason(page: Client, desk: User) -> None:
    need = make_need(by=desk)
    url = f"/triage/needs/{need.pk}/decide/"
    refused = page.post(url, {"version": need.version, "to": "unmet", "reason": ""})
    assert refused.status_code == 422 and "This field is required." in refused.content.decode()
    assert page.post(url, {"version": need.version, "to": "fulfilled", "reason": "x"}).status_code == 422
    assert page.post(url, {"version": 99, "to": "unmet", "reason": "暂无机构"}).status_code == 409
    assert page.post(url, {"version": need.version, "to": "unmet", "reason": "暂无机构"}).status_code == 302
    need.refresh_from_db()
    assert (need.state, need.reason) == (NeedState.UNMET, "暂无机构")


def test_answers_of_the_enterprise_come_back_to_the_desk(page: Client, case: Case, desk: User, owner: User) -> None:
    cases.ask(case, "哪一年的证书？", by=desk, now=timezone.now())
    cases.answer(case, "2024年", by=owner, now=timezone.now())
    page.post(at(case, "ask"), {"version": 3, "questions": "几台？"})
    text = body(page, case)
    assert "2024年" in text and "几台？" in text


def test_a_deadline_that_cannot_be_met_is_said_plainly(page: Client, case: Case) -> None:
    item = make_item(intake_questions=QUESTIONS, deadline_question="until", promised_working_days=10)
    soon = (timezone.localdate() + timedelta(days=5)).isoformat()
    past = (timezone.localdate() - timedelta(days=5)).isoformat()
    page.post(at(case, "confirm"), form(case, item, item, n0__a_until=soon, n1__a_until=past))
    text = body(page, case)
    assert "The work had to begin by" in text and "has passed. Say plainly" in text
    case.refresh_from_db()
    assert case.urgency == "urgent"


def test_a_need_is_described_more_closely_until_it_is_offered(page: Client, desk: User) -> None:
    item = make_item(intake_questions=QUESTIONS, deadline_question="until", promised_working_days=10)
    told = {"what": "压力表", "urgent": True, "rows": [{"name": "甲", "model": "乙"}]}
    need = make_need(by=desk, item=item, answers=told)
    url = f"/triage/needs/{need.pk}/"
    shown = page.get(url).content.decode()
    assert "压力表" in shown and "甲 | 乙" in shown and '<option value="true" selected>' in shown
    bad = page.post(url, {"version": need.version, "urgency": "normal", "a_count": "many", "description": "要保留"})
    assert bad.status_code == 422 and "要保留" in bad.content.decode() and "Enter a number." in bad.content.decode()
    soon = (timezone.localdate() + timedelta(days=3)).isoformat()
    sent = {"version": need.version, "urgency": "normal", "a_what": "流量计", "a_until": soon, "description": "三台"}
    assert page.post(url, sent).status_code == 302
    need.refresh_from_db()
    assert (need.description, need.answers) == ("三台", {"what": "流量计", "until": soon})
    assert (need.urgency, need.version, need.state) == ("urgent", 2, NeedState.SEEKING)
    assert page.post(url, sent).status_code == 409
    make_referral(need, by=desk)
    need.refresh_from_db()
    assert page.post(url, {**sent, "version": need.version}).status_code == 409
    assert page.get("/triage/needs/999999/").status_code == 404
