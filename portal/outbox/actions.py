"""Owe an effect in the transaction of the change that causes it; give a dead one another chance."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.transaction import TransactionManagementError

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.outbox import nudge
from portal.outbox.models import Message
from portal.outbox.registry import Owed, Payload
from portal.transactions import as_one


def owe(kind: str, key: str, payload: Payload, *, due_at: datetime) -> None:
    """Owe one effect. The same key again is the same obligation: nothing happens."""
    owe_many([Owed(kind, key, payload, due_at)])


def owe_many(owed: Iterable[Owed]) -> None:
    """Owe several effects in one statement, with one nudge when the transaction commits.

    :raises TransactionManagementError: outside a transaction, where the change and what it owes could come apart.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("an effect is owed in the transaction of the change that causes it")
    rows = [Message(kind=one.kind, dedupe_key=one.key, payload=one.payload, due_at=one.due_at) for one in owed]
    if rows:
        Message.objects.bulk_create(rows, ignore_conflicts=True)
        nudge.on_commit()


@as_one
def retry(pks: Iterable[int], *, by: User, now: datetime) -> int:
    """Bring dead messages back as if they were new; the number of those that were dead."""
    dead = list(Message.objects.dead().filter(pk__in=pks).select_for_update())
    for message in dead:
        audit.record(by, "retried", message)
    Message.objects.filter(pk__in=[message.pk for message in dead]).update(
        dead_at=None, due_at=now, attempts=0, unfinished=0, refused_since=None, locked_until=None
    )
    nudge.on_commit()
    return len(dead)
