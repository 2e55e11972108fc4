"""The whole portal as it runs: database, broker, mail sink, web server, worker and beat, with the demo centre in it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg2
from django.conf import settings
from psycopg2.extensions import connection

from portal.celery import app as queue
from portal.env import broker_url
from tests import databases
from tests.brokers import Valkey, valkey
from tests.sinks import MailSink, free_port, mail_server

UP_WITHIN_SECONDS = 90.0


@dataclass
class Stack:
    """Where the running portal is, who may sign in, and what it has mailed."""

    url: str
    database: str
    environment: dict[str, str]
    mails: MailSink
    broker: Valkey
    folder: Path
    commands: dict[str, list[str]]
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @cached_property
    def rows(self) -> connection:
        """Kept open, since some tests ask twenty times a second; each statement is a transaction of its own."""
        rows = psycopg2.connect(**databases.server(), dbname=self.database)
        rows.autocommit = True
        return rows

    def start(self, name: str) -> None:
        """Start web, worker or beat, each in its own group."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """As a crash would: the whole group, without a word."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def stop(self) -> None:
        """Stop everything; nobody waits for another to be gone."""
        self.rows.close()
        for process in self.processes.values():
            process.terminate()
        for name, process in list(self.processes.items()):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill(name)

    def sql(self, question: str, *values: object) -> list[tuple]:
        """Rows from the portal's database; a statement without rows gives none."""
        with self.rows.cursor() as cursor:
            cursor.execute(question, values)
            return cursor.fetchall() if cursor.description else []

    def manage(self, *arguments: str) -> str:
        """Run a management command against the portal's database."""
        return self.call("manage.py", *arguments)

    def call(self, *program: str) -> str:
        """What a program of the portal says, run to its end."""
        return _call(self.environment, *program)

    def nudge(self, task: str) -> None:
        """Have the worker do a task of the schedule now; what it does is seen in the rows."""
        with queue.connection_for_write(broker_url(self.environment["REDIS_URL"])) as broker:
            queue.send_task(task, connection=broker)

    def until(self, question: str, *values: object, within: float = 30.0) -> list[tuple]:
        """The rows of a question as soon as there are any."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if rows := self.sql(question, *values):
                return rows
            time.sleep(0.1)
        raise AssertionError(f"nothing within {within} s: {question} {values}")

    def mail_to(self, address: str, *, containing: str = "", within: float = 30.0) -> EmailMessage:
        """The newest mail to that address whose text holds the words, waited for."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for mail in reversed(list(self.mails.mails)):
                if address in str(mail["To"]) and containing in text_of(mail):
                    return mail
            time.sleep(0.2)
        raise AssertionError(f"no mail to {address} with {containing!r} within {within} s")

    def code_for(self, address: str) -> str:
        """The one-time code in the newest mail to that address."""
        found = re.search(r"\b(\d{6})\b", text_of(self.mail_to(address)))
        assert found, "the mail holds no code"
        return found[1]


def _call(environment: dict[str, str], *program: str) -> str:
    done = subprocess.run(
        [sys.executable, *program],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def text_of(mail: EmailMessage) -> str:
    """The plain part of a mail, with its subject."""
    body = mail.get_body(("plain",))
    return f"{mail['Subject']}\n{body.get_content() if body else ''}"


@contextmanager
def running(folder: Path, **more: str) -> Iterator[Stack]:
    """Start everything, wait until it is healthy, and stop it all again; ``more`` goes into the environment."""
    with laid_out(folder, **more) as portal:
        for name in list(portal.commands):
            portal.start(name)
        _wait_until_healthy(portal.url, folder)
        yield portal


@contextmanager
def laid_out(folder: Path, **more: str) -> Iterator[Stack]:
    """The portal with everything it needs and the demo centre in it, and none of its processes started yet."""
    with ExitStack() as stack:
        broker = stack.enter_context(valkey(folder))
        mails = stack.enter_context(mail_server())
        database = f"portal_journey_{os.getpid()}"
        url, port = databases.address(database), free_port()
        environment = _environment(folder, url=url, broker=broker.url, port=port, mails=mails)
        stack.enter_context(databases.copied(database, _centre(environment)))
        shutil.copytree(databases.folder(), folder / "var", symlinks=True)
        commands = _commands(port, folder)
        portal = Stack(f"http://127.0.0.1:{port}", database, environment | more, mails, broker, folder, commands)
        portal.accounts = json.loads((folder / "var" / "demo-accounts.json").read_text(encoding="utf-8"))
        stack.callback(portal.stop)
        yield portal


def _centre(environment: dict[str, str]) -> str:
    """The database of the demo centre; its accounts and files are in the folder of the run."""
    var = databases.folder()

    def fill(name: str) -> None:
        var.mkdir()
        (var / "vendor").symlink_to(settings.VENDOR_DIR)
        inside = environment | {"DATABASE_URL": databases.address(name), "PORTAL_VAR": str(var)}
        _call(inside, "scripts/prepare.py", "2", "load_reference", "load_demo")

    return databases.made_once("_centre", template=databases.tables(), fill=fill)


def _environment(folder: Path, *, url: str, broker: str, port: int, mails: MailSink) -> dict[str, str]:
    return {
        **os.environ,
        "C_FORCE_ROOT": "1",
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_ENV": "test",
        "PORTAL_SITE_URL": f"http://127.0.0.1:{port}",
        "PORTAL_SMTP_HOST": mails.host,
        "PORTAL_SMTP_PORT": str(mails.port),
        "PORTAL_VAR": str(folder / "var"),
        "REDIS_URL": broker,
    }


def _commands(port: int, folder: Path) -> dict[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "-A"]
    timetable = ["--pidfile", "", "--schedule", str(folder / "schedule")]
    shape = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"]
    return {
        "web": [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", *shape],
        "worker": [*celery, "portal.celery", "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "portal.beat", "beat", *timetable],
    }


def _wait_until_healthy(url: str, folder: Path) -> None:
    deadline = time.monotonic() + UP_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{url}/healthz", timeout=3) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.3)
    logs = "\n".join(path.read_text(errors="replace")[-2000:] for path in folder.glob("*.log"))
    raise AssertionError(f"not healthy within {UP_WITHIN_SECONDS} s\n{logs}")
