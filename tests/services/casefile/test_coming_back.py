"""Coming back to a case by its number and a one-time code, and saying who may see the contact."""

import pytest
from django.utils import timezone

from portal.accounts import codes
from portal.accounts.models import Consent, OneTimeCode, User
from portal.accounts.roles import Role
from services.cases.models import Case
from tests.factories import make_case, make_enterprise, make_need, make_referral, make_user
from tests.people import browser_of, make_notice

pytestmark = pytest.mark.django_db

CONTACT = "wang@enterprise.example"


@pytest.fixture
def guest() -> User:
    make_notice()
    return make_user(email=CONTACT)


@pytest.fixture
def case(guest: User) -> Case:
    return make_case(submitter=guest, now=timezone.now())


def digits() -> str:
    return codes.draw(OneTimeCode.objects.latest("pk"))


def test_number_and_code_open_the_page(guest: User, case: Case) -> None:
    client = browser_of()
    typed = case.number.lower().replace("-", " ")
    answer = client.post("/cases/open/", {"number": typed, "contact": f" {CONTACT.upper()} "})
    assert answer["Location"] == "/accounts/code/enter/"
    answer = client.post("/accounts/code/enter/", {"code": digits()})
    assert answer["Location"] == case.get_absolute_url()
    assert client.get(case.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("number", "contact"),
    [("QS-20261121-99999", CONTACT), (None, "nobody@enterprise.example"), (None, "rival@enterprise.example")],
)
def test_wrong_pairs_are_answered_like_the_right_one(case: Case, number: str | None, contact: str) -> None:
    make_user(email="rival@enterprise.example")
    right = browser_of().post("/cases/open/", {"number": case.number, "contact": CONTACT})
    wrong = browser_of().post("/cases/open/", {"number": number or case.number, "contact": contact})
    assert (wrong.status_code, wrong["Location"], wrong.content) == (302, right["Location"], right.content)


def test_a_rivals_own_code_does_not_open_the_case(case: Case) -> None:
    make_user(email="rival@enterprise.example")
    client = browser_of()
    client.post("/cases/open/", {"number": case.number, "contact": "rival@enterprise.example"})
    page = client.post("/accounts/code/enter/", {"code": digits()}, follow=True)
    assert page.status_code == 404 and case.text not in page.content.decode()


@pytest.mark.parametrize(
    ("number", "contact", "message"),
    [("42", CONTACT, "looks like QS-"), ("", CONTACT, "required"), ("QS-20261121-00001", "12", "not a phone number")],
)
def test_bad_input_is_named_and_kept(number: str, contact: str, message: str) -> None:
    answer = browser_of().post("/cases/open/", {"number": number, "contact": contact})
    page = answer.content.decode()
    assert answer.status_code == 422 and message in page and contact in page


def test_too_many_codes_are_said_at_the_field(case: Case) -> None:
    client = browser_of()
    typed = {"number": case.number, "contact": CONTACT}
    answers = [client.post("/cases/open/", typed) for _time in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "Too many tries" in answers[-1].content.decode()


# Sharing


def test_the_person_agrees_on_the_page_and_takes_it_back_there(guest: User, case: Case) -> None:
    client = browser_of(guest)
    assert "I agree" in client.get(case.get_absolute_url()).content.decode()
    client.post(f"{case.get_absolute_url()}sharing/", {"agree": "on"})
    assert Consent.objects.get(user=guest, purpose="sharing").withdrawn_at is None
    assert "Take it back" in client.get(case.get_absolute_url()).content.decode()
    client.post(f"{case.get_absolute_url()}sharing/", {})
    assert Consent.objects.get(user=guest, purpose="sharing").withdrawn_at is not None


def test_a_colleague_reads_the_case_but_does_not_decide_about_somebody_elses_contact(guest: User) -> None:
    firm = make_enterprise(guest)
    colleague = make_user()
    firm.memberships.create(user=colleague, state="active")
    case = make_case(submitter=guest, enterprise=firm, now=timezone.now())
    client = browser_of(colleague)
    assert "I agree" not in client.get(case.get_absolute_url()).content.decode()
    assert client.post(f"{case.get_absolute_url()}sharing/", {"agree": "on"}).status_code == 409
    assert not Consent.objects.exists()


def test_strangers_do_not_find_it_and_readers_may_not(case: Case) -> None:
    address = f"{case.get_absolute_url()}sharing/"
    assert browser_of(make_user()).post(address, {"agree": "on"}).status_code == 404
    assert browser_of(make_user(Role.AUDITOR)).post(address, {"agree": "on"}).status_code == 403
    assert browser_of().post(address, {"agree": "on"}).status_code == 401
    assert not Consent.objects.exists()


@pytest.mark.parametrize("too_long", ["withdraw/", "answer/"])
def test_words_that_are_too_long_stay_on_the_page(guest: User, case: Case, too_long: str) -> None:
    field = "note" if too_long == "withdraw/" else "text"
    answer = browser_of(guest).post(f"{case.get_absolute_url()}{too_long}", {field: "长" * 5001})
    assert answer.status_code == 422 and "长" * 5001 in answer.content.decode()


def test_a_reason_for_withdrawing_one_need_that_is_too_long_stays_too(guest: User, case: Case) -> None:
    need = make_referral(make_need(case)).need
    answer = browser_of(guest).post(f"/cases/needs/{need.pk}/withdraw/", {"note": "长" * 1001})
    assert answer.status_code == 422 and "长" * 1001 in answer.content.decode()
