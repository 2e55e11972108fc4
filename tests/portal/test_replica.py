"""Public pages come from the replica, everything else from the primary; two real databases say which is which."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings as present
from django.db import OperationalError, connection, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import env, replica
from portal.accounts.models import User
from portal.outbox.models import Heartbeat
from services.catalogue.models import Board
from tests import databases
from tests.factories import make_board, make_user

NAME = "portal_replica"
HERE, THERE = "此处的版块", "彼处的版块"


@pytest.fixture(scope="module")
def copy() -> Iterator[str]:
    """A second database with the portal's tables; its address."""
    with databases.copied(NAME):
        yield databases.address(NAME)


@pytest.fixture
def two(db: None, copy: str, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One board in both databases, with another name in each, so that a page tells where it was read."""
    limited = env.replica(copy) | {"TIME_ZONE": None, "AUTOCOMMIT": True, "TEST": {"MIRROR": None}}
    monkeypatch.setitem(connections.settings, replica.ALIAS, limited)
    wrapper = connections[replica.ALIAS]
    monkeypatch.setattr(wrapper, "ensure_connection", lambda: wrapper.connection or opened(wrapper))
    board = make_board()
    with unlimited():
        Board.objects.using(replica.ALIAS).update_or_create(
            code=board.code,
            defaults={"slug": board.slug, "name_zh": THERE, "service_class": board.service_class, "order": board.order},
        )
        beat()
    Board.objects.update(name_zh=HERE)
    settings.DATABASE_ROUTERS = ["portal.replica.Router"]
    settings.MIDDLEWARE = ["portal.replica.PinMiddleware", *settings.MIDDLEWARE]
    monkeypatch.setattr(replica, "watch", replica.Watch())
    yield
    connections[replica.ALIAS].close()
    del connections[replica.ALIAS]


def opened(wrapper: BaseDatabaseWrapper) -> None:
    """Tests may open no database that was not there at their start; this one was not."""
    with wrapper.wrap_database_errors:
        wrapper.connect()


@contextmanager
def unlimited() -> Iterator[None]:
    """The second database as its own primary sees it: it can be written."""
    wrapper = connections[replica.ALIAS]
    options = wrapper.settings_dict["OPTIONS"]
    wrapper.close()
    limited = options["options"]
    options["options"] = limited.removesuffix(env.READ_ONLY)
    yield
    wrapper.close()
    options["options"] = limited


def beat(seconds_ago: int = 0) -> None:
    """The heartbeat as it arrived there."""
    at = timezone.now() - timedelta(seconds=seconds_ago)
    Heartbeat.objects.using(replica.ALIAS).update_or_create(name="worker", defaults={"beat_at": at})


def shown(client: Client, **headers: str) -> str:
    page = client.get(reverse("lobby:catalogue"), headers=headers).content.decode()
    assert (HERE in page) != (THERE in page)
    return HERE if HERE in page else THERE


def test_public_pages_come_from_the_replica(two: None, client: Client) -> None:
    assert shown(client) == THERE
    addresses = [reverse("lobby:home"), reverse("lobby:board", args=[Board.objects.get().slug]), "/search/?q=x"]
    for address in addresses:
        page = client.get(address)
        assert (page.status_code, HERE in page.content.decode()) == (200, False)
    assert client.get(reverse("directory:list")).status_code == 200


def test_what_is_read_elsewhere_and_all_that_is_written_stays_with_the_primary(two: None) -> None:
    board = Board.objects.get()
    assert board.name_zh == HERE
    with replica._from_the_replica():
        board = Board.objects.get()
        assert (board.name_zh, board._state.db) == (THERE, replica.ALIAS)
        board.order = 7
        board.save(update_fields=["order"])
    assert Board.objects.get().order == 7
    assert Board.objects.using(replica.ALIAS).get().order != 7


def test_who_sent_something_sees_it_on_the_primary_until_the_replica_must_know_it(two: None, client: Client) -> None:
    assert shown(client) == THERE
    client.post(reverse("set_language"), {"language": "zh-hans"})
    assert shown(client) == HERE
    cookie = client.cookies[present.PIN_COOKIE_NAME]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (replica.PIN_SECONDS, True, "Lax")
    assert replica.PIN_SECONDS >= replica.LAG_SECONDS + replica.LOOK_SECONDS
    del client.cookies[present.PIN_COOKIE_NAME]  # as a browser does when its time is over
    assert shown(client) == THERE


def test_reading_pins_nobody(two: None, client: Client) -> None:
    shown(client)
    assert present.PIN_COOKIE_NAME not in client.cookies


def test_a_program_that_keeps_no_cookies_reads_from_the_primary(two: None, client: Client) -> None:
    assert shown(client, Authorization="Token of-somebody") == HERE


def test_the_signed_in_are_known_from_the_primary(two: None, client: Client) -> None:
    user = make_user()
    assert not User.objects.using(replica.ALIAS).exists()
    client.force_login(user)
    page = client.get(reverse("lobby:catalogue")).content.decode()
    assert THERE in page
    assert reverse("accounts:sign_out") in page


def test_a_view_that_writes_goes_on_with_the_primary(two: None) -> None:
    with replica._from_the_replica():
        assert Board.objects.get().name_zh == THERE
        Board.objects.update(order=8)
        assert Board.objects.get().name_zh == HERE


def test_a_row_that_is_locked_is_read_on_the_primary(two: None) -> None:
    with transaction.atomic(), replica._from_the_replica():
        assert Board.objects.select_for_update().get().name_zh == HERE


def test_the_replica_refuses_what_is_written_past_the_router(two: None) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        Board.objects.using(replica.ALIAS).update(order=9)


@pytest.mark.parametrize("label", ["accounts", "idempotency", "outbox", "audit", "cases", "enterprises", "files"])
def test_nothing_of_these_rooms_is_ever_read_there(two: None, label: str) -> None:
    assert apps.get_app_config(label).models
    with replica._from_the_replica():
        assert {router.db_for_read(model) for model in apps.get_app_config(label).get_models()} == {"default"}
        assert router.db_for_read(Board) == replica.ALIAS


def test_no_migration_runs_there(two: None) -> None:
    assert not router.allow_migrate(replica.ALIAS, "catalogue")
    assert router.allow_migrate("default", "catalogue")


@pytest.mark.parametrize(("seconds", "place"), [(replica.LAG_SECONDS - 5, THERE), (replica.LAG_SECONDS + 5, HERE)])
def test_one_that_lags_is_left_alone(two: None, client: Client, seconds: int, place: str) -> None:
    with unlimited():
        beat(seconds)
    assert shown(client) == place


def test_one_that_is_away_is_left_alone_and_not_asked_again_at_once(
    two: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections[replica.ALIAS].close()
    settings = connections[replica.ALIAS].settings_dict
    monkeypatch.setitem(settings, "NAME", "portal_nobody")
    assert shown(client) == HERE
    monkeypatch.setitem(settings, "NAME", NAME)
    assert shown(client) == HERE
    replica.watch.next_look = 0.0
    assert shown(client) == THERE


def test_a_page_that_fails_there_is_read_again_here(two: None, client: Client) -> None:
    assert shown(client) == THERE

    def conflict(*_: object) -> None:
        with connections[replica.ALIAS].wrap_database_errors:
            raise connections[replica.ALIAS].Database.OperationalError("canceling statement due to conflict")

    with connections[replica.ALIAS].execute_wrapper(conflict):
        assert shown(client) == HERE


def test_what_fails_on_the_primary_is_not_tried_twice(two: None, client: Client) -> None:
    tried = []

    def fail(*_: object) -> None:
        tried.append(1)
        raise OperationalError("the server closed the connection")

    def failing(_request: object) -> None:
        with connection.execute_wrapper(fail):
            User.objects.first()

    request = type("Request", (), {"method": "GET", "COOKIES": {}, "headers": {}})()
    with pytest.raises(OperationalError):
        replica.reads(failing)(request)  # type: ignore[arg-type]
    assert len(tried) == 1


def test_without_an_address_there_is_neither_router_nor_cookie() -> None:
    assert replica.ALIAS not in present.DATABASES
    assert present.DATABASE_ROUTERS == []
    assert "portal.replica.PinMiddleware" not in present.MIDDLEWARE


def test_an_address_switches_it_on(copy: str) -> None:
    told = (
        "from django.conf import settings as s; import django; django.setup(); from django.db import connections as c;"
        "print(s.DATABASE_ROUTERS, s.MIDDLEWARE[0], c['replica'].settings_dict['ATOMIC_REQUESTS']);"
        "k = c['replica'].cursor(); k.execute('SHOW transaction_read_only'); print(k.fetchone()[0])"
    )
    environment = {"REPLICA_URL": copy, "PORTAL_ENV": "test", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", told],
        cwd=present.BASE_DIR,
        env={**databases.os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.splitlines() == ["['portal.replica.Router'] portal.replica.PinMiddleware False", "on"], (
        ended.stderr
    )
