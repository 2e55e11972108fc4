"""The suggester of this process, rebuilt when a curator edits the catalogue.

Building takes about a second and is shared by all threads; looking whether it is still current takes one small query.
Decisions enter at the next build, at most an hour later; while one thread learns them, the others answer from what
they have.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from services.catalogue.models import Board, ServiceItem
from services.triage.suggestion import sources
from services.triage.suggestion.engine import Suggester
from services.triage.suggestion.results import Example, ItemRow

LEARN_AGAIN_SECONDS = 3600.0

Stamp = tuple[int, datetime | None]


@dataclass(slots=True)
class Built:
    stamp: Stamp
    suggester: Suggester | None
    built_at: float

    def holds(self, newest: Stamp) -> bool:
        return self.stamp == newest and time.monotonic() - self.built_at < LEARN_AGAIN_SECONDS


_lock = threading.Lock()
_built: Built | None = None


def stamp() -> Stamp:
    found = ServiceItem.objects.offered().aggregate(count=Count("pk"), newest=Max("updated_at"))
    return found["count"], found["newest"]


def item_rows() -> list[ItemRow]:
    return [
        ItemRow(
            code=item.code,
            board=item.board_id,
            name_zh=item.name_zh,
            name_en=item.name_en,
            summary_zh=item.summary_zh,
            summary_en=item.summary_en,
            keywords_zh=tuple(item.keywords.get("zh", ())),
            keywords_en=tuple(item.keywords.get("en", ())),
            questions=tuple(item.intake_questions),
            deadline_question=item.deadline_question,
        )
        for item in ServiceItem.objects.offered().in_order()
    ]


def board_codes() -> list[str]:
    return list(Board.objects.order_by("order").values_list("pk", flat=True))


def build(decided: Sequence[Example] = ()) -> Suggester | None:
    """A fresh suggester from the rows as they are now; None while no service item is offered."""
    rows = item_rows()
    if not rows:
        return None
    return Suggester.build(rows, board_codes(), [*sources.examples(), *decided])


def current(decided: Callable[[], Sequence[Example]] = tuple) -> Suggester | None:
    """The suggester for the catalogue as it stands. `decided` is only called when a new one is built."""
    global _built  # noqa: PLW0603 - one suggester per process, guarded by the lock
    newest = stamp()
    kept = _built
    if kept is not None and kept.holds(newest):
        return kept.suggester
    if not _lock.acquire(blocking=kept is None or kept.stamp != newest):
        return kept.suggester if kept else None
    try:
        if _built is None or not _built.holds(newest):
            _built = Built(newest, build(decided()), time.monotonic())
        return _built.suggester
    finally:
        _lock.release()


def forget() -> None:
    """Make the next `current()` look at the rows again."""
    global _built  # noqa: PLW0603 - one suggester per process, guarded by the lock
    with _lock:
        _built = None
