"""The institution's desk: what it sees before and after it accepts, what it may do, what a mistake costs."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from experts.models import Credential, Institution
from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from portal.notices.models import Notice
from services.cases.models import Referral, Result
from services.cases.states import ReferralState
from services.delivery import actions as delivery_actions
from tests.factories import (
    days_ago,
    make_capability,
    make_case,
    make_credential,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_referral,
    make_user,
)
from tests.people import browser_of, make_notice

pytestmark = pytest.mark.django_db

DESK_QUERIES = 7
PAGE_QUERIES = 12
REPORT = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def provider() -> User:
    return make_user(Role.PROVIDER)


@pytest.fixture
def institution(provider: User) -> Institution:
    return make_institution(provider)


@pytest.fixture
def person() -> User:
    make_notice()
    return make_user()


def referral_in(state: str, institution: Institution, person: User, **item: object) -> Referral:
    firm = make_enterprise(person, name="成都示例卫浴有限公司")
    case = make_case(submitter=person, enterprise=firm, text="王经理 13800138000 要做跌落试验")
    wanted = make_item(**item)
    make_capability(institution, wanted)
    referral = make_referral(make_need(case, wanted, description=""), institution, state=state)
    referral.refresh_from_db()
    return referral


def page(user: User, referral: Referral) -> str:
    return browser_of(user).get(f"/delivery/{referral.pk}/").content.decode()


# What is seen


def test_before_acceptance_the_matter_is_read_and_nobody_is_named(
    provider: User, institution: Institution, person: User
) -> None:
    accounts.give_consent(person, "sharing", "web", timezone.now())
    shown = page(provider, referral_in("offered", institution, person))
    assert "要做跌落试验" in shown and "138****8000" in shown
    for secret in ("13800138000", "王经理", "成都示例卫浴", "wang@enterprise.example"):
        assert secret not in shown
    assert not AuditEntry.objects.exists()


def test_after_acceptance_the_contact_is_read_and_the_look_recorded(
    provider: User, institution: Institution, person: User
) -> None:
    accounts.give_consent(person, "sharing", "web", timezone.now())
    referral = referral_in("accepted", institution, person)
    shown = page(provider, referral)
    for told in ("tel:+8613800138000", "王经理", "成都示例卫浴有限公司", "wang@enterprise.example"):
        assert told in shown
    look = AuditEntry.objects.get()
    assert (look.user, look.verb, look.subject, look.detail) == (
        provider,
        "saw_contact",
        f"case:{referral.case_id}",
        {"referral": referral.pk},
    )


def test_without_the_second_agreement_the_contact_stays_masked_and_the_page_says_why(
    provider: User, institution: Institution, person: User
) -> None:
    shown = page(provider, referral_in("accepted", institution, person))
    assert "成都示例卫浴有限公司" in shown and "138****8000" in shown and "has not agreed yet" in shown
    assert "13800138000" not in shown and not AuditEntry.objects.exists()


def test_the_timeline_names_the_enterprise_not_its_person(
    provider: User, institution: Institution, person: User
) -> None:
    referral = referral_in("delivered", institution, person)
    delivery_actions.dispute(referral, by=person, now=timezone.now(), note="结论有误")
    shown = page(provider, referral)
    assert "结论有误" in shown and person.name not in shown


@pytest.mark.parametrize("state", ["declined", "expired", "recalled", "abandoned", "cancelled"])
def test_an_institution_that_is_out_of_it_no_longer_sees_who_asked(
    provider: User, institution: Institution, person: User, state: str
) -> None:
    accounts.give_consent(person, "sharing", "web", timezone.now())
    assert "13800138000" not in page(provider, referral_in(state, institution, person))


def test_what_is_typed_into_other_fields_names_nobody_either(
    provider: User, institution: Institution, person: User
) -> None:
    questions = [{"key": "where", "label_zh": "地点", "label_en": "Where", "type": "text"}]
    firm = make_enterprise(person, name="成都示例卫浴有限公司")
    case = make_case(submitter=person, enterprise=firm, product="成都示例卫浴有限公司的座便器，13800138000")
    need = make_need(case, make_item(intake_questions=questions), answers={"where": "王经理办公室 028-85551234"})
    referral = make_referral(need, institution)
    shown = page(provider, referral)
    assert "的座便器" in shown and "办公室" in shown
    for secret in ("13800138000", "王经理", "成都示例卫浴", "85551234"):
        assert secret not in shown


@pytest.mark.parametrize("step", ["dispute", "cancel", "ask-change"])
def test_the_institution_reads_that_the_enterprise_acted_and_not_which_person(
    provider: User, institution: Institution, person: User, step: str
) -> None:
    states = {"dispute": "delivered", "cancel": "accepted", "ask-change": "quoted"}
    referral = referral_in(states[step], institution, person)
    answer = browser_of(person).post(f"/delivery/{referral.pk}/answer/{step}/", {"note": "因为这样"})
    assert answer.status_code == 302
    shown = page(provider, referral)
    assert "因为这样" in shown and str(person) not in shown
    assert str(person) in browser_of(person).get(referral.case.get_absolute_url()).content.decode()


def test_an_institution_that_never_accepted_reads_no_words_of_whoever_withdrew(
    provider: User, institution: Institution, person: User
) -> None:
    referral = referral_in("offered", institution, person)
    note = "我们成都示例卫浴有限公司另有安排，13800138000"
    client = browser_of(person)
    assert client.post(f"/cases/needs/{referral.need_id}/withdraw/", {"note": note}).status_code == 302
    assert "另有安排" not in page(provider, referral)
    told = Notice.objects.get(user=provider, event="recalled_provider")
    assert told.facts["note"] == ""
    assert note in client.get(referral.case.get_absolute_url()).content.decode()


# Who may


def test_another_institutions_referral_is_not_found(institution: Institution, person: User) -> None:
    rival = make_user(Role.PROVIDER)
    make_institution(rival)
    referral = referral_in("offered", institution, person)
    client = browser_of(rival)
    for path in ("", "accept/", "decline/", "progress/", "quote/", "rework/", "abandon/", "deliver/"):
        answer = client.post(f"/delivery/{referral.pk}/{path}") if path else client.get(f"/delivery/{referral.pk}/")
        assert answer.status_code == 404, path
    assert referral.need.item.name_en not in client.get("/delivery/").content.decode()


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.SPECIALIST, Role.AUDITOR, Role.CURATOR])
def test_the_desk_is_for_institutions(institution: Institution, person: User, role: Role) -> None:
    referral = referral_in("offered", institution, person)
    client = browser_of(make_user(role))
    assert client.get("/delivery/").status_code == 403
    assert client.post(f"/delivery/{referral.pk}/accept/").status_code == 403


def test_the_institution_takes_no_step_of_the_enterprise(
    provider: User, institution: Institution, person: User
) -> None:
    referral = referral_in("delivered", institution, person)
    assert browser_of(provider).post(f"/delivery/{referral.pk}/answer/confirm/").status_code == 403
    rival = make_user()
    assert browser_of(rival).post(f"/delivery/{referral.pk}/answer/confirm/").status_code == 404


# Steps


@pytest.mark.parametrize(
    ("state", "step", "typed", "after"),
    [
        ("offered", "accept", {}, "accepted"),
        ("offered", "decline", {"reason": "no_capacity"}, "declined"),
        ("accepted", "quote", {"plan": "收样、试验、报告", "price_cny": "3200"}, "quoted"),
        ("accepted", "progress", {"note": "样品已收到"}, "in_progress"),
        ("in_progress", "progress", {"note": "做到一半"}, "in_progress"),
        ("delivered", "rework", {"note": "编号写错了"}, "in_progress"),
        ("disputed", "rework", {"note": "重做"}, "in_progress"),
        ("in_progress", "abandon", {"note": "设备坏了"}, "abandoned"),
    ],
)
def test_the_steps_of_the_desk(
    provider: User, institution: Institution, person: User, state: str, step: str, typed: dict[str, str], after: str
) -> None:
    referral = referral_in(state, institution, person)
    answer = browser_of(provider).post(f"/delivery/{referral.pk}/{step}/", {**typed, "version": referral.version})
    assert answer.status_code == 302
    referral.refresh_from_db()
    assert referral.state == after


@pytest.mark.parametrize(
    ("state", "step", "typed", "message"),
    [
        ("offered", "decline", {"reason": "other", "note": ""}, "Say what the other reason is"),
        ("offered", "decline", {"reason": "bored", "note": "就是不想"}, "Select a valid choice"),
        ("accepted", "quote", {"plan": "先收样", "price_cny": "-3"}, "greater than or equal to 0"),
        ("accepted", "quote", {"plan": "", "price_cny": "88"}, "This field is required"),
        ("in_progress", "abandon", {"note": ""}, "This field is required"),
        ("in_progress", "progress", {"note": "写" * 2001}, "2000"),
    ],
)
def test_mistakes_are_named_what_was_typed_stays_and_nothing_changes(
    provider: User, institution: Institution, person: User, state: str, step: str, typed: dict[str, str], message: str
) -> None:
    referral = referral_in(state, institution, person)
    answer = browser_of(provider).post(f"/delivery/{referral.pk}/{step}/", typed)
    shown = answer.content.decode()
    assert answer.status_code == 422 and message in shown
    assert all(value in shown for value in typed.values())
    referral.refresh_from_db()
    assert referral.state == state


def test_a_step_from_an_old_page_is_refused_with_what_was_typed(
    provider: User, institution: Institution, person: User
) -> None:
    referral = referral_in("accepted", institution, person)
    stale = {"plan": "很长的方案", "price_cny": "1", "version": referral.version - 1}
    answer = browser_of(provider).post(f"/delivery/{referral.pk}/quote/", stale)
    assert answer.status_code == 409 and "很长的方案" in answer.content.decode()
    referral.refresh_from_db()
    assert referral.state == ReferralState.ACCEPTED


def test_a_step_that_the_state_does_not_know_says_so(provider: User, institution: Institution, person: User) -> None:
    referral = referral_in("delivered", institution, person)
    answer = browser_of(provider).post(f"/delivery/{referral.pk}/progress/", {"note": "还在做"})
    assert answer.status_code == 409 and "还在做" in answer.content.decode()


def test_whose_credential_lapsed_is_told_so_and_stays_where_they_were(
    provider: User, institution: Institution, person: User
) -> None:
    credential = make_credential(institution, "CMA")
    referral = referral_in("offered", institution, person, required_credentials=["CMA"], credential_mode="all")
    Credential.objects.filter(pk=credential.pk).update(valid_to=days_ago(10).date())
    answer = browser_of(provider).post(f"/delivery/{referral.pk}/accept/", {"version": referral.version})
    assert answer.status_code == 409 and "No valid credential" in answer.content.decode()
    referral.refresh_from_db()
    assert referral.state == ReferralState.OFFERED


# Results


def delivery(**changes: object) -> dict[str, object]:
    today = timezone.localdate().isoformat()
    return {"kind": "test_report", "issued_on": today, "number": "R-1", "summary": "全部合格", **changes}


def test_a_report_is_handed_in_and_the_enterprise_fetches_it(
    provider: User, institution: Institution, person: User
) -> None:
    referral = referral_in("in_progress", institution, person)
    report = SimpleUploadedFile("报告.pdf", REPORT, content_type="application/pdf")
    client = browser_of(provider)
    assert client.post(f"/delivery/{referral.pk}/deliver/", delivery(attachments=[report])).status_code == 302
    result = Result.objects.get()
    assert (result.number, result.kind, result.summary) == ("R-1", "test_report", "全部合格")
    fetched = browser_of(person).get(f"/cases/documents/{result.document_id}/")
    assert b"".join(fetched.streaming_content) == REPORT if fetched.streaming else fetched.content == REPORT
    assert fetched["Content-Disposition"].startswith("attachment")
    assert "R-1" in client.get(f"/delivery/{referral.pk}/").content.decode()
    rival = make_user(Role.PROVIDER)
    make_institution(rival)
    assert browser_of(rival).get(f"/cases/documents/{result.document_id}/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"summary": ""}, "Attach a file or say in words"),
        ({"issued_on": "2099-01-01"}, "cannot be issued in the future"),
        ({"issued_on": "2020-01-01"}, "before the referral was offered"),
        ({"issued_on": "yesterday"}, "Enter a valid date"),
        ({"kind": "poem"}, "Select a valid choice"),
    ],
)
def test_a_wrong_result_is_named_and_nothing_is_kept(
    provider: User, institution: Institution, person: User, wrong: dict[str, str], message: str
) -> None:
    referral = referral_in("in_progress", institution, person)
    answer = browser_of(provider).post(f"/delivery/{referral.pk}/deliver/", delivery(**wrong))
    shown = answer.content.decode()
    assert answer.status_code == 422 and message in shown and "R-1" in shown
    referral.refresh_from_db()
    assert referral.state == ReferralState.IN_PROGRESS and not Result.objects.exists()


def test_a_program_dressed_as_a_report_is_refused(provider: User, institution: Institution, person: User) -> None:
    referral = referral_in("in_progress", institution, person)
    fake = SimpleUploadedFile("report.pdf", b"MZ\x90\x00" + b"\x00" * 64, content_type="application/pdf")
    answer = browser_of(provider).post(f"/delivery/{referral.pk}/deliver/", delivery(attachments=[fake]))
    assert answer.status_code == 422 and not Result.objects.exists()


# The desk


def test_the_desk_begins_with_new_offers_else_with_what_is_in_hand(
    provider: User, institution: Institution, person: User
) -> None:
    working = referral_in("accepted", institution, person)
    client = browser_of(provider)
    assert f"/delivery/{working.pk}/" in client.get("/delivery/").content.decode()
    offered = make_referral(make_need(make_case()), institution)
    page = client.get("/delivery/").content.decode()
    assert f"/delivery/{offered.pk}/" in page and f"/delivery/{working.pk}/" not in page
    assert f"/delivery/{working.pk}/" in client.get("/delivery/?tab=working").content.decode()
    assert client.get("/delivery/?tab=nonsense").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_with_one_and_with_three(
    provider: User, institution: Institution, person: User, rows: int, django_assert_num_queries
) -> None:
    accounts.give_consent(person, "sharing", "web", timezone.now())
    for _one in range(rows):
        referral = make_referral(make_need(make_case(submitter=person)), institution, state="delivered")
        Result.objects.create(
            referral=referral,
            kind="advice",
            summary="x",
            issued_on=referral.offered_at.date(),
            created_by=provider,
            created_at=referral.offered_at,
        )
    client = browser_of(provider)
    client.get("/delivery/")
    with django_assert_num_queries(DESK_QUERIES):
        client.get("/delivery/?tab=working")
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(f"/delivery/{referral.pk}/")
