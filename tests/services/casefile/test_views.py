"""The enterprise's page of its case: what it shows, to whom, at what cost; and what can be done there."""

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from portal.notices.rendering import render
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Audience, Case, CaseEvent, Verb
from services.cases.states import CaseState, NeedState, ReferralState
from services.followup import actions as followup
from services.followup.models import FollowUp
from services.triage import actions as triage
from tests.factories import NOW, make_case, make_enterprise, make_need, make_referral, make_user

pytestmark = pytest.mark.django_db
CASE_QUERIES = 12
LIST_QUERIES = 5


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def case(owner: User) -> Case:
    return make_case(submitter=owner, enterprise=make_enterprise(owner))


def page_of(user: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


def test_the_page_says_what_happens_next_and_by_when(owner: User, case: Case) -> None:
    page = page_of(owner).get(case.get_absolute_url()).content.decode()
    assert "A service specialist reads your need" in page
    assert case.number in page and "Next promise" in page and "Why this deadline" in page
    assert "138****8000" in page and "13800138000" not in page


def test_somebody_elses_case_is_not_found(case: Case) -> None:
    stranger = make_user()
    make_enterprise(stranger)
    client = page_of(stranger)
    assert client.get(case.get_absolute_url()).status_code == 404
    assert client.post(f"{case.get_absolute_url()}withdraw/").status_code == 404
    assert client.post(f"{case.get_absolute_url()}answer/", {"text": "x"}).status_code == 404
    assert case.number not in client.get("/cases/").content.decode()


def test_whoever_is_not_signed_in_is_asked_to(case: Case) -> None:
    answer = Client().get(case.get_absolute_url())
    assert answer.status_code == 302 and "/accounts/sign-in/" in answer["Location"]


def test_an_institution_reaches_no_case_page(case: Case) -> None:
    assert page_of(make_user(Role.PROVIDER)).get(case.get_absolute_url()).status_code == 403


def test_the_desk_is_led_to_its_own_page(case: Case) -> None:
    answer = page_of(make_user(Role.SPECIALIST, station=case.station)).get(case.get_absolute_url())
    assert answer.status_code == 302 and answer["Location"] == f"/triage/{case.number}/"


def test_the_auditor_reads_and_is_offered_nothing_to_do(case: Case) -> None:
    auditor = make_user(Role.AUDITOR, station=case.station)
    answer = page_of(auditor).get(case.get_absolute_url())
    assert answer.status_code == 200
    assert "Withdraw" not in answer.content.decode()
    assert page_of(auditor).post(f"{case.get_absolute_url()}withdraw/").status_code == 403


@pytest.mark.parametrize("needs", [1, 3])
def test_the_page_costs_the_same_with_one_need_and_with_three(
    owner: User, needs: int, django_assert_num_queries
) -> None:
    case = make_case(submitter=owner, enterprise=make_enterprise(owner))
    for _one in range(needs):
        make_referral(make_need(case), state=ReferralState.DELIVERED)
    client = page_of(owner)
    client.get(case.get_absolute_url())
    with django_assert_num_queries(CASE_QUERIES):
        assert client.get(case.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_with_one_case_and_with_three(
    owner: User, rows: int, django_assert_num_queries
) -> None:
    firm = make_enterprise(owner)
    for _one in range(rows):
        make_case(submitter=owner, enterprise=firm)
    client = page_of(owner)
    client.get("/cases/")
    with django_assert_num_queries(LIST_QUERIES):
        assert client.get("/cases/").status_code == 200


def test_questions_are_answered_on_the_page_and_the_case_goes_back_to_the_desk(owner: User, case: Case) -> None:
    cases.ask(case, "哪一年的证书？", by=make_user(Role.SPECIALIST), now=NOW)
    client = page_of(owner)
    assert "哪一年的证书？" in client.get(case.get_absolute_url()).content.decode()
    empty = client.post(f"{case.get_absolute_url()}answer/", {"text": ""})
    assert empty.status_code == 422
    answer = client.post(f"{case.get_absolute_url()}answer/", {"text": "2024 年"})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.SUBMITTED


def test_a_case_in_service_is_not_withdrawn_whole(owner: User, case: Case) -> None:
    make_need(case)
    answer = page_of(owner).post(f"{case.get_absolute_url()}withdraw/", {"note": "算了"})
    assert answer.status_code == 409
    assert "算了" in answer.content.decode(), "what was typed is kept"


@pytest.mark.parametrize(
    ("state", "ends"), [(ReferralState.OFFERED, "recalled"), (ReferralState.ACCEPTED, "cancelled")]
)
def test_withdrawing_a_need_ends_what_was_asked_of_the_institution(
    owner: User, case: Case, state: str, ends: str
) -> None:
    referral = make_referral(make_need(case), state=state)
    page_of(owner).post(f"/cases/needs/{referral.need_id}/withdraw/", {"note": "不需要了"})
    referral.refresh_from_db()
    referral.need.refresh_from_db()
    case.refresh_from_db()
    assert (referral.state, referral.need.state, case.state) == (ends, NeedState.WITHDRAWN, CaseState.CLOSED)


@pytest.mark.parametrize(
    ("state", "step", "note", "after"),
    [
        ("quoted", "agree", "", "in_progress"),
        ("quoted", "ask-change", "太贵", "accepted"),
        ("delivered", "confirm", "", "confirmed"),
        ("delivered", "dispute", "结论有误", "disputed"),
        ("disputed", "confirm", "", "confirmed"),
        ("accepted", "cancel", "不做了", "cancelled"),
    ],
)
def test_the_enterprise_takes_its_steps_on_the_page(
    owner: User, case: Case, state: str, step: str, note: str, after: str
) -> None:
    referral = make_referral(make_need(case), state=state)
    referral.refresh_from_db()
    address = f"/delivery/{referral.pk}/answer/{step}/"
    answer = page_of(owner).post(address, {"note": note, "version": referral.version})
    assert answer.status_code == 302
    referral.refresh_from_db()
    assert referral.state == after


def test_an_objection_without_a_reason_changes_nothing_and_asks_for_it(owner: User, case: Case) -> None:
    referral = make_referral(make_need(case), state=ReferralState.DELIVERED)
    answer = page_of(owner).post(f"/delivery/{referral.pk}/answer/dispute/", {"note": ""})
    assert answer.status_code == 422 and "id_note" in answer.content.decode()
    referral.refresh_from_db()
    assert referral.state == ReferralState.DELIVERED


def test_an_objection_that_is_too_long_keeps_what_was_typed(owner: User, case: Case) -> None:
    referral = make_referral(make_need(case), state=ReferralState.DELIVERED)
    answer = page_of(owner).post(f"/delivery/{referral.pk}/answer/dispute/", {"note": "错" * 2001})
    assert answer.status_code == 422 and "错" * 2001 in answer.content.decode()


def test_what_staff_note_among_themselves_is_never_on_the_page(owner: User, case: Case) -> None:
    specialist = make_user(Role.SPECIALIST)
    cases.note(case, "内部：企业常拖延", by=Actor.of(specialist), now=NOW, audience=Audience.INTERNAL)
    assert "内部：企业常拖延" not in page_of(owner).get(case.get_absolute_url()).content.decode()
    assert CaseEvent.objects.filter(verb=Verb.NOTED).count() == 1


def test_a_closed_case_asks_how_it_was_until_that_is_answered(owner: User, case: Case) -> None:
    referral = make_referral(make_need(case), state=ReferralState.CONFIRMED)
    followup.plan(NOW)
    owed = FollowUp.objects.get(referral=referral, rule="first")
    address = f"/followup/{owed.pk}/"
    assert address not in page_of(owner).get(case.get_absolute_url()).content.decode(), "not before it is time"
    followup.send_due(owed.due_at)
    assert address in page_of(owner).get(case.get_absolute_url()).content.decode()
    owed.refresh_from_db()
    followup.answer(owed, followup.Answer(grade=5), source="account", now=owed.due_at, by=owner)
    assert address not in page_of(owner).get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize("served", [True, False])
def test_a_case_closed_without_a_service_promises_no_survey(owner: User, case: Case, served: bool) -> None:
    desk, need = make_user(Role.SPECIALIST), make_need(case)
    if served:
        make_referral(make_need(case), state=ReferralState.CONFIRMED)
    triage.decide(need, NeedState.UNMET, "全省暂无机构", by=desk, now=NOW, version=need.version)
    page = page_of(owner).get(case.get_absolute_url()).content.decode()
    told = Notice.objects.get(event="closed_enterprise")
    mail = render("closed_enterprise", told.facts, language="en").text
    assert ("three short questions" in page, "three short questions" in mail, "Follow-up" in page) == (served,) * 3
    assert ("closed without a service" in page, "no service came of it" in mail) == (not served,) * 2


def test_a_case_that_rests_still_shows_its_way(owner: User, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state=CaseState.LAPSED, due_at=None)
    page = page_of(owner).get(case.get_absolute_url()).content.decode()
    assert "The case rests" in page and "Need sent" in page
