"""Who is not signed in is turned away; and how long a session lives: idle 15 minutes for staff and 30 for others, 12
hours at most.

That a password, a role or an account changed is noticed before, by the session's own hash (``User``) and the backend.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout, middleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.accounts import sessions
from portal.accounts.access import BACKGROUND, turned_away
from portal.accounts.models import User

WRITTEN_EVERY = 60
"""Seconds between two writes of the time somebody was last seen."""


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Every page is for those who are signed in, but for those that say otherwise."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        return turned_away(request, self.get_login_url(view_func))


class SessionLimitsMiddleware:
    """Ends sessions. No browser keeps what the signed in are shown: after them Back shows it to nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = middleware.get_user(request) if request.session.session_key else None
        if not isinstance(person, User):
            return self.get_response(request)
        request.user = person  # not the promise of one, whose every attribute is three calls
        _keep_or_end(request)
        response = self.get_response(request)
        response.setdefault("Cache-Control", "private, no-store")
        return response


def _keep_or_end(request: HttpRequest) -> None:
    now = timezone.now()
    if sessions.over(request.session, request.user, now=now):
        logout(request)
        request.session[sessions.ENDED] = True
        return
    stamp = int(now.timestamp())
    if stamp - request.session[sessions.SEEN] >= WRITTEN_EVERY and BACKGROUND not in request.headers:
        request.session[sessions.SEEN] = stamp
