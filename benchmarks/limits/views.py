"""Who is signed in by one statement, the rows by the fewest, a loop over them, and filler up to the portal's bytes."""

import hashlib
import json
import secrets
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines

from benchmarks.limits.statements import BY_KEY, BY_SESSION, KINDS, WRITE

COOKIE = "bare-session"
PAGE = engines["django"].from_string(
    "<!doctype html><title>{{ who }}</title>{% for rows in parts %}<table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>{% endfor %}"
)
Rows = list[tuple[Any, ...]]


def page(request: HttpRequest, kind: str) -> HttpResponse:
    who = signed_in(request)
    if who is None:
        return HttpResponse(status=403)
    text = PAGE.render({"who": who[1], "parts": rows(kind, {**request.GET.dict(), "user": who[0]})})
    return HttpResponse(filled(text, request))


def data(request: HttpRequest, kind: str) -> HttpResponse:
    """Anybody may read the calendar; everything else needs a token."""
    who = by_token(request)
    parts = rows(kind, {**request.GET.dict(), "user": who[0] if who else 0})
    text = json.dumps(parts, default=str, ensure_ascii=False)
    return HttpResponse(filled(text, request), content_type="application/json")


def write(request: HttpRequest) -> HttpResponse:
    """One case, one line, one clock, one message; ``ATOMIC_REQUESTS`` commits them."""
    who = by_token(request) or signed_in(request)
    if who is None:
        return HttpResponse(status=403)
    values = {**request.POST.dict(), "user": who[0], "number": number()}
    with connection.cursor() as cursor:
        cursor.execute(WRITE, values)
    return HttpResponseRedirect(f"/pages/case/?number={values['number']}")


def number() -> str:
    """Of the year 0, so that it is never one of the portal's."""
    return f"QS-0{secrets.randbelow(10**7):07}-{secrets.randbelow(10**5):05}"


def signed_in(request: HttpRequest) -> tuple[Any, ...] | None:
    return asked(BY_SESSION, request.COOKIES.get(COOKIE, ""))


def by_token(request: HttpRequest) -> tuple[Any, ...] | None:
    key = request.headers.get("Authorization", "").removeprefix("Token ")
    return asked(BY_KEY, hashlib.sha256(key.encode()).hexdigest()) if key else None


def asked(statement: str, value: str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def rows(kind: str, values: dict[str, Any]) -> list[Rows]:
    """The rows of the kind, then what belongs to them."""
    first, *others = KINDS[kind]
    with connection.cursor() as cursor:
        cursor.execute(first, values)
        found = [cursor.fetchall()]
        for statement in others:
            cursor.execute(statement, {"ids": [row[0] for row in found[0]]})
            found.append(cursor.fetchall())
    return found


def filled(text: str, request: HttpRequest) -> bytes:
    body = text.encode()
    return body + b" " * (int(request.GET.get("bytes", "0")) - len(body))
