"""A word to the workers that something is owed. It carries nothing and may be lost: the sweeper comes anyway.

While one is on its way nobody sends another: whoever hears it says so first and looks then, so it finds what was
committed by all who kept silent. One that is lost keeps them silent for a second at most.
"""

import logging
from contextlib import suppress

from django.core.cache import cache
from django.db import connection, transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from portal.celery import app

logger = logging.getLogger(__name__)

TASK = "portal.outbox.tasks.nudge"
STALE_AFTER_SECONDS = 10
ON_ITS_WAY = "outbox-nudge"
SILENT_SECONDS = 1


def on_commit() -> None:
    """At most one nudge per transaction; a savepoint that is rolled back takes its own with it."""
    if not any(registered[1] is send for registered in connection.run_on_commit):
        transaction.on_commit(send, robust=True)


def send() -> None:
    """A second at most (``portal.celery.PUBLISHER``, ``CACHES``), and after a failure the others are spared it for as
    long. The change is committed: a silent broker is nobody's error.
    """
    try:
        if cache.add(ON_ITS_WAY, 1, timeout=SILENT_SECONDS):
            app.send_task(TASK, expires=STALE_AFTER_SECONDS, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("The broker took no nudge; the sweeper will do it: %r", error)


def heard() -> None:
    """From now on the next one is sent."""
    with suppress(RedisError):
        cache.delete(ON_ITS_WAY)
