"""The door of a page: which permission opens it, and what becomes of those who are not signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from portal import errors
from portal.refusals import Refusal

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

BACKGROUND = "X-Background"
"""A request that a page makes by itself (polling) carries this header and is no sign of life."""

ASKING = frozenset({"GET", "HEAD", "OPTIONS"})


class SignedOut(Refusal):
    """A form came after its session had ended."""

    status = 401
    title = _("You are signed out")
    detail = _("Your session had ended, so what you sent was not accepted. Sign in and send it again.")


def turned_away(request: HttpRequest, door: str | None = None) -> HttpResponse:
    """The sign-in page, which leads back. A form cannot be asked for again: its answer keeps what was typed; and a
    page that asks by itself is told so, and asks on: somebody may sign in in another tab.
    """
    if BACKGROUND in request.headers:
        return HttpResponse(status=204, headers={"HX-Trigger": "signed-out"})
    if request.method in ASKING:
        return redirect_to_login(request.get_full_path(), door)
    return errors.page(request, SignedOut())


def requires(*permissions: str) -> Callable[[View], View]:
    """The page opens to roles that hold one of `permissions`; others get the 403 page, the anonymous are turned
    away.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return turned_away(request)
            if not any(request.user.has_perm(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate
