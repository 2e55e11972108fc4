"""One-time codes: who gets one, how often it may be tried, and that it is nowhere but in the message."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.utils import timezone

from portal.accounts import actions, codes, handlers
from portal.accounts.models import OneTimeCode, PrivacyNotice, User
from portal.accounts.roles import Role
from portal.outbox.models import Message
from portal.refusals import TooMany
from tests.portal.accounts.people import PASSWORD, person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CONTACT = "guest@example.com"


@pytest.fixture(autouse=True)
def local_mail(settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]


def deliver() -> str:
    """Do what the sweeper would do with the newest code; the digits of the mail, or ""."""
    message = Message.objects.filter(kind=codes.KIND).latest("pk")
    before = len(mail.outbox)
    handlers.send_code(message.payload, message.dedupe_key)
    if len(mail.outbox) == before:
        return ""
    return re.search(r"\d{6}", f"{mail.outbox[-1].subject} {mail.outbox[-1].body}")[0]  # type: ignore[index]


def sent(contact: str = CONTACT, *, now: datetime | None = None) -> str:
    codes.send(contact, now=now or timezone.now())
    return deliver()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_right_digits_are_good_once(db: None) -> None:
    code = sent()
    now = timezone.now()
    assert [codes.check(CONTACT, code, now=now) for _ in range(2)] == [True, False]


def test_a_code_belongs_to_its_contact(db: None) -> None:
    code, now = sent(), timezone.now()
    assert not codes.check("other@example.com", code, now=now)
    assert codes.check(" Guest@EXAMPLE.com ", code, now=now)


def test_five_wrong_tries_end_a_code(db: None) -> None:
    code, now = sent(), timezone.now()
    assert [codes.check(CONTACT, wrong(code), now=now) for _ in range(5)] == [False] * 5
    assert not codes.check(CONTACT, code, now=now)


def test_a_code_ends_after_ten_minutes(db: None) -> None:
    code = sent()
    assert not codes.check(CONTACT, code, now=timezone.now() + codes.LIFE)


def test_a_newer_code_ends_the_older_one(db: None) -> None:
    older, newer = sent(), sent()
    now = timezone.now()
    assert older == newer or not codes.check(CONTACT, older, now=now)
    assert codes.check(CONTACT, newer, now=now)


def test_nothing_opens_before_the_digits_were_drawn(db: None) -> None:
    codes.send(CONTACT, now=timezone.now())
    assert not codes.check(CONTACT, "", now=timezone.now())


def test_the_digits_are_kept_nowhere(db: None) -> None:
    code = sent()
    row, message = OneTimeCode.objects.get(), Message.objects.get(kind=codes.KIND)
    assert code not in f"{row.digest} {message.payload} {message.dedupe_key}"
    assert row.digest == codes.digest(CONTACT, code)
    assert CONTACT not in f"{message.payload} {message.dedupe_key}"


def test_five_codes_an_hour_and_fifteen_a_day(db: None) -> None:
    for _ in range(5):
        codes.send(CONTACT, now=NOW)
    with pytest.raises(TooMany):
        codes.send(CONTACT, now=NOW)
    for hour in (1, 2):
        for _ in range(5):
            codes.send(CONTACT, now=NOW + timedelta(hours=hour))
    with pytest.raises(TooMany) as refused:
        codes.send(CONTACT, now=NOW + timedelta(hours=3))
    assert refused.value.retry_after == 21 * 3600


@pytest.mark.parametrize("typed", ["", "abc", "12345", "@", "a@b", "139", "１３８", "\u200b"])
def test_what_is_no_contact_is_refused(db: None, typed: str) -> None:
    with pytest.raises(ValidationError):
        codes.send(typed, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_many_parallel_guesses_five_are_compared() -> None:
    """The right digits come sixth at the earliest: had more than five been compared, they would have opened."""
    code = sent()
    barrier = Barrier(20)

    def guess(number: int) -> bool:
        barrier.wait()
        try:
            return codes.check(CONTACT, wrong(code), now=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        assert not any(pool.map(guess, range(20)))
    assert OneTimeCode.objects.get().attempts == 5
    assert not codes.check(CONTACT, code, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_the_right_digits_twenty_times_at_once_open_one_door() -> None:
    code = sent()
    barrier = Barrier(20)

    def enter(number: int) -> bool:
        barrier.wait()
        try:
            return codes.check(CONTACT, code, now=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        assert sorted(pool.map(enter, range(20))) == [False] * 19 + [True]


# Through the pages.


def ask(client: Client, contact: str, door: str = "code", **more: str):
    return client.post(f"/accounts/{door}/", {"contact": contact, **more})


def enter(client: Client, code: str):
    return client.post("/accounts/code/enter/", {"code": code})


def test_a_guest_enters_with_a_code_and_is_offered_a_password(client: Client, notice: PrivacyNotice) -> None:
    guest = actions.person_for(CONTACT, name="王五")
    assert ask(client, "Guest@Example.com")["Location"] == "/accounts/code/enter/"
    page = client.get("/accounts/code/enter/").content.decode()
    assert "g***@example.com" in page
    code = deliver()
    assert enter(client, f"{code[:3]} {code[3:]}")["Location"] == "/accounts/claim/"
    assert client.session["_auth_user_id"] == str(guest.pk)


def test_a_guest_who_wanted_a_page_gets_it(client: Client, db: None) -> None:
    actions.person_for(CONTACT)
    ask(client, CONTACT, next="/accounts/profile/")
    assert enter(client, deliver())["Location"] == "/accounts/profile/"


def test_claiming_sets_name_password_and_agreement(client: Client, notice: PrivacyNotice) -> None:
    guest = actions.person_for(CONTACT)
    ask(client, CONTACT)
    enter(client, deliver())
    form = {"name": "王五", "password": PASSWORD, "again": PASSWORD, "agreed": "on"}
    assert client.post("/accounts/claim/", form)["Location"] == "/accounts/home/"
    guest.refresh_from_db()
    consent = guest.consents.get()
    assert (guest.name, guest.check_password(PASSWORD), consent.notice, consent.purpose) == (
        "王五",
        True,
        notice,
        "account",
    )
    assert client.get("/accounts/profile/").status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agreed": ""}, "agreed"),
        ({"again": "Another-word-9"}, "again"),
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "lowercaseonly", "again": "lowercaseonly"}, "password"),
        ({"password": "Password123", "again": "Password123"}, "password"),
        ({"name": " \u200b"}, "name"),
    ],
)
def test_a_claim_that_lacks_something_says_so_at_the_field(
    client: Client, notice: PrivacyNotice, change: dict[str, str], field: str
) -> None:
    guest = actions.person_for(CONTACT)
    client.force_login(guest)
    form = {"name": "王五", "password": PASSWORD, "again": PASSWORD, "agreed": "on", **change}
    answer = client.post("/accounts/claim/", form)
    guest.refresh_from_db()
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (guest.has_usable_password(), guest.consents.count()) == (False, 0)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ENTERPRISE])
def test_staff_and_institutions_do_not_enter_by_code(client: Client, db: None, role: Role) -> None:
    person("li", role, email=CONTACT)
    assert ask(client, CONTACT).status_code == 302
    assert deliver() == ""
    ask(client, CONTACT, door="register")
    code = deliver()
    assert enter(client, code).status_code == 422
    assert "_auth_user_id" not in client.session


def test_known_unknown_and_staff_contacts_get_the_same_answer(db: None) -> None:
    actions.person_for("known-one@example.com")
    person("li", Role.SPECIALIST, email="staff-one@example.com")

    def shape(contact: str) -> tuple[int, str, list[str], int, str]:
        client = Client()
        answer = ask(client, contact)
        page = client.get(answer["Location"])
        text = re.sub(r'(name="csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", page.content.decode())
        masked = f"{contact[0]}***@example.com"
        return (
            answer.status_code,
            answer["Location"],
            sorted(answer.headers),
            page.status_code,
            text.replace(masked, "…"),
        )

    assert shape("known-one@example.com") == shape("unknown-one@example.com") == shape("staff-one@example.com")
    assert deliver() == ""
    assert Message.objects.filter(kind=codes.KIND).count() == 3


def test_asking_takes_the_same_statements_for_known_and_unknown(db: None, django_assert_num_queries) -> None:
    actions.person_for("known-one@example.com")
    for contact in ("known-one@example.com", "unknown-one@example.com"):
        with django_assert_num_queries(14):
            ask(Client(), contact)


def test_registering_makes_an_enterprise_user(client: Client, notice: PrivacyNotice) -> None:
    ask(client, "138 0000 3333", door="register")
    row = OneTimeCode.objects.get()
    code = codes.draw(row)
    assert enter(client, code)["Location"] == "/accounts/claim/"
    user = User.objects.get(phone="+8613800003333")
    assert (user.role, user.has_usable_password(), user.language) == (Role.ENTERPRISE, False, "zh-hans")


def test_somebody_who_is_here_already_registers_into_the_same_account(client: Client, lin: User) -> None:
    ask(client, "lin@example.com", door="register")
    enter(client, deliver())
    assert client.session["_auth_user_id"] == str(lin.pk)
    assert User.objects.count() == 1


def test_without_asking_there_is_nothing_to_enter(client: Client, db: None) -> None:
    assert client.get("/accounts/code/enter/")["Location"] == "/accounts/code/"
    assert enter(client, "123456")["Location"] == "/accounts/code/"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "½23456", "１２３４５", "123456" * 9])
def test_what_is_no_code_is_said_at_the_field(client: Client, db: None, typed: str) -> None:
    ask(client, CONTACT)
    answer = enter(client, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code"])
    assert OneTimeCode.objects.get().attempts == 0


def test_the_page_says_when_too_many_codes_were_asked_for(client: Client, db: None) -> None:
    for _ in range(5):
        ask(client, CONTACT)
    answer = ask(client, CONTACT)
    assert (answer.status_code, list(answer.context["form"].errors)) == (429, ["contact"])


@pytest.mark.django_db(transaction=True)
def test_one_person_made_many_times_at_once_is_one_person() -> None:
    barrier = Barrier(12)

    def make(number: int) -> int:
        barrier.wait()
        try:
            return actions.person_for(CONTACT if number % 2 else CONTACT.upper()).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        assert len(set(pool.map(make, range(12)))) == 1
    assert User.objects.count() == 1


def test_without_a_gateway_a_code_for_a_phone_is_refused_and_one_by_mail_goes_out(db: None, settings: object) -> None:
    settings.SMS_ADAPTER = ""  # type: ignore[attr-defined]
    with pytest.raises(codes.NoShortMessages):
        codes.send("13812345678", now=timezone.now())
    assert not OneTimeCode.objects.exists()
    assert codes.check(CONTACT, sent(), now=timezone.now())


@pytest.mark.parametrize("path", ["/accounts/code/", "/accounts/register/"])
def test_whoever_gives_a_phone_then_is_asked_for_a_mail_address(db: None, settings: object, path: str) -> None:
    settings.SMS_ADAPTER = ""  # type: ignore[attr-defined]
    answer = Client(headers={"accept-language": "en"}).post(path, {"contact": "13812345678"})
    assert answer.status_code == 422
    assert "sends codes by mail only" in answer.content.decode()
    assert "13812345678" in answer.content.decode()
