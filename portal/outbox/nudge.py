"""A word to the workers that something is owed. It carries nothing and may be lost: the sweeper comes anyway."""

import logging

from django.db import connection, transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from portal.celery import app

logger = logging.getLogger(__name__)

TASK = "portal.outbox.tasks.nudge"
STALE_AFTER_SECONDS = 10


def on_commit() -> None:
    """At most one nudge per transaction; a savepoint that is rolled back takes its own with it."""
    if not any(registered[1] is send for registered in connection.run_on_commit):
        transaction.on_commit(send, robust=True)


def send() -> None:
    """A second at most (``portal.celery.PUBLISHER``). The change is committed: a silent broker is nobody's error."""
    try:
        app.send_task(TASK, expires=STALE_AFTER_SECONDS, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("The broker took no nudge; the sweeper will do it: %r", error)
