"""One mail by real SMTP, in the words that the sweeper understands: taken, refused for good, not now, server away."""

import hashlib
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from portal.outbox.registry import ChannelDown, surrounds

PERMANENT = range(500, 600)

_line: ContextVar[BaseEmailBackend | None] = ContextVar("line", default=None)


class AddressRefused(Exception):
    """The receiving side will never take mail for this address; the text is what it said, without the address."""


class NotTakenNow(Exception):
    """The server answered, and wants to be asked again later."""


@surrounds
@contextmanager
def one_line() -> Iterator[None]:
    """The mails of one sweep go over one connection, opened by the first of them."""
    line = get_connection()
    before = _line.set(line)
    try:
        yield
    finally:
        _line.reset(before)
        _hang_up(line)


def send(address: str, subject: str, text: str, html: str, *, key: str) -> None:
    """Send one mail. Its ``Message-ID`` comes from the key, so a repeat can be told from a second mail.

    :raises AddressRefused: 5xx for this recipient.
    :raises NotTakenNow: 4xx, or 5xx that is not about the recipient.
    :raises ChannelDown: no server there, or it broke off.
    """
    mail = EmailMultiAlternatives(
        subject,
        text,
        to=[address],
        headers={"Message-ID": message_id(key), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(html, "text/html")
    try:
        _hand_over(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        if code in PERMANENT:
            raise AddressRefused(_answer(code, said, address)) from None
        raise NotTakenNow(_answer(code, said, address)) from None
    except (ValueError, smtplib.SMTPNotSupportedError) as error:
        raise AddressRefused(f"no address that can be written to ({type(error).__name__})") from None
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError) as error:
        raise ChannelDown(f"mail server: {error.smtp_code}") from None
    except smtplib.SMTPResponseException as error:
        raise NotTakenNow(_answer(error.smtp_code, error.smtp_error, address)) from None
    except OSError as error:
        raise ChannelDown(f"mail server: {type(error).__name__}") from None


def _hand_over(mail: EmailMultiAlternatives) -> None:
    """A line that the server gave up between two mails is opened once more; one that failed is not used again."""
    line = _line.get()
    if line is None:
        mail.send()
        return
    mail.connection = line
    try:
        kept = line.open() is False
        try:
            mail.send()
        except smtplib.SMTPServerDisconnected:
            if not kept:
                raise
            _hang_up(line)
            line.open()
            mail.send()
    except OSError:
        _hang_up(line)
        raise


def _hang_up(line: BaseEmailBackend) -> None:
    with suppress(OSError):
        line.close()


def message_id(key: str) -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def _answer(code: int, said: bytes | str, address: str) -> str:
    """What the server said, as one line without the address: it is kept where mail addresses are not."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}".replace(address, "…")[:300]
