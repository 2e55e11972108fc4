"""One effect per key: the second sending of the same form or API call gets the first one's answer.

The row is written in the transaction of the effect, so it cannot say that something happened which did not. A second
request with the same key waits on the unique index until the first one is done.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts import limits
from portal.idempotency.models import IdempotencyKey
from portal.idempotency.names import FIELD, HEADER
from portal.refusals import BadInput, Conflict, Unprocessable

View = Callable[..., HttpResponse]
Method = Callable[..., Response]

USABLE = re.compile(r"[\x21-\x7e]{8,200}")
UNHASHED = frozenset({FIELD, "csrfmiddlewaretoken"})
LOCK_NOT_AVAILABLE = "55P03"
KEPT = timedelta(days=7)
PURGED_AT_ONCE = 5000
HTMX_REDIRECTS = ("HX-Redirect", "HX-Location")

TAKE = """
INSERT INTO idempotency_idempotencykey (actor, key, method, path, body_sha256, created_at)
VALUES (%(actor)s, %(key)s, %(method)s, %(path)s, %(body)s, %(now)s)
ON CONFLICT (actor, key) DO NOTHING
RETURNING id
"""


class KeyReused(Unprocessable):
    title = _("This form was sent already")
    detail = _(
        "It was sent before with another text. Open the page again to send something new; what you typed is kept below."
    )


class StillRunning(Conflict):
    title = _("This is being worked on")
    detail = _("The same form was sent a moment ago and is not done yet. Please look again in a few seconds.")
    retry_after = 5


def once(view: View) -> View:
    """A page view whose form carries ``{% idempotency_key %}``; its redirect is remembered, a page with errors is
    not.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not key:
            return view(request, *args, **kwargs)
        with transaction.atomic(savepoint=False):
            row, fresh = _take(request, _actor(request), key, _form_hash(request.POST, request.FILES))
            if not fresh:
                return _page_again(row)
            response = view(request, *args, **kwargs)
            _keep_page(row, response)
        return response

    return guarded


def once_api(method: Method) -> Method:
    """An API method that needs ``Idempotency-Key`` on POST; a success is remembered, a refusal is not."""

    @wraps(method)
    def guarded(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        if request.method != "POST":
            return method(view, request, *args, **kwargs)
        key = request.headers.get(HEADER, "")
        if not key:
            raise BadInput(
                _("Send an Idempotency-Key: a name of your own for this request, the same when you repeat it.")
            )
        with transaction.atomic(savepoint=False):
            row, fresh = _take(request, _actor(request), key, _data_hash(request))
            if not fresh:
                return _answer_again(row)
            response = method(view, request, *args, **kwargs)
            _keep_answer(row, response)
        return response

    return guarded


def purge(*, now: datetime) -> int:
    """Forget answers older than seven days, some thousand at a time."""
    old = IdempotencyKey.objects.filter(created_at__lt=now - KEPT).order_by("created_at").values("pk")[:PURGED_AT_ONCE]
    deleted, _by_model = IdempotencyKey.objects.filter(pk__in=old).delete()
    return deleted


def _take(request: HttpRequest | Request, actor: str, key: str, body_sha256: str) -> tuple[IdempotencyKey, bool]:
    """The row of this key, and whether it is ours to fill.

    :raises KeyReused: the key belongs to another request.
    :raises StillRunning: the first request holds it and did not end in time.
    """
    if not USABLE.fullmatch(key):
        raise BadInput(_("The idempotency key must be 8 to 200 letters, digits or signs."))
    row = IdempotencyKey(actor=actor, key=key, method=request.method or "", path=request.path, body_sha256=body_sha256)
    row.pk = _insert(row)
    if row.pk is not None:
        return row, True
    stored = IdempotencyKey.objects.get(actor=actor, key=key)
    if (stored.method, stored.path, stored.body_sha256) != (row.method, row.path, row.body_sha256):
        raise KeyReused
    return stored, stored.status is None


def _insert(row: IdempotencyKey) -> int | None:
    """The id of the new row, None where the key is taken: one statement says both, and waits for whoever holds it."""
    columns = {name: getattr(row, name) for name in ("actor", "key", "method", "path")}
    try:
        with connection.cursor() as cursor:
            cursor.execute(TAKE, {**columns, "body": row.body_sha256, "now": timezone.now()})
            made = cursor.fetchone()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_NOT_AVAILABLE:
            raise StillRunning from error
        raise
    return made[0] if made else None


def _actor(request: HttpRequest | Request) -> str:
    """Whose key it is. Before sign-in the key of a form is secret enough; a program's is told apart by its network."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return (
        f"network:{limits.network(getattr(request, '_request', request))}" if isinstance(request, Request) else "form"
    )


def _form_hash(fields: QueryDict, files: MultiValueDict[str, UploadedFile]) -> str:
    body = {name: values for name, values in fields.lists() if name not in UNHASHED}
    return _hash([body, {name: [_file_hash(upload) for upload in row] for name, row in files.lists()}])


def _data_hash(request: Request) -> str:
    if isinstance(request.data, QueryDict):
        return _form_hash(request._request.POST, request._request.FILES)
    return _hash(request.data)


def _hash(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def _file_hash(upload: UploadedFile) -> str:
    summed = hashlib.sha256((upload.name or "").encode())
    for chunk in upload.chunks():
        summed.update(chunk)
    upload.seek(0)
    return summed.hexdigest()


def _keep_page(row: IdempotencyKey, response: HttpResponse) -> None:
    moves = {name: response[name] for name in ("Location", *HTMX_REDIRECTS) if response.has_header(name)}
    if moves and response.status_code < 400:
        _fill(row, response.status_code, moves)
    else:
        row.delete()


def _page_again(row: IdempotencyKey) -> HttpResponse:
    moves = dict(row.answer or {})
    if "Location" in moves:
        return HttpResponseRedirect(moves["Location"], status=row.status)
    return HttpResponse(status=row.status, headers=moves)


def _keep_answer(row: IdempotencyKey, response: Response) -> None:
    if response.status_code >= 400:
        row.delete()
        return
    data = json.loads(JSONRenderer().render(response.data)) if response.data is not None else None
    _fill(row, response.status_code, {"data": data, "location": response.headers.get("Location", "")})


def _answer_again(row: IdempotencyKey) -> Response:
    answer = row.answer or {}
    headers = {"Idempotent-Replayed": "true"}
    if answer["location"]:
        headers["Location"] = answer["location"]
    return Response(answer["data"], status=row.status, headers=headers)


def _fill(row: IdempotencyKey, status: int, answer: dict[str, Any]) -> None:
    IdempotencyKey.objects.filter(pk=row.pk).update(status=status, answer=answer)
