"""Why a deadline is what it is: the page and the API, for each of their readers."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.accounts.roles import Role
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.models import Referral
from services.cases.states import ReferralState
from services.clocks.names import Waiting
from tests.factories import (
    NOW,
    make_case,
    make_enterprise,
    make_institution,
    make_need,
    make_referral,
    make_user,
)

pytestmark = pytest.mark.django_db
QUERIES = 9


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def referral(owner: User) -> Referral:
    """Delivery waits for a sample."""
    case = make_case(submitter=owner, enterprise=make_enterprise(owner))
    institution = make_institution(make_user(Role.PROVIDER), name_en="Own Institute")
    found = make_referral(make_need(case), institution, state=ReferralState.IN_PROGRESS)
    provider = institution.memberships.get().user
    return cases.wait(found, Waiting.SAMPLE, by=Actor.of(provider), now=NOW, note="请寄三件样品")


def reading(user: User) -> Client:
    page = Client(headers={"accept-language": "en"})
    page.force_login(user)
    return page


def clocks_of(user: User, referral: Referral) -> dict[str, dict[str, object]]:
    rows = reading(user).get(f"/api/v1/cases/{referral.case.number}/clocks/").json()
    return {row["clock"]: row for row in rows}


def provider_of(referral: Referral) -> User:
    return referral.institution.memberships.get().user


def test_each_reader_sees_the_clocks_that_concern_them(owner: User, referral: Referral) -> None:
    of_case = {"first_contact", "triage", "matching"}
    of_work = {"answer", "plan", "delivery"}
    assert clocks_of(owner, referral).keys() == of_case | of_work
    assert clocks_of(make_user(Role.SPECIALIST), referral).keys() == of_case | of_work
    assert clocks_of(provider_of(referral), referral).keys() == of_work


def test_a_pause_says_since_when_why_and_who_and_names_people_to_staff_only(owner: User, referral: Referral) -> None:
    person, desk = provider_of(referral), make_user(Role.SPECIALIST)
    for reader, who in ((owner, "Own Institute"), (person, "Own Institute"), (desk, str(person))):
        delivery = clocks_of(reader, referral)["delivery"]
        assert (delivery["state"], delivery["due_at"]) == ("paused", None)
        [pause] = delivery["pauses"]  # type: ignore[misc]
        assert (pause["reason"], pause["who"], pause["until"]) == ("waiting for a sample", who, None)
    page = reading(owner).get(f"/cases/{referral.case.number}/clocks/").content.decode()
    assert "paused since" in page and "waiting for a sample" in page and str(desk) not in page


def test_staff_read_rule_and_calendar_and_everybody_the_days(owner: User, referral: Referral) -> None:
    of_staff = clocks_of(make_user(Role.SPECIALIST), referral)["plan"]
    assert of_staff["days"] and "version" in " ".join(of_staff["lines"])  # type: ignore[arg-type]
    assert "version" not in " ".join(clocks_of(owner, referral)["plan"]["lines"])  # type: ignore[arg-type]


def test_an_institution_reads_nothing_of_another_referral_of_the_case(referral: Referral) -> None:
    make_referral(make_need(referral.case), make_institution(make_user(Role.PROVIDER)))
    rows = reading(provider_of(referral)).get(f"/api/v1/cases/{referral.case.number}/clocks/").json()
    assert {row["subject_id"] for row in rows} == {referral.pk}


def test_whoever_did_not_take_it_is_not_named_to_the_enterprise(owner: User, referral: Referral) -> None:
    declined = make_referral(make_need(referral.case), make_institution(name_en="Silent"), state="declined")
    url = f"/cases/{referral.case.number}/clocks/"
    assert "Silent" not in reading(owner).get(url).content.decode()
    assert declined.institution.name_en in reading(make_user(Role.SPECIALIST)).get(url).content.decode()


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.PROVIDER])
def test_nobody_reads_a_foreign_case(role: str, referral: Referral) -> None:
    page = reading(make_user(role))
    assert page.get(f"/cases/{referral.case.number}/clocks/").status_code == 404
    assert page.get(f"/api/v1/cases/{referral.case.number}/clocks/").status_code == 404


@pytest.mark.parametrize("needs", [1, 3])
def test_the_page_costs_the_same_with_one_need_and_with_three(
    needs: int, owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = make_case(submitter=owner, enterprise=make_enterprise(owner), now=timezone.now())
    for _each in range(needs):
        make_referral(make_need(case, now=timezone.now()), state="accepted", now=timezone.now())
    page = reading(owner)
    page.get(f"/cases/{case.number}/clocks/")
    with django_assert_num_queries(QUERIES):
        answer = page.get(f"/cases/{case.number}/clocks/")
    assert len(answer.context["panels"]) == 2 + 4 * needs


def test_every_badge_leads_to_its_reasons(owner: User, referral: Referral) -> None:
    link = f'href="/cases/{referral.case.number}/clocks/'
    for user, address in (
        (owner, "/cases/"),
        (owner, f"/cases/{referral.case.number}/"),
        (provider_of(referral), "/delivery/?tab=working"),
        (provider_of(referral), f"/delivery/{referral.pk}/"),
        (make_user(Role.SPECIALIST), f"/triage/{referral.case.number}/"),
    ):
        content = reading(user).get(address).content.decode()
        expected = address != "/cases/"  # the case owes nothing while the sample is awaited
        assert (link in content) is expected, address
