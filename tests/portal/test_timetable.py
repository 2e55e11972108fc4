"""A clock that ran ahead and was set back does not silence the schedule."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.beat import PersistentScheduler, ScheduleEntry
from celery.schedules import schedule

from portal.celery import NIGHT, SCHEDULE, app
from portal.timetable import Timetable

AHEAD = timedelta(days=1)


def done_after(scheduler: type[PersistentScheduler], folder: Path, ahead: timedelta) -> list[str]:
    """What beat asks for within its next ticks, having worked until now by a clock that was so far ahead."""
    asked: list[str] = []

    class Silent(scheduler):  # type: ignore[misc,valid-type]
        def apply_async(self, entry: ScheduleEntry, **named: Any) -> None:
            asked.append(entry.name)
            self.reserve(entry)

    beat = Silent(app=app, schedule_filename=str(folder / "schedule"), lazy=True)
    beat.setup_schedule()
    try:
        beat.tick()
        for entry in beat.schedule.values():
            entry.last_run_at = app.now() + ahead
        for _ in range(2 * len(SCHEDULE)):
            beat.tick()
    finally:
        beat.close()
    return sorted(asked)


def test_after_a_clock_was_set_back_every_task_has_its_turn_at_once_and_once(tmp_path: Path) -> None:
    ours = sorted(SCHEDULE)
    assert [name for name in done_after(Timetable, tmp_path, AHEAD) if name in ours] == ours


def test_with_the_memory_of_celery_nothing_would_happen_for_a_day(tmp_path: Path) -> None:
    """The twin of the test above."""
    assert done_after(PersistentScheduler, tmp_path, AHEAD) == []


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(seconds=30)])
def test_a_clock_that_is_only_put_right_changes_nothing(tmp_path: Path, ahead: timedelta) -> None:
    assert done_after(Timetable, tmp_path, ahead) == []


def test_beat_uses_it() -> None:
    assert app.conf.beat_scheduler == "portal.timetable:Timetable"


def asked_within(turn: schedule, *, restarts: timedelta, days: int = 3) -> int:
    """How often beat, started anew each time without its memory, asks for a task."""
    begun, asked = datetime(2026, 11, 23, tzinfo=UTC), 0
    for at in range(int(timedelta(days=days) / restarts)):
        started = begun + at * restarts
        turn.nowfun = lambda until=started + restarts: until  # type: ignore[assignment,misc]
        asked += turn.is_due(started).is_due
    return asked


def test_what_is_done_at_night_is_done_though_beat_is_started_anew_every_few_hours() -> None:
    night = type(NIGHT)(hour=NIGHT._orig_hour, minute=NIGHT._orig_minute, app=app)
    assert asked_within(night, restarts=timedelta(hours=4)) == 3


def test_counted_from_the_start_it_would_never_be_done() -> None:
    """The twin of the test above."""
    assert asked_within(schedule(timedelta(days=1), app=app), restarts=timedelta(hours=4)) == 0
