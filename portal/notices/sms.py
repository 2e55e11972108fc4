"""Short messages. An adapter is any class with ``send(number, text, *, delivery_id)``; ``SMS_ADAPTER`` names it. Where
it names none, no phone can be reached: codes and notices go by mail.

``send`` returns when the message was taken; it raises :class:`NumberRefused` when this number can never be reached and
``ChannelDown`` when the gateway is away. The same ``delivery_id`` again is the same message.
"""

import logging
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class NumberRefused(Exception):
    """This number cannot be reached, says the gateway; the exception's message says why, without the number."""


class Adapter(Protocol):
    def send(self, number: str, text: str, *, delivery_id: str) -> None: ...


class LogAdapter:
    """To try the portal without a gateway: the text, codes too, goes to the log. Never where real people are served."""

    def send(self, number: str, text: str, *, delivery_id: str) -> None:
        logger.info("Short message %s to %s: %s", delivery_id[:12], masked(number), text)


def masked(number: str) -> str:
    """138****1234."""
    return f"{number[:-8]}****{number[-4:]}" if len(number) >= 8 else "*" * len(number)


class NoGateway:
    def send(self, number: str, text: str, *, delivery_id: str) -> None:
        raise NumberRefused("There is no gateway for short messages.")


def reaches_phones() -> bool:
    return bool(settings.SMS_ADAPTER)


def adapter() -> Adapter:
    return import_string(settings.SMS_ADAPTER)() if reaches_phones() else NoGateway()
