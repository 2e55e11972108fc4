"""One mail by real SMTP, in the words that the sweeper understands: taken, refused for good, not now, server away."""

import hashlib
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from portal.outbox.registry import ChannelDown

PERMANENT = range(500, 600)


class AddressRefused(Exception):
    """The receiving side will never take mail for this address; the text is what it said, without the address."""


class NotTakenNow(Exception):
    """The server answered, and wants to be asked again later."""


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
        mail.send()
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


def message_id(key: str) -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def _answer(code: int, said: bytes | str, address: str) -> str:
    """What the server said, as one line without the address: it is kept where mail addresses are not."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}".replace(address, "…")[:300]
