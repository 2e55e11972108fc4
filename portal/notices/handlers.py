"""How notices leave the house; and the hourly look for those that never did."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from portal.notices import mail, sms
from portal.notices.actions import MAIL, TEXT, message
from portal.notices.models import Notice
from portal.notices.rendering import Words, html, render
from portal.notices.settled import is_settled
from portal.outbox.registry import Owed, Payload, handles, reconciles

logger = logging.getLogger(__name__)

ONLY_ONCE = frozenset({"code", "token"})
"""Facts that are secrets: once the notice is out, or was refused, the row forgets them."""

SETTLED = "not sent: settled meanwhile"
LOOKED_AT = timedelta(days=7)
LEFT_ALONE = timedelta(minutes=5)


@handles(MAIL)
def send_mail(payload: Payload, key: str) -> None:
    notice = _notice(payload)
    if notice is None or notice.mailed_at or notice.refusal or not notice.mail_address:
        return
    words = _words(notice)
    page = html(words, language=notice.reader_language)
    try:
        mail.send(notice.mail_address, words.subject, words.text_with_link, page, key=key)
    except mail.AddressRefused as refused:
        _refused(notice, refused)
    else:
        _sent(notice, mailed_at=timezone.now())


@handles(TEXT)
def send_text(payload: Payload, key: str) -> None:
    notice = _notice(payload)
    if notice is None or notice.texted_at or notice.refusal or not notice.phone_number:
        return
    try:
        sms.adapter().send(notice.phone_number, _words(notice).short, delivery_id=key)
    except sms.NumberRefused as refused:
        _refused(notice, refused)
    else:
        _sent(notice, texted_at=timezone.now())


@reconciles
def unsent(now: datetime) -> Iterator[Owed]:
    """Notices of the last days that have somewhere to go and did not leave; most are simply waiting in the outbox."""
    window = (now - LOOKED_AT, now - LEFT_ALONE)
    waiting = Notice.objects.filter(mailed_at=None, texted_at=None, refusal="", created_at__range=window)
    for notice in waiting.select_related("user").iterator():
        owed = message(notice, now=now)
        if owed is not None:
            yield owed


def _notice(payload: Payload) -> Notice | None:
    """None when the person, and the notice with them, was deleted in the meantime, or what it asks for is settled."""
    notice = Notice.objects.select_related("user").filter(key=payload["notice"]).first()
    if notice and not notice.refusal and is_settled(notice.event, notice.facts):
        Notice.objects.filter(pk=notice.pk, mailed_at=None, texted_at=None).update(refusal=SETTLED)
        return None
    return notice


def _words(notice: Notice) -> Words:
    return render(notice.event, notice.facts, language=notice.reader_language, path=notice.path)


def _sent(notice: Notice, **times: datetime) -> None:
    Notice.objects.filter(pk=notice.pk).update(facts=_kept(notice), **times)


def _refused(notice: Notice, reason: Exception) -> None:
    logger.warning("Notice %s was refused by the receiving side: %s", notice.pk, reason)
    Notice.objects.filter(pk=notice.pk).update(facts=_kept(notice), refusal=str(reason)[:300])


def _kept(notice: Notice) -> dict[str, object]:
    return {name: value for name, value in notice.facts.items() if name not in ONLY_ONCE}
