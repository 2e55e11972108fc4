"""Two at once, a clock set forward, a day without the scheduler, a process killed: one effect for each promise and
rule.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from portal.accounts.roles import Role
from portal.notices import actions as notices
from services.chasers import actions
from services.chasers.models import Chase
from services.clocks import actions as clocks
from services.clocks.models import ClockSegment, WorkCalendar
from tests.factories import NOW, make_case, make_user
from tests.services.chasers.rows import DUE, effects, make_rule

HALF_HOUR, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def rules(standard: WorkCalendar) -> None:
    """A reminder, a word to the lead an hour late, a word to the centre a day late; somebody for each."""
    for role in (Role.SPECIALIST, Role.TEAM_LEAD, Role.CENTRE_LEAD):
        make_user(role)
    make_rule(amount=-60)
    make_rule(audience="team_lead", level="escalation_1", amount=60)
    make_rule(audience="centre_lead", level="escalation_2", amount=1, unit="working_days")


def steps(start: datetime, end: datetime, by: timedelta) -> Iterator[datetime]:
    while start <= end:
        yield start
        start += by


def at_once(step: Callable[[], int], times: int = 2) -> list[int]:
    """The step in several connections at the same moment."""
    barrier = Barrier(times)

    def run() -> int:
        try:
            connection.ensure_connection()
            barrier.wait()
            return step()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return [each.result() for each in [pool.submit(run) for _ in range(times)]]


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_have_one_effect(rules: None) -> None:
    for _ in range(20):
        make_case()
    done = at_once(lambda: actions.chase(DUE + 2 * DAY, size=7))
    assert sum(done) == 60
    assert effects() == (60, 60, 40)


@pytest.mark.django_db
def test_of_two_that_looked_at_the_same_moment_one_chases(rules: None) -> None:
    assert _both_looked() == (1, 1, 1)


@pytest.mark.django_db
def test_without_the_unique_mark_both_would(rules: None) -> None:
    """The twin: the guard is taken away for this test, and the lead is chased twice."""
    mark = next(one for one in Chase._meta.constraints if one.name == "chase_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Chase, mark)
    assert _both_looked() == (2, 1, 2)


def _both_looked() -> tuple[int, int, int]:
    """Two runs find the same promise before either has marked it."""
    make_case()
    rule = make_rule(audience="team_lead", level="escalation_1", amount=5)
    reach = actions.within_reach(rule, WorkCalendar.objects.all(), DUE + DAY)
    found = [actions.candidates(rule, reach, 10) for _ in range(2)]
    for one in found:
        actions.apply(rule, one, now=DUE + DAY)
    return effects()


@pytest.mark.django_db
def test_a_clock_set_forward_by_a_day_and_back_has_one_effect(rules: None) -> None:
    make_case()
    done = [actions.chase(moment) for moment in (DUE, DUE + 2 * DAY, DUE, DUE + DAY, DUE + 2 * DAY)]
    assert (done, effects()) == ([1, 2, 0, 0, 0], (3, 3, 2))


@pytest.mark.django_db
@pytest.mark.parametrize("hole", [DUE - 20 * HOUR, DUE + HOUR])
def test_a_day_without_the_scheduler_makes_nothing_lost_and_nothing_doubled(rules: None, hole: datetime) -> None:
    for minutes in (0, 25, 90):
        make_case(now=NOW + timedelta(minutes=minutes))
    for moment in steps(DUE - DAY, DUE + 3 * DAY, 4 * HOUR):
        if not hole <= moment < hole + DAY:
            actions.chase(moment)
    assert effects() == (9, 9, 6)


@pytest.mark.django_db
def test_a_run_that_breaks_off_leaves_whole_batches_and_the_next_one_does_the_rest(
    rules: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _five_cases()
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(notices, "tell_all", _failing_at(2, _raise))
        actions.chase(DUE, size=2)
    assert effects() == (2, 2, 0)
    assert actions.chase(DUE, size=2) == 3
    assert effects() == (5, 5, 0)


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_database_session_is_killed_leaves_whole_batches_and_the_next_one_does_the_rest(
    rules: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _five_cases()
    with monkeypatch.context() as broken, pytest.raises(DatabaseError):
        broken.setattr(notices, "tell_all", _failing_at(2, _end_this_session))
        actions.chase(DUE, size=2)
    connection.close()
    assert effects() == (2, 2, 0)
    assert actions.chase(DUE, size=2) == 3
    assert effects() == (5, 5, 0)


def _five_cases() -> None:
    for _ in range(5):
        make_case()


def _failing_at(turn: int, fail: Callable[[], None]) -> Callable[..., None]:
    """The real thing, after whose n-th turn something breaks before the batch is committed."""
    tell_all, turns = notices.tell_all, iter(range(1, 100))

    def told(*args: Any, **rest: Any) -> None:
        tell_all(*args, **rest)
        if next(turns) == turn:
            fail()

    return told


def _raise() -> None:
    raise RuntimeError("the worker is gone")


def _end_this_session() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


# Days that are not like others


@pytest.mark.parametrize(
    ("zone", "weekly", "start", "due"),
    [
        pytest.param(
            "America/New_York",
            {"sun": [["00:00", "04:00"]], "mon": [["09:00", "12:00"]]},
            "2026-03-08T00:00-05:00",
            "2026-03-09T10:00-04:00",
            id="an hour of the night is missing",
        ),
        pytest.param(
            "America/New_York",
            {"sun": [["00:00", "04:00"]], "mon": [["09:00", "12:00"]]},
            "2026-11-01T00:00-04:00",
            "2026-11-01T03:00-05:00",
            id="an hour of the night comes twice",
        ),
        pytest.param(
            "Asia/Shanghai",
            {day: [["09:00", "11:00"]] for day in ("mon", "tue", "wed")},
            "2028-02-28T09:00+08:00",
            "2028-02-29T11:00+08:00",
            id="leap day",
        ),
    ],
)
def test_on_the_day_the_clocks_change_and_on_leap_day_there_is_one_effect_at_its_time(
    standard: WorkCalendar, zone: str, weekly: dict[str, Any], start: str, due: str
) -> None:
    begun, due_at = datetime.fromisoformat(start), datetime.fromisoformat(due)
    calendar = WorkCalendar.objects.create(
        code="own", name_zh="自有", timezone=zone, weekly=weekly, working_day_minutes=120
    )
    rule = make_rule()
    case = make_case(now=begun - DAY)
    clocks.start("case", case.pk, "triage", now=begun, calendar=calendar)
    assert ClockSegment.objects.get(clock="triage", ended_at=None).due_at == due_at
    for moment in (*steps(due_at - 2 * HOUR, due_at + 2 * HOUR, HALF_HOUR), due_at + DAY, due_at + 3 * DAY):
        actions.chase(moment)
    marks = Chase.objects.filter(rule=rule)
    assert [mark.at for mark in marks] == [due_at]
