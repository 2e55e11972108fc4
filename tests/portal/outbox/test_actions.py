import logging
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from kombu.exceptions import OperationalError

from portal.audit.models import AuditEntry
from portal.celery import app
from portal.outbox import actions, nudge
from portal.outbox.models import Message
from portal.outbox.registry import Owed
from tests.brokers import publisher
from tests.factories import NOW, make_user
from tests.sinks import silent_port


@pytest.fixture(autouse=True)
def _a_nudge_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests use the same cache at the same time."""
    monkeypatch.setattr(nudge, "ON_ITS_WAY", f"nudge-{uuid4()}")


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sent: list[str] = []
    monkeypatch.setattr(app, "send_task", lambda name, **_: sent.append(name))
    return sent


@pytest.mark.django_db
def test_an_owed_effect_is_a_row_with_everything_that_is_needed_later() -> None:
    actions.owe("kind", "key-1", {"case": 7}, due_at=NOW)
    row = Message.objects.values(
        "kind", "dedupe_key", "payload", "due_at", "attempts", "unfinished", "locked_until", "done_at", "dead_at"
    ).get()
    assert row == {
        "kind": "kind",
        "dedupe_key": "key-1",
        "payload": {"case": 7},
        "due_at": NOW,
        "attempts": 0,
        "unfinished": 0,
        "locked_until": None,
        "done_at": None,
        "dead_at": None,
    }


@pytest.mark.django_db
def test_the_same_key_again_is_the_same_obligation() -> None:
    actions.owe("kind", "key-1", {"case": 7}, due_at=NOW)
    actions.owe("kind", "key-1", {"case": 8}, due_at=NOW)
    assert list(Message.objects.values_list("payload", flat=True)) == [{"case": 7}]


@pytest.mark.django_db
def test_many_effects_are_one_statement(django_assert_num_queries: Callable) -> None:
    for count in (1, 3):
        with django_assert_num_queries(1):
            actions.owe_many([Owed("kind", f"{count}-{each}", {}, NOW) for each in range(count)])
    with django_assert_num_queries(0):
        actions.owe_many([])


@pytest.mark.django_db(transaction=True)
def test_nothing_can_be_owed_outside_a_transaction() -> None:
    with pytest.raises(TransactionManagementError):
        actions.owe("kind", "key-1", {}, due_at=NOW)
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_transaction_sends_one_nudge(nudges: list[str]) -> None:
    with transaction.atomic():
        for key in "abc":
            actions.owe("kind", key, {}, due_at=NOW)
        assert nudges == []
    assert nudges == [nudge.TASK]


@pytest.mark.django_db(transaction=True)
def test_while_a_nudge_is_on_its_way_nobody_sends_another_and_once_heard_the_next_does(nudges: list[str]) -> None:
    def owe(key: str) -> None:
        with transaction.atomic():
            actions.owe("kind", key, {}, due_at=NOW)

    owe("a")
    owe("b")
    assert len(nudges) == 1
    nudge.heard()
    owe("c")
    assert len(nudges) == 2


@pytest.mark.django_db(transaction=True)
def test_a_nudge_that_was_lost_silences_the_others_for_a_second(
    nudges: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nudge, "SILENT_SECONDS", 0.05)
    for key in "ab":
        with transaction.atomic():
            actions.owe("kind", key, {}, due_at=NOW)
        time.sleep(0.06)
    assert len(nudges) == 2


@pytest.mark.django_db(transaction=True)
def test_a_cache_that_accepts_and_never_answers_holds_nobody_longer_than_a_second_and_a_half(
    nudges: list[str], settings, caplog: pytest.LogCaptureFixture
) -> None:
    with silent_port() as port:
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{port}/0"}}
        started = time.monotonic()
        with transaction.atomic():
            actions.owe("kind", "a", {}, due_at=NOW)
        assert time.monotonic() - started < 1.5
    assert (Message.objects.count(), nudges) == (1, [])
    assert [record.levelno for record in caplog.records if record.name == nudge.__name__] == [logging.WARNING]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_owed_and_sends_no_nudge(nudges: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.owe("kind", "a", {}, due_at=NOW)
        raise ZeroDivisionError
    assert (Message.objects.count(), nudges) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_that_is_rolled_back_does_not_take_the_others_nudge_along(nudges: list[str]) -> None:
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            actions.owe("kind", "a", {}, due_at=NOW)
            raise ZeroDivisionError
        actions.owe("kind", "b", {}, due_at=NOW)
    assert (list(Message.objects.values_list("dedupe_key", flat=True)), nudges) == (["b"], [nudge.TASK])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failure", [OperationalError("refused"), TimeoutError(), ConnectionResetError()])
def test_a_failing_nudge_is_logged_and_forgotten(
    failure: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(app, "send_task", fail)
    with transaction.atomic():
        actions.owe("kind", "a", {}, due_at=NOW)
    assert Message.objects.count() == 1
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_accepts_and_never_answers_holds_nobody_longer_than_a_second_and_a_half(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, scheme: str
) -> None:
    with silent_port() as port, publisher(f"{scheme}://127.0.0.1:{port}/0") as blocked:
        monkeypatch.setattr(nudge, "app", blocked)
        for key in "ab":  # a new connection, then one from the pool
            nudge.heard()
            started = time.monotonic()
            with transaction.atomic():
                actions.owe("kind", key, {}, due_at=NOW)
            assert time.monotonic() - started < 1.5
    assert Message.objects.count() == 2
    assert [record.levelno for record in caplog.records if record.name == nudge.__name__] == [logging.WARNING] * 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_is_not_there_is_noticed_at_once(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    with publisher(f"{scheme}://127.0.0.1:1/0") as absent:
        monkeypatch.setattr(nudge, "app", absent)
        started = time.monotonic()
        with transaction.atomic():
            actions.owe("kind", "a", {}, due_at=NOW)
        assert time.monotonic() - started < 0.5
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_dead_message_gets_a_new_life_and_the_trail_says_who_gave_it() -> None:
    curator = make_user("curator")
    dead = Message.objects.create(
        kind="kind", dedupe_key="a", due_at=NOW, attempts=9, dead_at=NOW, refused_since=NOW, last_error="550 no"
    )
    alive = Message.objects.create(kind="kind", dedupe_key="b", due_at=NOW, attempts=3)
    later = NOW + timedelta(days=2)

    assert actions.retry([dead.pk, alive.pk], by=curator, now=later) == 1

    dead.refresh_from_db()
    alive.refresh_from_db()
    assert (dead.dead_at, dead.due_at, dead.attempts, dead.refused_since) == (None, later, 0, None)
    assert (alive.due_at, alive.attempts) == (NOW, 3)
    assert list(AuditEntry.objects.values_list("user", "verb", "subject")) == [
        (curator.pk, "retried", f"message:{dead.pk}")
    ]


@pytest.mark.django_db(transaction=True)
def test_without_the_unique_key_an_obligation_would_be_doubled() -> None:
    """The twin of the guard: the constraint, not good behaviour, keeps one row per obligation."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE unguarded (LIKE outbox_message INCLUDING DEFAULTS INCLUDING IDENTITY)")
        for _ in range(2):
            cursor.execute(
                "INSERT INTO unguarded"
                " (kind, dedupe_key, payload, due_at, attempts, unfinished, created_at, last_error)"
                " VALUES ('kind', 'a', '{}', now(), 0, 0, now(), '') ON CONFLICT DO NOTHING"
            )
        cursor.execute("SELECT count(*) FROM unguarded")
        assert cursor.fetchone() == (2,)
