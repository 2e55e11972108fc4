"""Which limits go with which broker: asked of a process of its own, because they are chosen when it starts."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from portal.celery import AMQP_PUBLISHER, AMQP_WORKER, PUBLISHER, WORKER

ASKED = """
from portal.celery import app, use_worker_options
print(app.conf.broker_url, app.conf.broker_transport_options, sep="|")
use_worker_options(conf=app.conf)
print(app.conf.broker_transport_options)
"""


@pytest.mark.parametrize(
    ("url", "publisher", "worker"),
    [
        ("redis://broker:6379/0", PUBLISHER, WORKER),
        ("amqp://li:secret@rabbit:5672/portal", AMQP_PUBLISHER, AMQP_WORKER),
    ],
)
def test_each_broker_has_its_limits(url: str, publisher: dict[str, object], worker: dict[str, object]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PORTAL_ENV": "test", "BROKER_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.splitlines() == [f"{url}|{publisher}", f"{worker}"], ended.stderr


def test_nobody_who_publishes_waits_longer_than_a_second_for_rabbitmq() -> None:
    assert {AMQP_PUBLISHER[name] for name in ("connect_timeout", "read_timeout", "write_timeout")} == {1}
    assert AMQP_PUBLISHER["max_retries"] == 0
