"""The memory of beat, for clocks that are set back."""

from datetime import timedelta

from celery.beat import PersistentScheduler

JITTER, DAY = timedelta(minutes=1), timedelta(days=1)


class Timetable(PersistentScheduler):
    """Celery waits until a turn that lies ahead has passed again: after a clock that ran a day ahead nothing would
    happen for a day. Here everything has its turn at once; every task may run twice.
    """

    def tick(self, **named: object) -> float:
        now = self.app.now()
        if any(entry.last_run_at > now + JITTER for entry in self.schedule.values()):
            for entry in self.schedule.values():
                entry.last_run_at = now - DAY
            self._heap = None
        return float(super().tick(**named))
