"""Tell people what happened, in the transaction in which it happened; and let them say that they have read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.accounts.models import User, digest
from portal.notices import sms
from portal.notices.models import Channel, Notice
from portal.outbox import actions as outbox
from portal.outbox.registry import Owed

MAIL, TEXT = "notice.mail", "notice.text"
WAYS: dict[str, tuple[str, ...]] = {Channel.APP: (), Channel.MAIL: (MAIL, TEXT), Channel.TEXT: (TEXT, MAIL)}
DIGEST_CHARACTERS = 20


@dataclass(frozen=True)
class Recipient:
    """Somebody to be told: a user, or a mail address or phone that has no account."""

    user: User | None = None
    email: str = ""
    phone: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True)
class Telling:
    """One occasion and whom to tell of it.

    :param event: its words are in ``templates/notices/<event>.txt``.
    :param key: names the occasion (``event-17-enterprise``), at most 150 characters.
    :param facts: plain strings and ids; ``…_zh``/``…_en`` pairs, ``…_at`` and ``…_on`` as ISO 8601 (see ``rendering``).
    :param path: the page to look at, beginning with ``/``.
    :param send_at: when it may leave the house; in the app it stands at once.
    """

    recipients: Sequence[Recipient]
    event: str
    key: str
    facts: dict[str, Any]
    path: str = ""
    send_at: datetime | None = None
    channel: str = Channel.MAIL


def tell(
    recipients: Iterable[Recipient],
    event: str,
    *,
    key: str,
    facts: dict[str, Any],
    path: str = "",
    now: datetime,
    send_at: datetime | None = None,
) -> None:
    """Tell of one occasion, as :class:`Telling` describes it. The same key again tells nobody twice."""
    tell_all([Telling(list(recipients), event, key, facts, path, send_at)], now=now)


@transaction.atomic(savepoint=False)
def tell_all(tellings: Iterable[Telling], *, now: datetime) -> None:
    """Two statements, however many occasions and recipients."""
    notices = {
        notice.key: notice
        for telling in tellings
        for one in telling.recipients
        if (notice := _notice(one, telling)) is not None
    }
    Notice.objects.bulk_create(notices.values(), ignore_conflicts=True)
    outbox.owe_many(owed for notice in notices.values() if (owed := message(notice, now=now)) is not None)


def message(notice: Notice, *, now: datetime) -> Owed | None:
    """How a notice leaves the house: by its channel, where that has no address by the other, else only in the app."""
    contacts = {MAIL: notice.mail_address, TEXT: notice.phone_number if sms.reaches_phones() else ""}
    for kind in WAYS[notice.channel]:
        if contacts[kind]:
            return Owed(kind, f"{kind}:{notice.key}", {"notice": notice.key}, notice.send_at or now)
    return None


def mark_read(notice: Notice, *, now: datetime) -> None:
    """The first time counts."""
    Notice.objects.filter(pk=notice.pk).unread().update(read_at=now)


def mark_all_read(user: User, *, up_to: int, now: datetime) -> int:
    """Everything up to the newest notice that was on the page: what came in since stays unread."""
    return Notice.objects.visible_to(user).unread().filter(pk__lte=up_to).update(read_at=now)


def _notice(recipient: Recipient, telling: Telling) -> Notice | None:
    user = recipient.user
    if user is not None and not user.is_active:
        return None
    whom = f"user-{user.pk}" if user else digest(recipient.email or recipient.phone)[:DIGEST_CHARACTERS]
    return Notice(
        key=f"{telling.key}:{whom}",
        user=user,
        email=recipient.email,
        phone=recipient.phone,
        language=recipient.language,
        event=telling.event,
        facts=telling.facts,
        path=telling.path,
        channel=telling.channel,
        send_at=telling.send_at,
    )
