"""Guessing: five tries in a quarter of an hour, then half an hour of silence, however many guess at once."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from unittest.mock import patch

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client, RequestFactory, override_settings

from portal.accounts import backends, limits
from portal.accounts.models import Attempt, User
from portal.refusals import TooMany
from tests.portal.accounts.people import PASSWORD, person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
GUESSES, AT_ONCE = 200, 20


def guess(login: str = "lin", password: str = "wrong", *, network: str = "10.0.0.1") -> User | None:
    return authenticate(RequestFactory().post("/", REMOTE_ADDR=network), username=login, password=password)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_the_sixth_try_is_refused_even_with_the_right_password(lin: User, clock: time_machine.Traveller) -> None:
    assert [guess() for _ in range(5)] == [None] * 5
    with pytest.raises(TooMany) as refused:
        guess(password=PASSWORD)
    assert refused.value.retry_after == 1800


def test_the_right_password_within_five_tries_clears_the_counter(lin: User, clock: time_machine.Traveller) -> None:
    for _ in range(3):
        assert [guess() for _ in range(4)] == [None] * 4
        assert guess(password=PASSWORD) == lin
    assert not Attempt.objects.filter(door=backends.ACCOUNT).exists()


def test_the_lock_ends_after_half_an_hour_and_is_not_drawn_out_by_trying(
    lin: User, clock: time_machine.Traveller
) -> None:
    for _ in range(5):
        guess()
    for minutes in (10, 20, 29):
        clock.move_to(NOW + timedelta(minutes=minutes))
        with pytest.raises(TooMany):
            guess(password=PASSWORD)
    clock.move_to(NOW + timedelta(minutes=30, seconds=1))
    assert guess(password=PASSWORD) == lin


def test_failures_further_apart_than_a_quarter_of_an_hour_do_not_add_up(
    lin: User, clock: time_machine.Traveller
) -> None:
    for turn in range(12):
        clock.move_to(NOW + timedelta(minutes=16) * turn)
        assert guess() is None


def test_the_lock_does_not_live_in_the_cache(lin: User, clock: time_machine.Traveller) -> None:
    for _ in range(5):
        guess()
    cache.clear()
    with pytest.raises(TooMany):
        guess()


@pytest.mark.parametrize(
    "spelling",
    [
        "LIN",
        "ｌｉｎ",
        " lin",
        "l\u200bin",
        "+8613800001111",
        "138-0000-1111",
        "１３８００００１１１１",
        "LIN@EXAMPLE.COM",
        "lin＠example.com",
    ],
)
def test_every_spelling_of_one_account_shares_its_counter(
    lin: User, clock: time_machine.Traveller, spelling: str
) -> None:
    for _ in range(5):
        guess()
    with pytest.raises(TooMany):
        guess(spelling)


def test_an_accent_makes_another_name_and_opens_nothing(lin: User, clock: time_machine.Traveller) -> None:
    assert guess("lín", PASSWORD) is None
    assert guess("li\u0301n", PASSWORD) is None


def test_unknown_names_are_locked_like_known_ones(db: None, clock: time_machine.Traveller) -> None:
    for _ in range(5):
        guess("nobody")
    with pytest.raises(TooMany):
        guess("ＮＯＢＯＤＹ")


def test_one_network_cannot_try_many_accounts(db: None, clock: time_machine.Traveller) -> None:
    for turn in range(backends.MOST_OF_NETWORK):
        guess(f"name-{turn}")
    with pytest.raises(TooMany):
        guess("name-x")
    assert guess("name-x", network="10.0.0.2") is None


def test_the_page_says_when_to_come_back(client: Client, lin: User, clock: time_machine.Traveller) -> None:
    client.cookies["django_language"] = "en"
    for _ in range(5):
        client.post("/accounts/sign-in/", {"username": "lin", "password": "wrong"})
    answer = client.post("/accounts/sign-in/", {"username": "lin", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Please come back after 10:30, in 30 minutes." in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("sender", "forwarded", "trusted", "found"),
    [
        ("203.0.113.9", "", [], "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", [], "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", ["127.0.0.1"], "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", ["127.0.0.1"], "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.3", ["127.0.0.1", "10.0.0.3"], "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "", [], "2001:db8:1:2::/64"),
    ],
)
def test_only_our_own_proxies_say_where_somebody_comes_from(
    sender: str, forwarded: str, trusted: list[str], found: str
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=sender, headers={"X-Forwarded-For": forwarded})
    with override_settings(TRUSTED_PROXIES=trusted):
        assert limits.network(request) == found


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_known_and_unknown_names_take_the_same_time(db: None) -> None:
    person("known")
    with patch.object(limits, "hit"):
        pairs = [(_seconds("known"), _seconds("unknown")) for _ in range(8)]
    known, unknown = (min(row) for row in zip(*pairs, strict=True))
    assert known == pytest.approx(unknown, rel=0.25)


def _seconds(login: str) -> float:
    started = time.process_time()
    guess(login)
    return time.process_time() - started


# Many at once, against the real database; the twin shows that counting by reading and writing lets more through.


def evaluated_of(tries: Callable[[], object]) -> int:
    """How many of the guesses got past the counter, with AT_ONCE threads starting together."""
    barrier = Barrier(AT_ONCE)

    def work(_number: int) -> int:
        barrier.wait()
        passed = 0
        try:
            for _ in range(GUESSES // AT_ONCE):
                try:
                    tries()
                except TooMany:
                    continue
                passed += 1
        finally:
            connections.close_all()
        return passed

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(work, range(AT_ONCE)))


@pytest.mark.django_db(transaction=True)
def test_of_200_parallel_guesses_five_are_evaluated() -> None:
    person("lin")
    with (
        patch.object(User, "check_password", return_value=False) as check,
        patch.object(backends, "MOST_OF_NETWORK", 10**6),
    ):
        assert evaluated_of(guess) == 5
    assert check.call_count == 5


@pytest.mark.django_db(transaction=True)
def test_of_200_parallel_guesses_through_the_page_five_are_evaluated() -> None:
    person("lin")

    def sent() -> None:
        if Client().post("/accounts/sign-in/", {"username": "lin", "password": "wrong"}).status_code != 422:
            raise TooMany(retry_after=1)

    with (
        patch.object(User, "check_password", return_value=False) as check,
        patch.object(backends, "MOST_OF_NETWORK", 10**6),
    ):
        assert evaluated_of(sent) == 5
    assert check.call_count == 5


@pytest.mark.django_db(transaction=True)
def test_twin_a_counter_that_reads_and_then_writes_lets_more_through() -> None:
    """The attack works where the guard is missing: so the tests above prove the guard, not the weather."""
    Attempt.objects.create(door="naive", key="lin", window_started_at=NOW)

    def naive() -> None:
        row = Attempt.objects.get(door="naive", key="lin")
        if row.count >= 5:
            raise TooMany(retry_after=1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.01)")
        row.count += 1
        row.save()

    assert evaluated_of(naive) > 5
