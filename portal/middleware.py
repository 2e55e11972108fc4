"""The edge of the portal: what may come in, and what is said when something went wrong inside."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal import errors, mapping
from portal.legible import legible, legible_bytes, legible_url
from portal.refusals import BadInput, MethodRefused, Refusal, TooBig

Next = Callable[[HttpRequest], HttpResponse]

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
BODY_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
METHOD_OVERRIDES = ("HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD", "HTTP_X_METHOD_OVERRIDE")
FORM = "application/x-www-form-urlencoded"
CHARSETS = frozenset({"utf-8", "utf8"})
LONGEST_PATH = 2000
ONLY_SENT = _("Forms are sent to this address; there is no page to look at. Please start again from the home page.")
BROKEN_BYTE = re.compile("%[89A-Fa-f][0-9A-Fa-f]")


class CleanInputMiddleware:
    """Stands before everything that reads a request: sessions, language, views."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            _check(request)
        except Exception as error:
            refusal = mapping.refusal_for(error)
            if refusal is None:
                raise
            return _refuse(request, refusal)
        return self.get_response(request)


class RefusalsMiddleware:
    """Turns what views raise into a page or a problem. The transaction of the view is rolled back by then.

    A method that a view does not take is raised by nobody: its empty answer gets its words here.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        page = errors.page(request, MethodRefused(ONLY_SENT if request.method in ("GET", "HEAD") else ""))
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refusal = mapping.refusal_for(error)
        return errors.page(request, refusal) if refusal else None


def _check(request: HttpRequest) -> None:
    _check_method(request)
    _check_address(request)
    _check_headers(request)
    _check_query(request)
    if request.method in BODY_METHODS:
        _check_body(request)


def _check_method(request: HttpRequest) -> None:
    if request.method not in METHODS or any(name in request.META for name in METHOD_OVERRIDES):
        raise MethodRefused


def _check_address(request: HttpRequest) -> None:
    """Bytes of a path that are no UTF-8 stand in it as percent signs: Django puts them back."""
    path = request.path_info
    readable = legible(path) and not BROKEN_BYTE.search(path) and len(path) <= LONGEST_PATH
    if not readable or not legible_url(request.META.get("QUERY_STRING", "")):
        raise BadInput(_("The address holds characters that cannot be read."))


def _check_headers(request: HttpRequest) -> None:
    for name, value in request.META.items():
        if name.startswith("HTTP_") or name == "CONTENT_TYPE":
            try:
                readable = legible_bytes(value.encode("latin-1"))
            except UnicodeEncodeError:
                readable = False
            if not readable:
                raise BadInput(_("A header of the request holds characters that cannot be read."))
    if (request.content_params or {}).get("charset", "utf-8").lower() not in CHARSETS:
        raise BadInput(_("Please send text as UTF-8."))


def _check_query(request: HttpRequest) -> None:
    for name, values in request.GET.lists():
        if not legible(name) or not all(legible(value) for value in values):
            raise BadInput(mapping.UNREADABLE)
        if len(values) > 1 and name not in settings.REPEATABLE_PARAMETERS:
            raise BadInput(_("The address names one thing twice."), extra={"parameter": name})


def _check_body(request: HttpRequest) -> None:
    """Reading the form here parses it once; the view gets the same object."""
    if request.content_type == "application/json" and _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooBig
    if request.content_type == FORM and not legible_url(request.body.decode("latin-1")):
        raise BadInput(mapping.UNREADABLE)
    for name, values in request.POST.lists():
        if not legible(name) or not all(legible(value) for value in values):
            raise BadInput(mapping.UNREADABLE)
    for _field, uploads in request.FILES.lists():
        if not all(legible(upload.name or "") for upload in uploads):
            raise BadInput(_("The name of a file cannot be read. Please rename it and attach it again."))


def _length(request: HttpRequest) -> int:
    typed = request.META.get("CONTENT_LENGTH") or "0"
    return int(typed) if typed.isdecimal() else 0


def _refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Nobody has chosen the language yet: the cookie or the browser does, where they can be read."""
    try:
        language = translation.get_language_from_request(request)
    except UnicodeError:
        language = settings.LANGUAGE_CODE
    with translation.override(language):
        return errors.page(request, refusal)
