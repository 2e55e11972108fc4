"""Do what is owed. Claim one row and commit; do the effect outside any transaction; write down how it went.

Rows are claimed one by one, so a message that kills its process spends its own attempts and nobody else's. Each claim
is one statement that commits itself: a dead process leaves a trace.
"""

import json
import logging
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from portal.outbox.models import Message
from portal.outbox.registry import ChannelDown, GiveUp, handler_of, surroundings

logger = logging.getLogger(__name__)

LEASE_SECONDS = 300  # not shorter than the time limit of a task
UNFINISHED_LIMIT = 5
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
REFUSED_FOR = timedelta(hours=24)
ERROR_CHARACTERS = 500
SWEEP_LOCK = 7_201_501  # any number that no other advisory lock of this database uses
CLAIM = """
UPDATE outbox_message SET attempts = attempts + 1, unfinished = unfinished + 1, locked_until = %(until)s
WHERE id = (
    SELECT id FROM outbox_message
    WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= %(now)s
        AND (locked_until IS NULL OR locked_until <= %(now)s) AND kind <> ALL (%(without)s)
    ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, dedupe_key, payload, attempts, unfinished, refused_since
"""


def sweep(now: datetime | None = None, limit: int = 500, *, seconds: float = 20.0) -> int:
    """Do up to ``limit`` due effects, or what can be started within ``seconds``; the number done.

    :param now: the time to go by; without it the clock is read for each message.
    :raises RuntimeError: inside a transaction, whose end could take the claims back.
    """
    with transaction.atomic(durable=True):
        pass  # it raises inside another
    done, closed, until = 0, set[str](), time.monotonic() + seconds
    with surroundings():
        for _ in range(limit):
            message = claim(now or timezone.now(), without=closed)
            if message is None:
                break
            done += _do(message, now, closed)
            if time.monotonic() > until:
                break
    return done


def claim(now: datetime, *, without: Collection[str] = ()) -> Message | None:
    """Take the message that is due longest: neither done nor given up, its time has come and nobody holds it."""
    lease = timedelta(seconds=getattr(settings, "OUTBOX_LEASE_SECONDS", LEASE_SECONDS))
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + lease, "without": list(without)})
        names, row = [column.name for column in cursor.description], cursor.fetchone()
    if row is None:
        return None
    found = dict(zip(names, row, strict=True))
    return Message(**{**found, "payload": json.loads(found["payload"])})


def wait_after(attempts: int) -> timedelta:
    """10 s · 2ⁿ, an hour at most; n is 0 after the first attempt."""
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 16), LONGEST_WAIT)


@contextmanager
def alone() -> Iterator[bool]:
    """Whether this is the only scheduled sweep. SKIP LOCKED keeps two right; this spares the second one its work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SWEEP_LOCK])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SWEEP_LOCK])


def _do(message: Message, now: datetime | None, closed: set[str]) -> bool:
    """One effect and its outcome. A handler may raise anything; what it raises is kept with the message."""
    if message.unfinished > UNFINISHED_LIMIT:
        bury(message, now=now or timezone.now())
        return False
    try:
        handler_of(message.kind)(message.payload, message.dedupe_key)
    except Exception as error:
        if isinstance(error, ChannelDown):
            closed.add(message.kind)
        refuse(message, error, now=now or timezone.now())
        return False
    Message.objects.filter(pk=message.pk).update(
        done_at=now or timezone.now(), dead_at=None, locked_until=None, unfinished=0, refused_since=None, last_error=""
    )
    return True


def bury(message: Message, *, now: datetime) -> None:
    """End what was claimed five times and never came back: it kills whoever touches it. This claim does not count."""
    Message.objects.filter(pk=message.pk, attempts=message.attempts, done_at=None).update(
        attempts=F("attempts") - 1,
        unfinished=UNFINISHED_LIMIT,
        dead_at=now,
        locked_until=None,
        last_error="The process ended during each attempt.",
    )
    logger.error("%s %s was given up: the process ended during each attempt", message.kind, message.pk)


def refuse(message: Message, error: Exception, *, now: datetime) -> None:
    """Try again later, for 24 hours after the first refusal; then give up. A claim since taken over changes nothing."""
    since = message.refused_since or now
    dead = isinstance(error, GiveUp) or now - since >= REFUSED_FOR
    reason = f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS]
    Message.objects.filter(pk=message.pk, attempts=message.attempts, done_at=None).update(
        due_at=F("due_at") if dead else now + wait_after(message.attempts),
        dead_at=now if dead else None,
        refused_since=since,
        locked_until=None,
        unfinished=0,
        last_error=reason,
    )
    logger.log(
        logging.ERROR if dead else logging.WARNING,
        "%s %s %s (attempt %s): %s",
        message.kind,
        message.pk,
        "was given up" if dead else "was put off",
        message.attempts,
        reason,
    )
