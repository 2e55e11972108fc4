from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from portal.celery import PUBLISHER, SCHEDULE, WORKER, app
from portal.outbox import registry, sweeper, tasks
from portal.outbox.models import Heartbeat, Message
from portal.outbox.registry import Handler, Owed
from tests.factories import NOW


def known_tasks() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_scheduled_task_exists() -> None:
    assert {entry["task"] for entry in SCHEDULE.values()} - known_tasks() == set()


def test_every_task_but_the_nudge_is_scheduled() -> None:
    assert known_tasks() - {entry["task"] for entry in SCHEDULE.values()} == {"portal.outbox.tasks.nudge"}


def test_the_settings_are_those_of_the_reliability_contract() -> None:
    conf = app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (True, True, 1)
    assert (conf.task_soft_time_limit, conf.task_time_limit, conf.worker_max_tasks_per_child) == (240, 300, 1000)
    assert (conf.accept_content, conf.task_serializer, conf.task_ignore_result) == (["json"], "json", True)
    assert (PUBLISHER["max_retries"], PUBLISHER["socket_timeout"], conf.task_publish_retry) == (0, 1, False)
    assert "retry_on_timeout" not in PUBLISHER
    assert WORKER["visibility_timeout"] > conf.task_time_limit
    assert conf.task_time_limit <= sweeper.LEASE_SECONDS
    assert SCHEDULE["sweep"]["schedule"] <= 10


@pytest.mark.django_db
def test_the_heartbeat_is_one_row_that_moves() -> None:
    before = timezone.now()
    tasks.heartbeat()
    tasks.heartbeat()
    (beat,) = Heartbeat.objects.all()
    assert beat.name == "worker"
    assert before <= beat.beat_at <= timezone.now()


@pytest.mark.django_db
@pytest.mark.parametrize("task", [tasks.nudge, tasks.sweep])
def test_nudge_and_sweep_do_what_is_due(task: Callable[[], int], handler: Callable[[str, Handler], None]) -> None:
    handler("kind", lambda payload, key: None)
    Message.objects.create(kind="kind", dedupe_key="a", due_at=timezone.now())
    assert task() == 1


@pytest.mark.django_db
def test_a_nudge_says_that_it_was_heard_before_it_looks_and_leaves_what_is_too_much_to_another(
    handler: Callable[[str, Handler], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(tasks, "NUDGED_LIMIT", 2)
    monkeypatch.setattr(tasks, "heard", lambda: said.append("heard"))
    monkeypatch.setattr(tasks, "send", lambda: said.append("send"))
    handler("kind", lambda payload, key: said.append(key))
    for key in "abc":
        Message.objects.create(kind="kind", dedupe_key=key, due_at=NOW)
    assert [tasks.nudge(), tasks.nudge()] == [2, 1]
    assert said == ["heard", "a", "b", "send", "heard", "c"]


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A room whose one row ought to owe one message."""

    def reconciler(now: datetime) -> Iterator[Owed]:
        yield Owed("kind", "case-7", {"case": 7}, now)

    monkeypatch.setattr(registry, "_reconcilers", [reconciler])
    yield


@pytest.mark.django_db
def test_what_was_lost_from_the_outbox_comes_back_once(forgotten: None, caplog: pytest.LogCaptureFixture) -> None:
    assert tasks.owe_forgotten(NOW) == 1
    assert Message.objects.values_list("kind", "dedupe_key", "payload", "due_at").get() == (
        "kind",
        "case-7",
        {"case": 7},
        NOW,
    )
    assert "were not in the outbox" in caplog.text
    assert tasks.owe_forgotten(NOW + timedelta(hours=1)) == 0


def test_two_handlers_for_one_kind_stop_the_start(handler: Callable[[str, Handler], None]) -> None:
    handler("kind", lambda payload, key: None)
    with pytest.raises(ImproperlyConfigured):
        handler("kind", lambda payload, key: None)
