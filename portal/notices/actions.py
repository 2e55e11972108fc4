"""Tell people what happened, in the transaction in which it happened; and let them say that they have read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.accounts.models import User, digest
from portal.notices.models import Notice
from portal.outbox import actions as outbox
from portal.outbox.registry import Owed

MAIL, TEXT = "notice.mail", "notice.text"
DIGEST_CHARACTERS = 20


@dataclass(frozen=True)
class Recipient:
    """Somebody to be told: a user, or a mail address or phone that has no account."""

    user: User | None = None
    email: str = ""
    phone: str = ""
    language: str = "zh-hans"


@transaction.atomic
def tell(
    recipients: Iterable[Recipient],
    event: str,
    *,
    key: str,
    facts: dict[str, Any],
    path: str = "",
    now: datetime,
) -> None:
    """Two statements, however many recipients. The same key again tells nobody twice.

    :param event: its words are in ``templates/notices/<event>.txt``.
    :param key: names the occasion (``event-17-enterprise``), at most 150 characters.
    :param facts: plain strings and ids; ``…_zh``/``…_en`` pairs, ``…_at`` and ``…_on`` as ISO 8601 (see ``rendering``).
    :param path: the page to look at, beginning with ``/``.
    """
    notices = {
        notice.key: notice for one in recipients if (notice := _notice(one, event, key, facts, path)) is not None
    }
    Notice.objects.bulk_create(notices.values(), ignore_conflicts=True)
    outbox.owe_many(owed for notice in notices.values() if (owed := message(notice, due_at=now)) is not None)


def message(notice: Notice, *, due_at: datetime) -> Owed | None:
    """How a notice leaves the house: by mail where there is an address, else by short message, else only in the app."""
    for kind, contact in ((MAIL, notice.mail_address), (TEXT, notice.phone_number)):
        if contact:
            return Owed(kind, f"{kind}:{notice.key}", {"notice": notice.key}, due_at)
    return None


def mark_read(notice: Notice, *, now: datetime) -> None:
    """The first time counts."""
    Notice.objects.filter(pk=notice.pk).unread().update(read_at=now)


def mark_all_read(user: User, *, up_to: int, now: datetime) -> int:
    """Everything up to the newest notice that was on the page: what came in since stays unread."""
    return Notice.objects.visible_to(user).unread().filter(pk__lte=up_to).update(read_at=now)


def _notice(recipient: Recipient, event: str, key: str, facts: dict[str, Any], path: str) -> Notice | None:
    user = recipient.user
    if user is not None and not user.is_active:
        return None
    whom = f"user-{user.pk}" if user else digest(recipient.email or recipient.phone)[:DIGEST_CHARACTERS]
    return Notice(
        key=f"{key}:{whom}",
        user=user,
        email=recipient.email,
        phone=recipient.phone,
        language=recipient.language,
        event=event,
        facts=facts,
        path=path,
    )
