"""How one-time codes leave the house."""

from django.utils import timezone

from portal.accounts import codes
from portal.accounts.models import OneTimeCode, User
from portal.accounts.names import is_email
from portal.notices import mail, sms
from portal.notices.rendering import html, render
from portal.outbox.registry import GiveUp, Payload, handles

EVENT = "one_time_code"


@handles(codes.KIND)
def send_code(payload: Payload, key: str) -> None:
    """Draw the digits and send them. A repeat sends other digits; the last ones count."""
    row = OneTimeCode.objects.filter(pk=payload["code"]).usable(timezone.now()).first()
    if row is None:
        return
    user = User.objects.by_contact(row.contact)
    if payload["members_only"] and not (user and user.may_use_codes):
        return
    language = payload["language"] or (user.language if user else "zh-hans")
    words = render(EVENT, {"code": codes.draw(row)}, language=language)
    try:
        if is_email(row.contact):
            mail.send(row.contact, words.subject, words.text, html(words, language=language), key=key)
        else:
            sms.adapter().send(row.contact, words.short, delivery_id=key)
    except (mail.AddressRefused, sms.NumberRefused) as refused:
        raise GiveUp(str(refused)) from refused
