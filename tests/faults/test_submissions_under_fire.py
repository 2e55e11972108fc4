"""People go on sending needs while worker and broker are killed: no need and no mail is lost or doubled."""

import re
import tempfile
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import pytest
import requests

from tests.journeys.stack import Stack, running, text_of

# What a killed worker had in its hands is taken up again when its lease is over: five minutes, here eight seconds.
SHORT_LEASE = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "FAULTS_LEASE_SECONDS": "8"}
SUBMISSIONS, CLIENTS = 2000, 8
DRAINED_WITHIN_SECONDS = 60.0
REPEATS = 2
"""A mail that the server took in the moment its worker was killed goes again, under the same Message-ID, so that the
receiver shows it once: at most one per killed worker.
"""
ADDRESS = "fire@enterprise.example"

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]


def test_two_thousand_needs_are_each_kept_and_acknowledged_once() -> None:
    with tempfile.TemporaryDirectory(prefix="fire-") as folder, running(Path(folder), **SHORT_LEASE) as portal:
        portal.sql("UPDATE accounts_user SET email = %s WHERE username = 'demo-enterprise'", ADDRESS)
        fire = threading.Thread(target=_kill_what_works, args=(portal,))
        fire.start()
        with ThreadPoolExecutor(CLIENTS) as crowd:
            numbers = list(crowd.map(lambda number: _submit(portal, number), range(SUBMISSIONS)))
        fire.join()
        sent = _acknowledgements(portal, set(numbers))
    assert len(set(numbers)) == SUBMISSIONS
    assert Counter(dict(sent).values()) == dict.fromkeys(numbers, 1)
    assert len(sent) <= SUBMISSIONS + REPEATS


def _submit(portal: Stack, number: int) -> str:
    """The number of the case; every answer is 201, whatever is being killed."""
    answer = requests.post(
        f"{portal.url}/api/v1/cases/",
        json={"text": f"第{number}件诉求：{uuid.uuid4().hex}", "consent": True},
        headers={
            "Authorization": f"Token {portal.accounts['enterprise']['token']}",
            "Idempotency-Key": uuid.uuid4().hex,
        },
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


def _kill_what_works(portal: Stack) -> None:
    for pause, blow in ((6, _kill_worker), (5, _kill_broker), (5, _kill_worker)):
        time.sleep(pause)
        blow(portal)


def _kill_worker(portal: Stack) -> None:
    portal.kill("worker")
    time.sleep(1)
    portal.start("worker")


def _kill_broker(portal: Stack) -> None:
    portal.broker.kill()
    time.sleep(4)
    portal.broker.start()


def _acknowledgements(portal: Stack, numbers: set[str]) -> list[tuple[str, str]]:
    """Message-ID and number of every acknowledgement, once the last one is there and a while longer."""
    deadline = time.monotonic() + DRAINED_WITHIN_SECONDS
    while time.monotonic() < deadline and not numbers <= {number for _id, number in _sent(portal, numbers)}:
        time.sleep(1)
    time.sleep(12)  # one more sweep: what is owed twice would come now
    return _sent(portal, numbers)


def _sent(portal: Stack, numbers: set[str]) -> list[tuple[str, str]]:
    return [(key, number) for key, number in map(_named, list(portal.mails.mails)) if number in numbers]


@cache
def _named(mail: EmailMessage) -> tuple[str, str]:
    """Message-ID and number, read once: two thousand mails are looked at each second."""
    found = re.search(r"QS-\d{8}-\d{5}", text_of(mail))
    return mail["Message-ID"], found[0] if found else ""
