"""How long a session lives: idle 15 minutes for staff and 30 for others, 12 hours at most.

That a password, a role or an account changed is noticed before, by the session's own hash (``User``) and the backend.
"""

from collections.abc import Callable

from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.accounts import sessions
from portal.accounts.models import User

WRITTEN_EVERY = 60
"""Seconds between two writes of the time somebody was last seen."""

BACKGROUND = "X-Background"
"""A request that a page makes by itself (polling) carries this header and is no sign of life."""


class SessionLimitsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = get_user(request) if request.session.session_key else None
        if isinstance(person, User):
            request.user = person  # not the promise of one, whose every attribute is three calls
            _keep_or_end(request)
        return self.get_response(request)


def _keep_or_end(request: HttpRequest) -> None:
    now = timezone.now()
    if sessions.over(request.session, request.user, now=now):
        logout(request)
        request.session[sessions.ENDED] = True
        return
    stamp = int(now.timestamp())
    if stamp - request.session[sessions.SEEN] >= WRITTEN_EVERY and BACKGROUND not in request.headers:
        request.session[sessions.SEEN] = stamp
