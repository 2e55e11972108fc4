"""Public pages read from a replica, where ``REPLICA_URL`` names one.

A view says so by :func:`reads`; within it, tables of ``settings.REPLICA_APPS`` come from the replica and everything
else (people, sessions, keys, what is owed, all rows of tenants) from the primary, as does every write. Whoever sent
something reads from the primary for as long as the replica may lag, so nobody misses what they did. A replica that
lags more than that, or does not answer, is left alone.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.outbox.models import Heartbeat
from portal.outbox.tasks import WORKER

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]

ALIAS = "replica"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOK_SECONDS = 5
LEFT_ALONE_SECONDS = 30
LAG_SECONDS = 60
"""Twice the time between two heartbeats, which are how the age of the replica is seen."""
PIN_SECONDS = LAG_SECONDS + LOOK_SECONDS

_reading: ContextVar[bool] = ContextVar("reading from the replica", default=False)


class Router:
    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return ALIAS if _reading.get() and model._meta.app_label in settings.REPLICA_APPS else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """What is read from here on may be read in order to be written."""
        _reading.set(False)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != ALIAS


class Watch:
    """How old the replica is, looked at every few seconds by each process."""

    def __init__(self) -> None:
        self.next_look = 0.0
        self.fresh = False

    def holds(self) -> bool:
        """While one thread looks, the others go by what was seen last."""
        if time.monotonic() >= self.next_look:
            self.next_look = time.monotonic() + LOOK_SECONDS
            was, self.fresh = self.fresh, self.look()
            if self.fresh != was:
                logger.warning("Public pages are read from the %s", ALIAS if self.fresh else "primary")
        return self.fresh

    def look(self) -> bool:
        try:
            beat = Heartbeat.objects.using(ALIAS).filter(name=WORKER).values_list("beat_at", flat=True).first()
        except DatabaseError:
            self.leave()
            return False
        return beat is not None and timezone.now() - beat <= timedelta(seconds=LAG_SECONDS)

    def leave(self) -> None:
        """It failed; for a while it is not even asked."""
        self.fresh = False
        self.next_look = time.monotonic() + LEFT_ALONE_SECONDS
        logger.warning("The replica failed; it is left alone for %s seconds", LEFT_ALONE_SECONDS)


watch = Watch()


def reads(view: View) -> View:
    """Decorator for public pages. What fails on the replica is read again from the primary."""

    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _may(request):
            return view(request, *args, **kwargs)
        try:
            with _from_the_replica():
                return view(request, *args, **kwargs)
        except DatabaseError:
            if not connections[ALIAS].errors_occurred:
                raise
            watch.leave()
            return view(request, *args, **kwargs)

    return reading


class PinMiddleware:
    """Whoever sends something gets a cookie that lives as long as the replica may not know of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE:
            response.set_cookie(
                settings.PIN_COOKIE_NAME,
                "1",
                max_age=PIN_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _may(request: HttpRequest) -> bool:
    """Programs keep no cookies, so they are never sent there."""
    if ALIAS not in settings.DATABASES or request.method not in SAFE:
        return False
    pinned = settings.PIN_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
    return not pinned and watch.holds()


@contextmanager
def _from_the_replica() -> Iterator[None]:
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)
