"""Every exception that leaves a view becomes the right status, as a page for people and as a problem for programs."""

import json
import logging

import pytest
from django.test import Client
from django.utils.translation import gettext_lazy as _

from portal import refusals
from portal.accounts.models import ApiToken, Attempt, User
from portal.accounts.roles import Role
from tests.portal.accounts.people import person

pytestmark = [pytest.mark.urls("tests.portal.trial_urls"), pytest.mark.django_db]

STATUS = {
    "conflict": 409,
    "gone": 410,
    "unprocessable": 422,
    "too-many": 429,
    "unavailable": 503,
    "missing": 404,
    "forbidden": 403,
    "suspicious": 400,
    "validation": 400,
    "bug": 500,
    "too-long": 400,
    "nul": 400,
    "limit": 400,
    "number": 400,
    "deadlock-like": 503,
    "lock": 503,
    "cancelled": 503,
    "taken": 409,
    "named": 409,
    "null": 500,
    "away": 503,
    "unnamed": 500,
    "data": 400,
    "surrogate": 400,
}


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, headers={"Accept-Language": "en"})


@pytest.fixture
def worded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "CONSTRAINTS", refusals.CONSTRAINTS)
    refusals.constraint("attempt_door_key", _("There is a counter already."))
    yield
    del refusals.CONSTRAINTS["attempt_door_key"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_a_page_answers_and_nothing_of_the_view_is_kept(client: Client, name: str, status: int) -> None:
    answer = client.get(f"/trial/fault/{name}/")
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert not Attempt.objects.exists()
    assert ("secret detail" in answer.content.decode()) is False
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_the_api_answers_with_a_problem_and_nothing_is_kept(client: Client, name: str, status: int) -> None:
    address = f"/api/trial/fault/{name}/"
    answer = client.post(address, "{}", "application/json")
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (body["status"], body["instance"], bool(body["title"]), bool(body["detail"])) == (
        status,
        address,
        True,
        True,
    )
    assert body["type"].startswith("urn:portal:")
    assert "secret detail" not in json.dumps(body)
    assert not Attempt.objects.exists()


def test_a_conflict_says_who_did_what_and_keeps_the_text(client: Client) -> None:
    typed = {"note": "we can come on Monday", "csrfmiddlewaretoken": "x", "version": "3", "password": "Hidden-word-1"}
    answer = client.post("/trial/fault/conflict/", typed, headers={"Referer": "http://testserver/cases/7/?tab=1"})
    text = answer.content.decode()
    for part in ("张三", "accepted", "10:32", "we can come on Monday", 'href="/cases/7/?tab=1"'):
        assert part in text
    assert "Hidden-word-1" not in text
    assert client.post("/api/trial/fault/conflict/").json() == {
        "type": "urn:portal:stale-state",
        "title": "Somebody was faster",
        "status": 409,
        "detail": "This has changed since you opened the page. Please look at it as it is now.",
        "instance": "/api/trial/fault/conflict/",
        "who": "张三",
        "did": "accepted",
        "at": "2026-11-23T02:32:00Z",
    }


def test_a_page_of_somebody_else_is_not_offered_as_the_way_back(client: Client) -> None:
    answer = client.post("/trial/fault/conflict/", {}, headers={"Referer": "https://evil.example/"})
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize(("name", "seconds"), [("too-many", "90"), ("unavailable", "5"), ("lock", "5")])
def test_when_to_come_back_is_said(client: Client, name: str, seconds: str) -> None:
    assert client.get(f"/trial/fault/{name}/")["Retry-After"] == seconds
    assert client.get(f"/api/trial/fault/{name}/")["Retry-After"] == seconds


def test_a_constraint_with_words_says_them(client: Client, worded: None) -> None:
    assert "There is a counter already." in client.get("/trial/fault/named/").content.decode()
    assert client.get("/api/trial/fault/named/").json()["detail"] == "There is a counter already."


def test_our_own_fault_has_a_number_that_is_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        reference = client.get("/api/trial/fault/bug/").json()["reference"]
        page = client.get("/trial/fault/bug/").content.decode()
    assert f"reference {reference}" in caplog.text
    assert any(record.args and record.args[-1] in page for record in caplog.records if record.name == "portal.errors")


def test_the_page_about_our_fault_asks_nothing_of_the_database(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/trial/fault/away/".replace("fault", "none")).status_code == 404


def test_pages_speak_the_language_of_the_reader() -> None:
    chinese = Client(headers={"Accept-Language": "zh-CN"}).get("/nothing/?q=%00")
    english = Client(headers={"Accept-Language": "en"}).get("/nothing/?q=%00")
    assert (chinese.status_code, english.status_code) == (400, 400)
    assert '<html lang="zh-hans">' in chinese.content.decode()
    assert '<html lang="en">' in english.content.decode()


def test_an_old_form_loses_no_text() -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    answer = client.post("/accounts/sign-in/", {"username": "somebody I typed", "password": "Hidden-word-1"})
    assert answer.status_code == 403
    assert "somebody I typed" in answer.content.decode()
    assert "Hidden-word-1" not in answer.content.decode()


# The API's doors


def test_a_view_without_a_permission_is_closed(client: Client) -> None:
    assert client.get("/api/trial/forgotten/").status_code == 401
    client.force_login(person("root", Role.ADMINISTRATOR))
    assert client.get("/api/trial/forgotten/").status_code == 403


@pytest.mark.parametrize(("role", "status"), [(Role.PROVIDER, 200), (Role.ENTERPRISE, 403), (Role.ADMINISTRATOR, 403)])
def test_a_permission_opens_to_its_roles(client: Client, role: Role, status: int) -> None:
    key = ApiToken.issue(person("wei", role), name="x")
    assert client.get("/api/trial/workers/", headers={"Authorization": f"Token {key}"}).status_code == status


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "token", "BEARER"])
def test_a_key_opens_in_both_spellings(client: Client, scheme: str) -> None:
    key = ApiToken.issue(person("wei", Role.PROVIDER), name="x")
    answer = client.get("/api/trial/workers/", headers={"Authorization": f"{scheme} {key}"})
    assert answer.json() == {"user": "wei"}


@pytest.mark.parametrize(
    "header", ["Token", "Token a b", "Bearer ", "Token " + "x" * 5000, "Token ключ", "Token é", "Bearer wrong"]
)
def test_a_key_that_is_none_opens_nothing(client: Client, header: str) -> None:
    answer = client.get("/api/trial/workers/", headers={"Authorization": header.encode().decode("latin-1")})
    assert (answer.status_code, answer["WWW-Authenticate"], answer["Content-Type"]) == (
        401,
        "Token",
        "application/problem+json",
    )


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.ENTERPRISE}])
def test_a_key_dies_with_the_account_or_the_role(client: Client, change: dict[str, object]) -> None:
    user = person("wei", Role.PROVIDER)
    key = ApiToken.issue(user, name="x")
    User.objects.filter(pk=user.pk).update(**change)
    assert client.get("/api/trial/workers/", headers={"Authorization": f"Token {key}"}).status_code == 401


def test_a_revoked_key_is_dead(client: Client) -> None:
    key = ApiToken.issue(person("wei", Role.PROVIDER), name="x")
    ApiToken.objects.update(revoked_at="2026-11-21T00:00Z")
    assert client.get("/api/trial/workers/", headers={"Authorization": f"Token {key}"}).status_code == 401


def test_a_wrong_key_is_not_rescued_by_a_cookie(client: Client) -> None:
    client.force_login(person("wei", Role.PROVIDER))
    assert client.get("/api/trial/workers/").status_code == 200
    assert client.get("/api/trial/workers/", headers={"Authorization": "Token wrong"}).status_code == 401


def test_a_cookie_needs_the_secret_against_forged_requests() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("wei", Role.PROVIDER))
    assert client.post("/api/trial/echo/", "{}", "application/json").status_code == 403


# Headers


@pytest.mark.parametrize(
    "address", ["/", "/accounts/sign-in/", "/nothing/", "/?q=%00", "/api/docs/", "/trial/fault/bug/", "/api/schema/"]
)
def test_every_answer_carries_the_security_headers(client: Client, address: str) -> None:
    answer = client.get(address)
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY")
    assert answer["Referrer-Policy"] == "same-origin"


def test_cookies_are_out_of_reach_of_scripts(client: Client) -> None:
    client.post("/accounts/code/", {"contact": "somebody@example.com"})
    cookie = client.cookies["session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_the_page_of_the_api_runs_no_inline_script(client: Client) -> None:
    text = client.get("/api/docs/").content.decode()
    assert "<style" not in text
    assert "<script>" not in text
    assert text.count("<script src=") == 3
    assert client.get("/api/docs/?lang=en&script=").headers["Content-Type"] == "application/javascript"


def test_the_schema_names_the_key(client: Client) -> None:
    answer = client.get("/api/schema/?format=json", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")
