"""The three turns of the outbox, and the look for what was forgotten. Only this folder sends tasks."""

import logging
from datetime import datetime

from django.utils import timezone

from portal.celery import app
from portal.outbox import actions, registry, sweeper
from portal.outbox.models import Heartbeat, Message
from portal.outbox.nudge import heard, send
from portal.transactions import as_one

logger = logging.getLogger(__name__)

NUDGED_LIMIT = 50
WORKER = "worker"


@app.task
def nudge() -> int:
    """Something was owed a moment ago. After so many effects it is others' turn; the rest gets a nudge of its own."""
    heard()
    done = sweeper.sweep(limit=NUDGED_LIMIT)
    if done == NUDGED_LIMIT:
        send()
    return done


@app.task
def sweep() -> int:
    """What the nudges missed, what was put off and is due again, what a dead worker held."""
    with sweeper.alone() as held:
        return sweeper.sweep() if held else 0


@app.task
def heartbeat() -> None:
    """Written by a task, so it says that tasks are done, not that a process exists."""
    beat(timezone.now())


@app.task
def reconcile() -> int:
    return owe_forgotten(timezone.now())


def beat(now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"beat_at": now})


@as_one
def owe_forgotten(now: datetime) -> int:
    """Owe again what business rows ought to owe and the outbox does not hold; the number, which should be 0."""
    owed = [one for reconciler in registry.reconcilers() for one in reconciler(now)]
    known = set(Message.objects.filter(dedupe_key__in=[one.key for one in owed]).values_list("dedupe_key", flat=True))
    missing = [one for one in owed if one.key not in known]
    if missing:
        logger.error("%s effects were not in the outbox and are owed again", len(missing))
        actions.owe_many(missing)
    return len(missing)
