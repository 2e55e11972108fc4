"""How bookings hold: ``launch.py bench bookings [--json] [--rounds N] [--clients N] [--bookings N]``.

rush   20 rounds of 50 clients who want one time of one instrument over HTTP, at the same moment: who wins, how fast
week   a week's calendar of one instrument, and of all 50 at once, among 100,000 bookings: statements and time

On a scratch database beside the one of DATABASE_URL, with a web server of its own.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.client import HTTPConnection
from statistics import median, quantiles
from threading import Barrier
from time import perf_counter, process_time
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from benchmarks import scratch
from enterprises.models import Enterprise, Membership
from experts.models import Equipment, Institution, InstitutionMembership
from portal.accounts.models import ApiToken, User
from portal.accounts.roles import Role
from portal.reference.models import Region
from services.boards.labs.models import Booking, BookingRule, OpeningHour

HOUR = timedelta(hours=1)
INSTRUMENTS = 50
UP_WITHIN_SECONDS = 60
FILL = """
SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = 0;
INSERT INTO labs_booking
    (id, equipment_id, enterprise_id, booked_by_id, state, version, span, operation, purpose, rule_version, overridden,
     override_reason, reason, created_at)
SELECT
    n, %(first)s + n %% %(instruments)s, %(firm)s, %(person)s, 'confirmed', 1,
    tstzrange(at, at + interval '2 hours', '[)'), 'self', '', 1, '[]', '', '', %(now)s
FROM (
    SELECT n, %(begins)s::timestamptz + (n / %(instruments)s) * interval '3 hours' AS at
    FROM generate_series(1, %(bookings)s) AS n
) AS made;
INSERT INTO labs_bookingclaim (equipment_id, span, booking_id)
SELECT equipment_id, tstzrange(lower(span) - interval '15 minutes', upper(span) + interval '15 minutes', '[)'), id
FROM labs_booking;
SELECT setval(pg_get_serial_sequence('labs_booking', 'id'), %(bookings)s + 1);
"""


def build(bookings: int) -> tuple[User, User, list[Equipment]]:
    """One owner of 50 instruments that are always open, one enterprise, and the bookings around today."""
    region = Region.objects.create(code="510000", level=1, name_zh="测速省", name_en="Province")
    owner = Institution.objects.create(name_zh="机构", standing="active", region=region)
    keeper = User.objects.create_user("keeper", None, name="保管人", role=Role.PROVIDER)
    InstitutionMembership.objects.create(user=keeper, institution=owner)
    person = User.objects.create_user("person", None, name="企业用户", role=Role.ENTERPRISE)
    firm = Enterprise.objects.create(name="企业", name_key="qiye", region=region)
    Membership.objects.create(user=person, enterprise=firm, role="owner", state="active")
    rows = [Equipment.objects.create(owner=owner, name=f"仪器{number}") for number in range(INSTRUMENTS)]
    for row in rows:
        BookingRule.objects.create(equipment=row, across_midnight=True, before_minutes=15, after_minutes=15)
        hours = [OpeningHour(equipment=row, weekday=day, opens="00:00", closes="00:00") for day in range(7)]
        OpeningHour.objects.bulk_create(hours)
    per_instrument = bookings // INSTRUMENTS
    begins = this_week() - 3 * HOUR * (per_instrument // 2)
    values = {"first": rows[0].pk, "instruments": INSTRUMENTS, "firm": firm.pk, "person": person.pk}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FILL, {**values, "begins": begins, "bookings": bookings, "now": timezone.now()})
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
    return person, keeper, rows


def this_week() -> datetime:
    day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


# A rush on one time


@contextmanager
def server() -> Iterator[int]:
    """The portal's web server on the scratch database, as it runs in production: two processes of four threads."""
    known = connection.settings_dict
    who = quote(known["USER"], safe="") + (f":{quote(known['PASSWORD'], safe='')}" if known["PASSWORD"] else "")
    address = f"postgres://{who}@{known['HOST']}:{known['PORT'] or 5432}/{known['NAME']}"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--log-level", "error"]
    environment = {**os.environ, "DATABASE_URL": address, "PORTAL_ENV": "test", "PORTAL_LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)  # noqa: S603
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    deadline = time.monotonic() + UP_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            if _ask(port, "GET", "/api/v1/labs/equipment/", "", {})[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the web server did not start")


def _ask(port: int, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
    link = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        link.request(method, path, body.encode(), headers)
        answer = link.getresponse()
        return answer.status, answer.read().decode()
    finally:
        link.close()


def rush(port: int, key: str, instrument: int, *, rounds: int, clients: int) -> dict[str, Any]:
    """So many rounds of so many clients at once, each round on a time of its own."""
    first = this_week() + timedelta(days=21)
    statuses: list[Counter[int]] = []
    taken: list[float] = []
    for number in range(rounds):
        found, times = _round(port, key, instrument, first + number * 4 * HOUR, clients=clients, name=f"r{number}")
        statuses.append(found)
        taken += times
    return {
        "rounds with one winner": sum(1 for each in statuses if each[201] == 1 and each[409] == clients - 1),
        "rounds": rounds,
        "answers": dict(sum(statuses, Counter())),
        "median ms": round(1000 * median(taken)),
        "p99 ms": round(1000 * quantiles(taken, n=100)[98]),
    }


def _round(
    port: int, key: str, instrument: int, begins: datetime, *, clients: int, name: str
) -> tuple[Counter[int], list[float]]:
    ready = Barrier(clients)
    body = json.dumps(
        {"equipment": instrument, "start": begins.isoformat(), "end": (begins + HOUR).isoformat(), "operation": "self"}
    )

    def one(which: int) -> tuple[int, float]:
        headers = {
            "Authorization": f"Token {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"{name}-{which:04}-{begins.timestamp():.0f}",
        }
        ready.wait()
        began = perf_counter()
        status, _text = _ask(port, "POST", "/api/v1/labs/bookings/", body, headers)
        return status, perf_counter() - began

    with ThreadPoolExecutor(clients) as crowd:
        answers = list(crowd.map(one, range(clients)))
    return Counter(status for status, _time in answers), [spent for _status, spent in answers]


# A week on the calendar


def week(client: Client, path: str, rounds: int) -> dict[str, Any]:
    begins = this_week()
    span = {"start": begins.isoformat(), "end": (begins + timedelta(days=7)).isoformat()}
    statements: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        events = len(client.get(path, span).json())
    times, worked = [], []
    for _each in range(rounds + 3):
        began, work = perf_counter(), process_time()
        client.get(path, span)
        times.append(1000 * (perf_counter() - began))
        worked.append(1000 * (process_time() - work))
    return {
        "events": events,
        "statements": len(statements),
        "median ms": round(median(times[3:]), 1),
        "p95 ms": round(quantiles(times[3:], n=20)[-1], 1),
        "processor ms": round(median(worked[3:]), 1),
    }


def refusals(person: User, instrument: int, rounds: int) -> dict[str, Any]:
    """What one who comes too late costs the web server, in process."""
    begins = this_week() + timedelta(days=20)
    body = {"equipment": instrument, "start": begins.isoformat(), "end": (begins + HOUR).isoformat()}
    client, worked = Client(), []
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    for number in range(rounds + 4):
        work = process_time()
        headers = {"Idempotency-Key": f"refusal-{number:05}"}
        status = client.post(
            "/api/v1/labs/bookings/", {**body, "operation": "self"}, "application/json", headers=headers
        )
        worked.append(1000 * (process_time() - work))
        assert status.status_code == (409 if number else 201), status.content
    return {"processor ms": round(median(worked[4:]), 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--bookings", type=int, default=100_000)
    asked = parser.parse_args()
    settings.ALLOWED_HOSTS.append("testserver")
    with scratch.database():
        person, keeper, rows = build(asked.bookings)
        free = Equipment.objects.create(owner=rows[0].owner, name="空闲仪器")
        BookingRule.objects.create(equipment=free, across_midnight=True)
        hours = [OpeningHour(equipment=free, weekday=day, opens="00:00", closes="00:00") for day in range(7)]
        OpeningHour.objects.bulk_create(hours)
        client = Client()
        client.force_login(keeper, backend=settings.AUTHENTICATION_BACKENDS[0])
        measured = {
            "week, one instrument": week(client, f"/boards/labs/equipment/{rows[7].pk}/times/", 40),
            "week, all instruments": week(client, "/boards/labs/desk/times/", 40),
            "refusal": refusals(person, free.pk, 40),
        }
        with server() as port:
            key = ApiToken.issue(person, name="benchmark")
            measured["rush"] = rush(port, key, free.pk, rounds=asked.rounds, clients=asked.clients)
        measured["rush"]["bookings made"] = Booking.objects.filter(equipment=free).count()
        _say(measured, as_json=asked.json)
    return 0


def _say(measured: dict[str, dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(measured))
        return
    for name, figures in measured.items():
        print(f"{name}: " + ", ".join(f"{label} {figure}" for label, figure in figures.items()))


if __name__ == "__main__":
    sys.exit(main())
