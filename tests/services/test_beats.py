"""Every entry of the schedule on a centre in which something is overdue for it: twice, two at once, by a clock that
jumps, and after a day away. What happens is the same as if it had run once, in time.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.models import Attempt
from portal.celery import SCHEDULE, app
from portal.idempotency.models import IdempotencyKey
from services.intake.models import Draft
from services.pool import loading as pool
from tests.factories import SHANGHAI, make_credential
from tests.faults import overdue

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=SHANGHAI)
"""A Friday."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEATS = sorted(SCHEDULE.keys() - {"sweep"})
"""All but the one that sends what the others owe: it works outside any transaction; see tests/portal/outbox."""
WORK = {
    "confirm-silent",
    "expire-unanswered",
    "scope-corrections",
    "follow-up",
    "find-forgotten",
    "rectification",
    "forget-answers",
    "forget-attempts",
    "forget-drafts",
    "lapse-unanswered",
    "chase",
    "warn-of-dates",
    "remind-providers",
    "warn-of-gaps",
    "refresh-clocks",
    "reckon-scores",
}
"""Entries that have something to do in this world; the others must at least do no harm twice."""
EFFECTS = {
    "offered": "SELECT need_id, institution_id, state FROM cases_referral",
    "needs": "SELECT id, state FROM cases_need",
    "cases": "SELECT id, state FROM cases_case",
    "lines": "SELECT case_id, need_id, verb, rule, audience, to_state FROM cases_caseevent "
    "WHERE rule <> '' AND verb <> 'escalated'",
    "steps": "SELECT referral_id, outcome, reason FROM routing_ladderstep",
    "corrections": "SELECT referral_id FROM routing_scopecorrection",
    "follow-ups": "SELECT referral_id, rule, seq, state FROM followup_followup",
    "askings": "SELECT referral_ref FROM experts_asking",
    "tries": "SELECT referral_id, rule, channel, outcome FROM followup_followupattempt AS try "
    "JOIN followup_followup AS row ON row.id = try.follow_up_id",
    "rectifications": "SELECT answer_id, state, outcome FROM rectification_rectification",
    "warnings": 'SELECT need_id, "on", days FROM triage_deadlinewarning',
    "reminders": "SELECT institution_id, credential_id, days FROM pool_reminder",
}


class Clock:
    """What everything reads for the time."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at.astimezone(UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timezone, "now", made)
    return made


def a_world() -> None:
    """Something for every entry."""
    world = overdue.build(NOW, each=1)
    pool.load()
    make_credential(world.first, valid_to=NOW.date() + 20 * DAY)
    IdempotencyKey.objects.create(actor="form", key="long ago", method="POST", path="/", body_sha256="x")
    Draft.objects.create(key_digest="x")
    Attempt.objects.create(door="sign-in", key="x", window_started_at=NOW - 90 * DAY)
    IdempotencyKey.objects.update(created_at=NOW - 90 * DAY)
    Draft.objects.update(updated_at=NOW - 90 * DAY)


def run(name: str) -> Any:
    return app.tasks[SCHEDULE[name]["task"]].run()


def run_all() -> None:
    for name in BEATS:
        run(name)


def rows() -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a sum over all that is in them."""
    tables = connection.introspection.table_names()
    each = (
        f"SELECT '{name}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{name}\" AS t"
        for name in tables
    )
    return {name: (number, checksum) for name, number, checksum in _asked(" UNION ALL ".join(each))}


def effects() -> dict[str, list[tuple[Any, ...]]]:
    """What has happened, whenever it did."""
    return {name: sorted(map(tuple, _asked(question)), key=repr) for name, question in EFFECTS.items()}


def _asked(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}


def tried(act: Callable[[], Any]) -> Any:
    """What comes of it, taken back."""
    with transaction.atomic():
        act()
        found = effects()
        transaction.set_rollback(True)
    return found


@pytest.fixture(autouse=True)
def known_tasks() -> None:
    app.loader.import_default_modules()


@pytest.mark.django_db
def test_whatever_runs_twice_changes_nothing_the_second_time(clock: Clock) -> None:
    a_world()
    changed: dict[str, Any] = {}
    idle = set()
    before = rows()
    for name in BEATS:
        with transaction.atomic():
            run(name)
            once = rows()
            run(name)
            changed[name] = differing(once, rows())
            if once == before:
                idle.add(name)
            transaction.set_rollback(True)
    assert {name: tables for name, tables in changed.items() if tables} == {}
    assert idle & WORK == set()


@pytest.mark.django_db
def test_what_one_does_is_work_for_the_next_and_comes_to_an_end(clock: Clock) -> None:
    a_world()
    run_all()
    run_all()
    before = rows()
    run_all()
    assert differing(before, rows()) == {}


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_do_what_one_does(clock: Clock) -> None:
    a_world()
    once = tried(run_all)
    for name in BEATS:
        assert both(name) == [], name
    assert differing(once, effects()) == {}


def both(name: str) -> list[Exception]:
    """What went wrong when two workers did the same at the same moment."""
    barrier, wrong = Barrier(2), []

    def work() -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            run(name)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.mark.django_db
def test_a_clock_set_forward_by_a_day_and_back_does_nothing_twice(clock: Clock) -> None:
    a_world()
    clock.at = NOW + DAY
    run_all()
    run_all()
    before = effects()
    for at in (NOW, NOW + DAY, NOW + HOUR, NOW + DAY):
        clock.at = at
        run_all()
    assert differing(before, effects()) == {}


FALLING_DUE = (
    (overdue.Overdue.untriaged, 14),
    (overdue.Overdue.unanswered, 14),
    (overdue.Overdue.returned, 70),
    (overdue.Overdue.at_work, 35),
    (overdue.Overdue.delivered, 35),
    (overdue.Overdue.unasked, 21),
    (overdue.Overdue.forgotten, 30 * 24),
)
"""After how many hours each of them is due, where a working day has seven and nobody ever closes."""
STILL_PROMISED = """
SELECT rule.code, mark.subject_kind, mark.subject_id, mark.begun_at, mark.meant_for, mark.reached, mark.told
FROM chasers_chase AS mark JOIN chasers_chaserrule AS rule ON rule.id = mark.rule_id
WHERE mark.begun_at < %s AND EXISTS (
    SELECT FROM clocks_clocksegment AS clock WHERE clock.ended_at IS NULL AND clock.begun_at = mark.begun_at
    AND (clock.subject_kind, clock.subject_id) = (mark.subject_kind, mark.subject_id) AND clock.clock = rule.clock)
"""


@pytest.mark.django_db
def test_a_day_away_and_a_day_hour_by_hour_come_to_the_same(clock: Clock) -> None:
    """Of reminders: those of promises that are still open. What was kept or ended meanwhile is not reminded of late."""
    world = overdue.Overdue(NOW)
    for make, hours in FALLING_DUE:
        for offset in (11, 17):
            world.long = world.lately = (hours - offset) * HOUR
            make(world)
    found = []
    for jumps in ([24], range(1, 25)):
        with transaction.atomic():
            for hours in jumps:
                clock.at = NOW + hours * HOUR
                run_all()
            run_all()
            found.append(effects() | {"chases": still_promised()})
            transaction.set_rollback(True)
    assert differing(*found) == {}
    assert [name for name in ("steps", "follow-ups", "chases") if not found[0][name]] == []


def still_promised() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(STILL_PROMISED, [NOW])
        return sorted(map(tuple, cursor.fetchall()), key=repr)
