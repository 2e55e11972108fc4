"""What becomes of forms, of pages that ask by themselves and of what a browser keeps once somebody is signed out."""

from html import unescape

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from portal import errors
from portal.accounts import forms as typed_forms
from portal.accounts.access import requires
from portal.accounts.models import User
from tests.portal.accounts.people import PASSWORD

PROFILE, SIGN_IN = "/accounts/profile/", "/accounts/sign-in/"
FROM = {"Referer": "http://testserver/cases/?tab=done&q=a", "Accept-Language": "en"}
BACKGROUND = {"X-Background": "1"}


def test_a_form_sent_after_the_session_ended_keeps_its_text_and_leads_back(client: Client, db: None) -> None:
    answer = client.post(reverse("accounts:describe"), {"name": "A name I typed"}, headers=FROM)
    text = answer.content.decode()
    assert (answer.status_code, "You are signed out" in text, "A name I typed" in text) == (401, True, True)
    assert f'href="{SIGN_IN}?next=/cases/%3Ftab%3Ddone%26q%3Da"' in text


def test_it_leads_to_no_page_of_somebody_else(client: Client, db: None) -> None:
    answer = client.post(reverse("accounts:describe"), headers={"Referer": "https://evil.example/"})
    assert f'href="{SIGN_IN}"' in answer.content.decode() and "evil" not in answer.content.decode()


def test_no_password_is_shown_again(client: Client, db: None) -> None:
    secrets = {"current": "Hidden-word-1", "password": "Hidden-word-2", "again": "Hidden-word-3"}
    answer = client.post(reverse("accounts:change_password"), secrets)
    assert (answer.status_code, "Hidden-word" in answer.content.decode()) == (401, False)


def test_no_page_about_a_refusal_shows_what_is_typed_hidden() -> None:
    kinds = [kind for kind in vars(typed_forms).values() if isinstance(kind, forms.forms.DeclarativeFieldsMetaclass)]
    hidden = {
        name
        for kind in kinds
        for name, field in kind.base_fields.items()
        if isinstance(field.widget, forms.PasswordInput)
    }
    assert hidden == {"password", "again", "current"}
    assert [name for name in hidden if not errors.NOT_SHOWN.search(name)] == []


def test_a_door_of_its_own_answers_like_that_of_all_pages(client: Client, db: None) -> None:
    @requires("cases.read")
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("seen")

    request = client.get("/").wsgi_request
    assert view(request)["Location"] == f"{SIGN_IN}?next=/"
    request.method = "POST"
    assert view(request).status_code == 401


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_that_asks_by_itself_is_told_to_stop(client: Client, db: None, method: str) -> None:
    answer = getattr(client, method)(PROFILE, headers=BACKGROUND)
    assert (answer.status_code, answer["HX-Trigger"], answer.content) == (204, "signed-out", b"")
    assert answer.content == b""


def test_an_address_that_only_takes_forms_says_so(client: Client, lin: User) -> None:
    client.force_login(lin)
    answer = client.get("/accounts/sign-out/", headers={"Accept-Language": "en"})
    text = answer.content.decode()
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Forms are sent to this address" in text and 'href="/"' in text
    assert client.post("/api/docs/").headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "place"), [(FROM, "/cases/?tab=done&q=a"), ({}, "/"), ({"Referer": "https://evil.example/x"}, "/")]
)
def test_another_language_on_the_answer_to_a_form_leads_to_a_page(
    client: Client, lin: User, headers: dict[str, str], place: str
) -> None:
    client.force_login(lin)
    answer = client.post(reverse("accounts:describe"), {"name": ""}, headers=headers)
    assert answer.status_code == 422
    assert f'name="next" value="{place}"' in unescape(answer.content.decode())
    assert f'name="next" value="{PROFILE}?a=1"' in client.get(f"{PROFILE}?a=1").content.decode()


def test_a_form_for_another_host_is_refused_as_before(db: None) -> None:
    answer = Client(raise_request_exception=False).post("/language/", headers={**FROM, "Host": "evil.example"})
    assert answer.status_code == 400


def test_no_browser_keeps_what_the_signed_in_see(client: Client, lin: User) -> None:
    assert "Cache-Control" not in client.get("/").headers
    client.post(SIGN_IN, {"username": "lin", "password": PASSWORD})
    for address in ("/", "/cases/", "/notices/"):
        assert client.get(address)["Cache-Control"] == "private, no-store"
    assert "no-store" in client.get(PROFILE)["Cache-Control"]
    client.post("/accounts/sign-out/")
    assert "Cache-Control" not in client.get("/").headers
