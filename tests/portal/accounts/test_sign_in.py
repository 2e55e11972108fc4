"""Sign-in by password: who gets in, where they are taken, what the others are told."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from tests.portal.accounts.people import PASSWORD, person

SIGN_IN = "/accounts/sign-in/"


def post(client: Client, login: str, password: str = PASSWORD, **more: str):
    return client.post(SIGN_IN, {"username": login, "password": password, **more})


@pytest.mark.parametrize(
    "typed",
    [
        "lin",
        " lin ",
        "LIN",
        "ｌｉｎ",
        "l\u200bin",
        "13800001111",
        "138 0000 1111",
        "+86 138-0000-1111",
        "１３８００００１１１１",
        "Lin@Example.com",
        "lin＠example.com",
    ],
)
def test_one_person_is_found_however_the_name_is_typed(client: Client, lin: User, typed: str) -> None:
    answer = post(client, typed)
    assert (answer.status_code, answer["Location"]) == (302, reverse("casefile:list"))
    assert client.session["_auth_user_id"] == str(lin.pk)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.ENTERPRISE, "casefile:list"),
        (Role.PROVIDER, "delivery:desk"),
        (Role.EXPERT, "lobby:home"),
        (Role.SPECIALIST, "triage:queue"),
        (Role.TEAM_LEAD, "triage:queue"),
        (Role.CURATOR, "pool:review"),
        (Role.AUDITOR, "casefile:list"),
        (Role.ADMINISTRATOR, "admin:index"),
    ],
)
def test_each_role_is_taken_to_its_work(client: Client, db: None, role: Role, place: str) -> None:
    person(role, role)
    assert post(client, role)["Location"] == reverse(place)
    assert client.get("/accounts/home/")["Location"] == reverse(place)
    assert client.get(SIGN_IN)["Location"] == reverse(place)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example/",
        "https:evil",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "\\\\evil",
    ],
)
def test_nobody_is_taken_to_another_site(client: Client, lin: User, elsewhere: str) -> None:
    assert post(client, "lin", next=elsewhere)["Location"] == reverse("casefile:list")


def test_whoever_wanted_a_page_gets_it_after_signing_in(client: Client, lin: User) -> None:
    page = client.get("/accounts/profile/")
    assert (page.status_code, page["Location"]) == (302, f"{SIGN_IN}?next=/accounts/profile/")
    assert 'name="next" value="/accounts/profile/"' in client.get(page["Location"]).content.decode()
    assert post(client, "lin", next="/accounts/profile/")["Location"] == "/accounts/profile/"


@pytest.mark.parametrize(("login", "password"), [("lin", "wrong"), ("nobody", PASSWORD), ("lin@example.org", PASSWORD)])
def test_wrong_and_unknown_get_the_same_answer(client: Client, lin: User, login: str, password: str) -> None:
    client.cookies["language"] = "en"
    answer = client.post(SIGN_IN, {"username": login, "password": password}, headers={"Accept-Language": "en"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Name and password do not fit together." in text
    assert password not in text
    assert f'value="{login}"' in text
    assert "_auth_user_id" not in client.session


def test_known_and_unknown_names_differ_in_nothing_but_what_was_typed(db: None) -> None:
    def shape(login: str) -> tuple[int, list[str], str]:
        answer = post(Client(), login, "wrong")
        text = answer.content.decode().replace(login, "…")
        text = re.sub(r'(name="csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", text)
        return answer.status_code, sorted(answer.headers), text

    person("zhou-yi")
    assert shape("zhou-yi") == shape("zhou-er")


def test_a_disabled_account_is_told_nothing_more(client: Client, lin: User) -> None:
    User.objects.update(is_active=False)
    assert post(client, "lin").status_code == 422


def test_an_account_without_a_password_cannot_be_entered_by_one(client: Client, db: None) -> None:
    person("guest", password=None, phone="+8613900002222")
    assert [post(client, "guest", typed).status_code for typed in ("", "None", "!")] == [422, 422, 422]


def test_signing_in_changes_the_session_key(client: Client, lin: User) -> None:
    client.get("/accounts/code/enter/")
    client.post("/accounts/code/", {"contact": "13800001111"})
    before = client.session.session_key
    assert before
    post(client, "lin")
    assert client.session.session_key != before


def test_the_language_of_the_person_becomes_the_language_of_the_browser(client: Client, lin: User) -> None:
    User.objects.update(language="en")
    assert post(client, "lin").cookies["django_language"].value == "en"


def test_choosing_a_language_is_remembered_for_mails(client: Client, lin: User) -> None:
    client.force_login(lin)
    answer = client.post("/language/", {"language": "en", "next": "/accounts/profile/"})
    lin.refresh_from_db()
    assert (answer.status_code, answer["Location"], lin.language) == (302, "/accounts/profile/", "en")
    client.post("/language/", {"language": "xx"})
    lin.refresh_from_db()
    assert lin.language == "en"


def test_signing_out_needs_a_post(client: Client, lin: User) -> None:
    client.force_login(lin)
    assert client.get("/accounts/sign-out/").status_code == 405
    assert client.post("/accounts/sign-out/")["Location"] == "/"
    assert client.get("/accounts/profile/").status_code == 302


def test_the_admin_site_uses_the_same_door(client: Client, lin: User) -> None:
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/")["Location"] == f"{SIGN_IN}?next=/admin/"
    assert client.post("/admin/login/", {"username": "lin", "password": PASSWORD}).status_code == 405
    client.force_login(lin)
    assert client.get("/admin/login/").status_code == 403


@pytest.mark.parametrize("role", [Role.CURATOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.TEAM_LEAD])
def test_the_admin_site_opens_to_those_who_work_in_it(client: Client, db: None, role: Role) -> None:
    client.force_login(person(role, role))
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.PROVIDER, Role.EXPERT, Role.SPECIALIST])
def test_the_admin_site_stays_shut_to_others(client: Client, db: None, role: Role) -> None:
    client.force_login(person(role, role))
    assert client.get("/admin/", follow=True).status_code == 403
