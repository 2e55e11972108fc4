"""How often somebody may try one door: counters in PostgreSQL, each raised by one atomic statement.

A cache would count get-then-set, and forget with its server. Count *before* what is counted is evaluated.
"""

import ipaddress
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.accounts.models import Attempt, digest
from portal.refusals import TooMany

COUNT = """
INSERT INTO accounts_attempt AS tried (door, key, window_started_at, count)
VALUES (%(door)s, %(key)s, %(now)s, 1)
ON CONFLICT (door, key) DO UPDATE SET
  count = CASE
    WHEN tried.window_started_at <= %(now)s - CASE WHEN tried.count >= %(limit)s THEN %(lock)s ELSE %(window)s END
    THEN 1 ELSE LEAST(tried.count, 1000000) + 1 END,
  window_started_at = CASE
    WHEN tried.window_started_at <= %(now)s - CASE WHEN tried.count >= %(limit)s THEN %(lock)s ELSE %(window)s END
    THEN %(now)s
    WHEN %(locks)s AND tried.count + 1 = %(limit)s THEN %(now)s
    ELSE tried.window_started_at END
RETURNING count, window_started_at
"""
IPV6_NETWORK = 64


def hit(door: str, key: str, *, limit: int, window: timedelta, now: datetime, lock: timedelta | None = None) -> None:
    """Count one try; the first `limit` in a `window` pass.

    :param lock: how long the door stays shut once the limit is reached, counted from the last try that passed;
    without it
        the door opens again with the next window.
    :raises TooMany: says when to come back.
    """
    values: dict[str, Any] = {
        "door": door,
        "key": digest(key),
        "now": now,
        "limit": limit,
        "window": window,
        "lock": lock or window,
        "locks": lock is not None,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        count, started = cursor.fetchone()
    if count > limit:
        opens = started + (lock or window)
        raise TooMany(_until(opens, now), retry_after=max(1, ceil((opens - now).total_seconds())))


def clear(door: str, key: str) -> None:
    """Forget the tries: whoever it is has shown who they are."""
    Attempt.objects.filter(door=door, key=digest(key)).delete()


def network(request: HttpRequest | None) -> str:
    """Where a request comes from: its address, for IPv6 its network. Only our own proxies are believed."""
    found = address(request) if request is not None else ""
    try:
        parsed = ipaddress.ip_address(found)
    except ValueError:
        return found
    return str(ipaddress.ip_network(f"{parsed}/{IPV6_NETWORK}", strict=False)) if parsed.version == 6 else found


def address(request: HttpRequest) -> str:
    """The address of whoever asks, behind our own proxies; may be empty on a Unix socket."""
    sender = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    while hops and (sender in settings.TRUSTED_PROXIES or not sender):
        sender = hops.pop()
    return sender


def _until(opens: datetime, now: datetime) -> str:
    minutes = ceil((opens - now).total_seconds() / 60)
    if minutes <= 1:
        return _("Too many tries. Please wait a minute.")
    return _("Too many tries. Please come back after %(time)s, in %(minutes)d minutes.") % {
        "time": time_format(localtime(opens), "H:i"),
        "minutes": minutes,
    }
