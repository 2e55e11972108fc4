"""The pages for what went wrong, in the reader's language; programs get the same as a problem document."""

import logging
import re
import secrets
import sys
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from portal import mapping, problems
from portal.refusals import BadInput, Failed, Forbidden, Missing, Refusal

log = logging.getLogger(__name__)

OWN_FAULT = 500
NOT_SHOWN = re.compile(
    r"csrf|token|password|^current$|^again$|secret|code|key|version|next|_id$|^id$|^_", re.IGNORECASE
)
SHORTEST_SHOWN = 2
LEADS_BACK = frozenset({401, 403, 409, 422, 429})


def page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page or the problem for a refusal. What was typed is shown again, to be copied.

    A page about our own fault is made without the request: nothing in it may ask the database, which may be the fault.
    """
    if problems.is_api(request.path):
        return problems.response(refusal, request.path)
    own_fault = refusal.status >= OWN_FAULT
    context = {
        "refusal": refusal,
        "status": refusal.status,
        "title": refusal.title,
        "detail": refusal.detail,
        "extra": refusal.extra,
        "reference": refusal.extra.get("reference", ""),
        "retry_after": refusal.retry_after,
        "typed": typed(request),
        "back": "" if own_fault else _back(request, refusal),
    }
    names = [f"{refusal.status}.html", "500.html"] if own_fault else ["errors/error.html"]
    text = render_to_string(names, context, None if own_fault else request)
    response = HttpResponse(text, status=refusal.status, headers=problems.retry_header(refusal))
    add_never_cache_headers(response)
    return response


def typed(request: HttpRequest) -> dict[str, str]:
    """The texts that somebody wrote into the form; no secrets, no numbers of rows, no signs of the machinery."""
    posted = getattr(request, "_post", None) if request.method == "POST" else None
    if not posted:
        return {}
    values = [value.strip() for name, row in posted.lists() if not NOT_SHOWN.search(name) for value in row]
    shown = [value for value in values if len(value) >= SHORTEST_SHOWN and not value.isdecimal()]
    return {_("Entry %(number)d") % {"number": number}: value for number, value in enumerate(shown, start=1)}


def _back(request: HttpRequest, refusal: Refusal) -> str:
    """Where the form was: said by the refusal, or the page that sent it, when it is ours."""
    return str(refusal.extra.get("back") or (came_from(request) if refusal.status in LEADS_BACK else ""))


def came_from(request: HttpRequest) -> str:
    """The address of the page that sent the request, when it is ours, else ""."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return ""
    parts = urlsplit(page)
    return escape_leading_slashes(f"{parts.path}?{parts.query}".rstrip("?"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, mapping.refusal_for(exception) or BadInput())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, Forbidden())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, Missing())


def failed(request: HttpRequest) -> HttpResponse:
    """Called while the exception is being handled: a database that is away is 503, the rest is ours and gets a
    number.
    """
    error = sys.exception()
    refusal = mapping.refusal_for(error)
    if refusal is None:
        reference = secrets.token_hex(4)
        log.error("%s %s failed, reference %s", request.method, request.path, reference, exc_info=error)
        refusal = Failed(reference=reference)
    return page(request, refusal)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from elsewhere; the text in it is not lost."""
    return page(request, StaleForm())


class StaleForm(Forbidden):
    """The secret against forged requests was missing or old."""

    title = _("This form is too old to be accepted")
    detail = _(
        "It was opened before you signed in or out, or cookies are switched off. Open the page again and send it anew."
    )
