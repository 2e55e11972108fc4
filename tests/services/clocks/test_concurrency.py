"""Several at once: one clock, one segment, one reckoning."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier

import pytest
from django.db import connections, transaction
from django.utils import timezone
from pytest_django import Settings

from services.clocks import actions, loading, publishing, tasks
from services.clocks.actions import ClockRunning
from services.clocks.models import ClockPolicy, ClockSegment, WorkCalendar
from tests.services.clocks.calendars import at

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = at("2026-03-02 09:00")
SUBJECT = ("case", 1, "triage")


def at_once(step: Callable[[], object], times: int = 4) -> list[object]:
    """The step in several connections at the same moment; what each gave, exceptions included."""
    barrier = Barrier(times)

    def run() -> object:
        barrier.wait()
        try:
            with transaction.atomic():
                return step()
        except ClockRunning as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return [each.result() for each in [pool.submit(run) for _ in range(times)]]


def test_a_clock_started_by_several_runs_once() -> None:
    """PostgreSQL tells the slower ones so in two ways: the constraint is violated, or two waited for each other."""
    loading.load()
    given = at_once(lambda: actions.start(*SUBJECT, now=MONDAY), times=8)
    assert ClockSegment.objects.open().count() == 1
    assert all(isinstance(each, ClockRunning) or each == at("2026-03-03 17:30") for each in given)
    assert any(each == at("2026-03-03 17:30") for each in given)


def test_a_clock_paused_by_several_pauses_once() -> None:
    loading.load()
    actions.start(*SUBJECT, now=MONDAY)
    at_once(lambda: actions.pause(*SUBJECT, now=at("2026-03-02 10:00"), reason="returned"))
    assert list(ClockSegment.objects.order_by("id").values_list("kind", flat=True)) == ["run", "pause"]
    at_once(lambda: actions.resume(*SUBJECT, now=at("2026-03-02 11:00")))
    assert list(ClockSegment.objects.order_by("id").values_list("kind", flat=True)) == ["run", "pause", "run"]


def test_two_refreshes_at_once_reckon_each_clock_once() -> None:
    loading.load()
    for number in range(30):
        actions.start("case", number, "triage", now=MONDAY)
    publishing.publish(WorkCalendar.objects.get(), now=timezone.now())
    done = at_once(tasks.refresh.run, times=2)
    assert (sum(int(str(each)) for each in done), publishing.outstanding()) == (30, 0)


def waiting(subject_kind: str, clock: str, dues: dict[int, datetime | None]) -> None:
    """Shows the new due instants in a row that somebody else holds."""
    ClockPolicy.objects.select_for_update().get(clock="appeal")


def test_a_refresh_gives_way_to_a_step_under_way_and_comes_back(settings: Settings) -> None:
    settings.CLOCK_DUE_SINKS = [f"{__name__}.waiting"]
    loading.load()
    actions.start(*SUBJECT, now=MONDAY)
    closed = publishing.Day(date(2026, 3, 3), (), "storm")
    publishing.publish(WorkCalendar.objects.get(), now=timezone.now(), days=[closed])
    with transaction.atomic():
        ClockPolicy.objects.select_for_update().get(clock="appeal")
        assert at_once(tasks.refresh.run, times=1) == [0]
        actions.pause(*SUBJECT, now=at("2026-03-02 10:00"), reason="returned")  # not held up by the clock's own row
    actions.resume(*SUBJECT, now=at("2026-03-02 11:00"))
    assert publishing.outstanding() == 1
    assert tasks.refresh.run() == 1
    assert ClockSegment.objects.get(ended_at=None).due_at == at("2026-03-05 10:00")
