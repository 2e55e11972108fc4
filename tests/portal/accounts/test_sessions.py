"""Sessions: how long they live, what ends them at once, and that people see and end their own."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from portal.accounts import actions, codes, sessions
from portal.accounts.models import ApiToken, OneTimeCode, Session, User, digest
from portal.accounts.roles import Role
from portal.accounts.sessions import SessionStore
from tests.portal.accounts.people import PASSWORD, person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PROFILE = "/accounts/profile/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def entered(user: User, password: str = PASSWORD) -> Client:
    client = Client(headers={"User-Agent": FIREFOX})
    assert client.post("/accounts/sign-in/", {"username": user.username, "password": password}).status_code == 302
    return client


def alive(client: Client, **headers: str) -> bool:
    return client.get(PROFILE, headers=headers).status_code == 200


def test_a_page_gets_the_person_and_not_the_promise_of_one(lin: User) -> None:
    assert type(entered(lin).get(PROFILE).wsgi_request.user) is User


def test_a_session_brings_its_person_along_once_and_never_somebody_else(lin: User) -> None:
    key = entered(lin).session.session_key
    SessionStore(key).load()
    assert sessions.owner(lin.pk + 1) is None, "whoever asks for another gets nobody"
    assert sessions.owner(lin.pk) is None, "and it is not kept for a later request"
    SessionStore(key).load()
    assert sessions.owner(lin.pk) == lin
    SessionStore("no-such-session").load()
    assert sessions.owner(lin.pk) is None


@pytest.mark.parametrize(
    ("role", "minutes"),
    [(Role.ENTERPRISE, 30), (Role.PROVIDER, 30), (Role.SPECIALIST, 15), (Role.CURATOR, 15), (Role.ADMINISTRATOR, 15)],
)
def test_doing_nothing_ends_a_session(db: None, clock: time_machine.Traveller, role: Role, minutes: int) -> None:
    client = Client()
    client.force_login(person("lin", role))
    clock.move_to(NOW + timedelta(minutes=minutes))
    assert alive(client)
    clock.shift(timedelta(minutes=minutes, seconds=1))
    assert not alive(client)
    assert not Session.objects.filter(user__isnull=False).exists()


def test_the_sign_in_page_says_why_one_was_signed_out(lin: User, clock: time_machine.Traveller) -> None:
    client = entered(lin)
    client.cookies["django_language"] = "en"
    clock.shift(timedelta(minutes=31))
    assert "You were signed out for safety" in client.get(PROFILE, follow=True).content.decode()
    client.post("/accounts/sign-in/", {"username": "lin", "password": PASSWORD})
    assert sessions.ENDED not in client.session


def test_twelve_hours_are_the_end_however_busy_one_is(lin: User, clock: time_machine.Traveller) -> None:
    client = entered(lin)
    for _turn in range(48):
        clock.shift(timedelta(minutes=15))
        assert alive(client)
    clock.shift(timedelta(seconds=1))
    assert not alive(client)


def test_polling_by_the_page_itself_is_no_sign_of_life(lin: User, clock: time_machine.Traveller) -> None:
    client = entered(lin)
    clock.shift(timedelta(minutes=20))
    assert alive(client, **{"X-Background": "1"})
    clock.shift(timedelta(minutes=11))
    assert not alive(client)


def test_the_session_is_written_once_a_minute_at_most(
    lin: User, clock: time_machine.Traveller, django_assert_num_queries
) -> None:
    client = entered(lin)
    seen = client.session[sessions.SEEN]
    clock.shift(timedelta(seconds=59))
    alive(client)
    assert client.session[sessions.SEEN] == seen
    clock.shift(timedelta(seconds=1))
    alive(client)
    assert client.session[sessions.SEEN] == seen + 60


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.PROVIDER}, {"password": "!"}])
def test_a_change_of_account_role_or_password_ends_sessions_at_the_next_request(
    lin: User, change: dict[str, object]
) -> None:
    client = entered(lin)
    assert alive(client)
    User.objects.filter(pk=lin.pk).update(**change)
    assert not alive(client)


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(lin: User) -> None:
    here, there = entered(lin), entered(lin)
    form = {"current": PASSWORD, "password": "Another-word-9", "again": "Another-word-9"}
    assert here.post("/accounts/profile/password/", form).status_code == 302
    assert (alive(here), alive(there)) == (True, False)
    assert Session.objects.filter(user=lin).count() == 1
    entered(lin, "Another-word-9")


def test_a_wrong_present_password_changes_nothing_and_is_counted(lin: User) -> None:
    client = entered(lin)
    form = {"current": "wrong", "password": "Another-word-9", "again": "Another-word-9"}
    answers = [client.post("/accounts/profile/password/", form) for _ in range(6)]
    lin.refresh_from_db()
    assert [answer.status_code for answer in answers] == [422] * 6
    assert lin.check_password(PASSWORD)
    right = client.post("/accounts/profile/password/", {**form, "current": PASSWORD})
    assert list(right.context["password"].errors) == ["current"]
    assert "Another-word-9" not in right.content.decode()


def test_people_see_where_they_are_signed_in_and_end_it_there(lin: User) -> None:
    here, there = entered(lin), entered(lin)
    page = here.get(PROFILE)
    rows = page.context["sessions"]
    assert sorted((row.here, row.browser, row.address) for row in rows) == [
        (False, "Firefox · Linux", "127.0.0.1"),
        (True, "Firefox · Linux", "127.0.0.1"),
    ]
    assert not any(row.session_key in page.content.decode() for row in Session.objects.all())
    other = next(row for row in rows if not row.here)
    assert here.post(f"/accounts/profile/sessions/{other.handle}/end/").status_code == 302
    assert (alive(here), alive(there)) == (True, False)


def test_a_session_that_ran_out_is_not_listed(lin: User, clock: time_machine.Traveller) -> None:
    entered(lin)
    clock.shift(timedelta(minutes=31))
    here = entered(lin)
    assert [row.here for row in here.get(PROFILE).context["sessions"]] == [True]


@pytest.mark.parametrize("others", [0, 2])
def test_the_profile_asks_a_fixed_number_of_questions(lin: User, django_assert_num_queries, others: int) -> None:
    here = entered(lin)
    for number in range(others):
        entered(lin)
        ApiToken.issue(lin, name=str(number))
    with django_assert_num_queries(6):
        assert len(here.get(PROFILE).context["sessions"]) == others + 1


def test_nobody_ends_the_session_of_somebody_else(lin: User) -> None:
    mine, other = entered(lin), entered(person("zhou"))
    handle = Session.objects.get(session_key=other.session.session_key).handle
    assert mine.post(f"/accounts/profile/sessions/{handle}/end/").status_code == 404
    assert mine.post("/accounts/profile/sessions/end-others/").status_code == 302
    assert (alive(mine), alive(other)) == (True, True)


def test_a_session_that_was_stolen_before_signing_in_is_worth_nothing(lin: User) -> None:
    client = Client()
    client.post("/accounts/code/", {"contact": "13800001111"})
    planted = client.session.session_key
    client.post("/accounts/sign-in/", {"username": "lin", "password": PASSWORD})
    thief = Client()
    thief.cookies["session"] = planted
    assert not alive(thief)


def test_old_rows_are_forgotten(lin: User, clock: time_machine.Traveller) -> None:
    entered(lin)
    OneTimeCode.objects.create(contact="a@example.com", expires_at=NOW)
    clock.shift(timedelta(days=3))
    entered(lin)
    assert actions.forget_old(now=timezone.now()) >= 2
    assert (Session.objects.count(), OneTimeCode.objects.count()) == (1, 0)


# Keys for programs.


def test_a_key_is_shown_once_and_kept_as_a_digest(lin: User) -> None:
    client = entered(lin)
    answer = client.post("/accounts/profile/keys/", {"name": "ERP"})
    key = answer.context["key"]
    row = ApiToken.objects.get()
    assert (len(key) >= 43, key in answer.content.decode(), row.name, row.user) == (True, True, "ERP", lin)
    assert key not in client.get(PROFILE).content.decode()
    assert key not in str(row.__dict__)


def test_a_key_without_a_name_is_refused_and_no_id_stands_twice(lin: User) -> None:
    answer = entered(lin).post("/accounts/profile/keys/", {"name": ""})
    ids = re.findall(r' id="([^"]+)"', answer.content.decode())
    assert (answer.status_code, [one for one in ids if ids.count(one) > 1]) == (422, [])


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (0, None),
        (1, "1 key for programs still works. Revoke it if somebody else may know it."),
        (2, "2 keys for programs still work. Revoke those that somebody else may know."),
    ],
)
def test_whoever_changes_the_password_is_told_of_keys_that_still_work(lin: User, keys: int, told: str | None) -> None:
    for number in range(keys):
        ApiToken.issue(lin, name=f"ERP {number}")
    ApiToken.issue(person("zhou"), name="theirs")
    revoked = ApiToken.objects.get(digest=digest(ApiToken.issue(lin, name="old")))
    actions.revoke_token(revoked, now=timezone.now())
    client = entered(lin)
    form = {"current": PASSWORD, "password": "Another-word-9", "again": "Another-word-9"}
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.post("/accounts/profile/password/", form, follow=True)
    said = [str(one) for one in answer.context["messages"]]
    assert said[1:] == ([told] if told else [])


def test_nobody_revokes_the_key_of_somebody_else(lin: User) -> None:
    ApiToken.issue(person("zhou"), name="theirs")
    token = ApiToken.objects.get()
    client = entered(lin)
    assert client.post(f"/accounts/profile/keys/{token.pk}/revoke/").status_code == 404
    client.force_login(token.user)
    assert client.post(f"/accounts/profile/keys/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at


def test_twenty_keys_are_enough(lin: User) -> None:
    client = entered(lin)
    for number in range(20):
        ApiToken.issue(lin, name=str(number))
    assert client.post("/accounts/profile/keys/", {"name": "one more"}).status_code == 409


# Name and contact.


def test_name_and_language_are_saved(lin: User) -> None:
    client = entered(lin)
    answer = client.post("/accounts/profile/about/", {"name": " 林\u200b小一 ", "language": "en"})
    lin.refresh_from_db()
    assert (answer.status_code, lin.name, lin.language) == (302, "林小一", "en")


def test_a_name_that_is_too_long_is_kept_on_the_page_and_not_saved(lin: User) -> None:
    client = entered(lin)
    long = "长" * 101
    answer = client.post("/accounts/profile/about/", {"name": long, "language": "en"})
    lin.refresh_from_db()
    assert (answer.status_code, lin.name, long in answer.content.decode()) == (422, "林一", True)


def test_a_new_contact_is_proved_by_a_code(lin: User) -> None:
    client = entered(lin)
    assert (
        client.post("/accounts/profile/contact/", {"contact": "139 0000 9999"})["Location"]
        == "/accounts/profile/contact/code/"
    )
    code = codes.draw(OneTimeCode.objects.get())
    bad = f"{(int(code) + 1) % 10**6:06d}"
    assert client.post("/accounts/profile/contact/code/", {"code": bad}).status_code == 422
    assert client.post("/accounts/profile/contact/code/", {"code": code})["Location"] == PROFILE
    lin.refresh_from_db()
    assert lin.phone == "+8613900009999"


def test_a_contact_of_somebody_else_is_not_taken_over(lin: User) -> None:
    person("zhou", phone="+8613900009999")
    client = entered(lin)
    client.post("/accounts/profile/contact/", {"contact": "139 0000 9999"})
    code = codes.draw(OneTimeCode.objects.get())
    assert client.post("/accounts/profile/contact/code/", {"code": code}).status_code == 409
    lin.refresh_from_db()
    assert lin.phone == "+8613800001111"
