"""One-time codes: six digits, ten minutes, five tries. The digits exist in the message and nowhere else.

The message's handler draws them when it sends, so neither the outbox nor the log of the database ever held them.
"""

import secrets
from datetime import datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts import limits
from portal.accounts.models import OneTimeCode
from portal.accounts.names import is_email, normalise_contact
from portal.notices import sms
from portal.outbox import actions as outbox
from portal.refusals import Unprocessable
from portal.transactions import as_one

KIND = "accounts.code"
LIFE = timedelta(minutes=10)
DIGITS = 6
PER_HOUR, PER_DAY = 5, 15
OF_NETWORK_PER_HOUR = 60

CHECK = """
UPDATE accounts_onetimecode
SET attempts = attempts + 1, used_at = CASE WHEN digest = %(digest)s THEN %(now)s END
WHERE contact = %(contact)s AND used_at IS NULL AND expires_at > %(now)s AND attempts < %(most)s
RETURNING used_at IS NOT NULL
"""


class NoShortMessages(Unprocessable):
    title = _("A code cannot be sent to a phone")
    detail = _(
        "This centre sends codes by mail only. Please enter a mail address; if we know only your phone number, call "
        "the service centre, and we add one."
    )


@as_one
def send(contact: str, *, now: datetime, network: str = "", members_only: bool = False) -> None:
    """Owe a fresh code to a phone or mail address; older ones end.

    :param members_only: for signing in: send only where a code opens an account. The answer is the same either way.
    :raises TooMany: five an hour, fifteen a day, and so many from one network.
    :raises NoShortMessages: to a phone, where there is no gateway.
    """
    contact = normalise_contact(contact)
    if not (is_email(contact) or sms.reaches_phones()):
        raise NoShortMessages
    if network:
        limits.hit("code_network", network, limit=OF_NETWORK_PER_HOUR, window=timedelta(hours=1), now=now)
    limits.hit("code_day", contact, limit=PER_DAY, window=timedelta(days=1), now=now)
    limits.hit("code_hour", contact, limit=PER_HOUR, window=timedelta(hours=1), now=now)
    OneTimeCode.objects.filter(contact=contact).usable(now).update(expires_at=now)
    row = OneTimeCode.objects.create(contact=contact, expires_at=now + LIFE)
    payload = {"code": row.pk, "members_only": members_only, "language": get_language() or ""}
    outbox.owe(KIND, f"code:{row.pk}", payload, due_at=now)


def check(contact: str, code: str, *, now: datetime) -> bool:
    """Whether these are the digits that were sent; each try counts, and the right one is good once."""
    contact = normalise_contact(contact)
    with connection.cursor() as cursor:
        cursor.execute(
            CHECK,
            {"contact": contact, "digest": digest(contact, code), "now": now, "most": OneTimeCode.MAX_ATTEMPTS},
        )
        return any(right for (right,) in cursor.fetchall())


def draw(row: OneTimeCode) -> str:
    """Fresh digits for a row that is about to be sent; only their keyed digest is kept."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    OneTimeCode.objects.filter(pk=row.pk, used_at=None).update(digest=digest(row.contact, code))
    return code


def digest(contact: str, code: str) -> str:
    """Keyed with the server's secret: six digits alone would be guessed from a copy of the table."""
    return salted_hmac("portal.accounts.codes", f"{contact}:{code}", algorithm="sha256").hexdigest()
