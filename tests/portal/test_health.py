import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from portal.outbox import tasks
from portal.outbox.models import Heartbeat
from tests.sinks import free_port, silent_port


def answer(client: Client) -> tuple[int, str, dict[str, str]]:
    response = client.get("/healthz")
    body = response.json()
    return response.status_code, body["status"], body["parts"]


@pytest.mark.django_db
def test_all_is_well(client: Client) -> None:
    tasks.heartbeat()
    well = {"web": "ok", "database": "ok", "broker": "ok", "worker": "ok"}
    assert answer(client) == (200, "ok", well)


@pytest.mark.django_db
def test_it_is_public_opens_no_session_and_is_never_kept(client: Client) -> None:
    response = client.get("/healthz")
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_a_worker_that_was_never_seen_is_named(client: Client) -> None:
    status, word, parts = answer(client)
    assert (status, word) == (503, "failing")
    assert {name for name, state in parts.items() if state != "ok"} == {"worker"}


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "status"), [(115, 200), (125, 503)])
def test_a_worker_is_silent_after_two_minutes(client: Client, seconds: int, status: int) -> None:
    Heartbeat.objects.create(name="worker", beat_at=timezone.now() - timedelta(seconds=seconds))
    assert answer(client)[0] == status
    if status == 503:
        assert answer(client)[2]["worker"].startswith("silent for 12")


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_is_away_is_named(client: Client, settings, scheme: str) -> None:
    tasks.heartbeat()
    settings.BROKER_URL = f"{scheme}://127.0.0.1:{free_port()}/0"
    status, _word, parts = answer(client)
    assert (status, parts) == (503, {"web": "ok", "database": "ok", "broker": "no answer", "worker": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_hangs_is_named_within_a_second_and_a_half(client: Client, settings, scheme: str) -> None:
    tasks.heartbeat()
    with silent_port() as port:
        settings.BROKER_URL = f"{scheme}://127.0.0.1:{port}/0"
        started = time.monotonic()
        assert answer(client)[2]["broker"] == "no answer"
        assert time.monotonic() - started < 1.5


@pytest.mark.django_db
def test_a_database_that_is_away_is_named(client: Client) -> None:
    def away(*_: object) -> None:
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(away):
        status, _word, parts = answer(client)
    assert status == 503
    assert parts == {
        "web": "ok",
        "database": "no answer",
        "broker": "ok",
        "worker": "unknown without the database",
    }


def parts(client: Client, page: str) -> tuple[int, dict[str, str]]:
    response = client.get(f"/healthz/{page}")
    return response.status_code, response.json()["parts"]


@pytest.mark.django_db
def test_neither_a_silent_worker_nor_an_absent_broker_restarts_or_hides_the_web(client: Client, settings) -> None:
    settings.BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert answer(client)[0] == 503
    assert parts(client, "live") == (200, {"web": "ok"})
    assert parts(client, "ready") == (200, {"web": "ok", "database": "ok"})


@pytest.mark.django_db
def test_without_its_database_the_web_lives_and_is_not_ready(client: Client) -> None:
    def away(*_: object) -> None:
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(away):
        assert parts(client, "live") == (200, {"web": "ok"})
        assert parts(client, "ready") == (503, {"web": "ok", "database": "no answer"})


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/healthz", "/healthz/live", "/healthz/ready"])
def test_a_probe_that_speaks_no_tls_is_answered_and_not_sent_elsewhere(client: Client, settings, page: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(page).status_code in (200, 503)
    assert client.get("/help/").status_code == 301
