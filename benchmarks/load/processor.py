"""Processor time of the processes that answer: what an operation costs stays the same however busy the machine is."""

from collections.abc import Iterable
from pathlib import Path

from django.db import connection

OURS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def spent_ms(pids: Iterable[int]) -> dict[int, float]:
    """Of each process with all its threads since it began; of one that has ended nothing."""
    return {pid: _process_ms(pid) for pid in pids}


def between(before: dict[int, float], after: dict[int, float]) -> float:
    """What was spent meanwhile; nothing is known of those that have ended, and those that are new count whole."""
    return sum(spent - before.get(pid, 0.0) for pid, spent in after.items() if spent >= before.get(pid, 0.0))


def _process_ms(pid: int) -> float:
    try:
        return sum(map(_thread_ms, Path(f"/proc/{pid}/task").glob("*/schedstat")))
    except FileNotFoundError:
        return 0.0


def _thread_ms(path: Path) -> float:
    try:
        return int(path.read_text(encoding="ascii").split()[0]) / 1e6
    except (OSError, IndexError):
        return 0.0


def backends() -> list[int]:
    """The database's processes that serve this database, where it runs on this machine."""
    with connection.cursor() as cursor:
        cursor.execute(OURS)
        return [pid for (pid,) in cursor.fetchall()]
