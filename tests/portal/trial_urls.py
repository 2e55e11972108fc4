"""Addresses that only tests have, beside all others: views that raise what real ones must never raise unseen."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import DataError, IntegrityError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.accounts.models import Attempt, User
from portal.idempotency.keys import once, once_api
from portal.permissions import Allows
from portal.refusals import Conflict, Gone, TooMany, Unavailable, Unprocessable

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.failed"


class StaleState(Conflict):
    detail = _("This has changed since you opened the page. Please look at it as it is now.")


AT = datetime(2026, 11, 23, 2, 32, tzinfo=UTC)


def _sql(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)


def _raise(error: Exception) -> None:
    raise error


FAULTS: dict[str, Any] = {
    "conflict": lambda: _raise(StaleState(extra={"who": "张三", "did": "accepted", "at": AT})),
    "gone": lambda: _raise(Gone()),
    "unprocessable": lambda: _raise(Unprocessable()),
    "too-many": lambda: _raise(TooMany(retry_after=90)),
    "unavailable": lambda: _raise(Unavailable()),
    "missing": lambda: _raise(Http404()),
    "forbidden": lambda: _raise(PermissionDenied()),
    "suspicious": lambda: _raise(SuspiciousOperation()),
    "validation": lambda: _raise(ValidationError("not a date")),
    "bug": lambda: _raise(RuntimeError("secret detail")),
    "too-long": lambda: User.objects.create(username="x" * 151),
    "nul": lambda: _sql("""SELECT '"\\u0000"'::jsonb"""),
    "limit": lambda: _sql("SELECT chr(0)"),
    "number": lambda: _sql("SELECT 99999999999::int"),
    "deadlock-like": lambda: _sql("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$"),
    "lock": lambda: _sql("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '55P03'; END $$"),
    "cancelled": lambda: _sql("SET LOCAL statement_timeout = 20; SELECT pg_sleep(1)"),
    "taken": lambda: [User.objects.create(username="twice") for _ in range(2)],
    "named": lambda: Attempt.objects.bulk_create(
        [Attempt(door="d", key="k", window_started_at="2026-11-21T00:00Z")] * 2
    ),
    "null": lambda: User.objects.create(username=None),
    "away": lambda: _raise(OperationalError("server closed the connection")),
    "unnamed": lambda: _raise(IntegrityError("no constraint told")),
    "data": lambda: _raise(DataError("some value")),
    "surrogate": lambda: User.objects.filter(username="\ud800").first(),
}


@login_not_required
def fault(request: HttpRequest, name: str) -> HttpResponse:
    Attempt.objects.create(door="trace", key=name, window_started_at="2026-11-21T00:00Z")
    FAULTS[name]()
    return HttpResponse("no fault")


@api_view(["GET", "POST"])
@permission_classes([AllowAny])
def api_fault(request: Request, name: str) -> Response:
    Attempt.objects.create(door="trace", key=name, window_started_at="2026-11-21T00:00Z")
    FAULTS[name]()
    return Response("no fault")


@login_not_required
def echo(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"get": request.GET.dict(), "post": request.POST.dict(), "files": list(request.FILES)})


class ApiEcho(APIView):
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        return Response({"query": request.query_params.dict()})

    def post(self, request: Request) -> Response:
        return Response({"data": request.data})


class Forgotten(APIView):
    """Nobody thought of a permission."""

    def get(self, request: Request) -> Response:
        return Response("open")


class ForWorkers(APIView):
    permission_classes = [Allows("delivery.work")]

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.username})


@login_not_required
@once
def count_page(request: HttpRequest) -> HttpResponse:
    """One row per effect; a form with an error when there is no text."""
    if request.POST.get("text") == "bad":
        return HttpResponse("please correct", status=422)
    row = Attempt.objects.create(door="effect", key=str(Attempt.objects.count()), window_started_at="2026-11-21T00:00Z")
    if request.POST.get("text") == "late failure":
        raise StaleState
    return redirect(f"/effects/{row.pk}/")


@login_not_required
def count_page_unguarded(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_attempt (door, key, window_started_at, count) "
            "VALUES ('effect', gen_random_uuid(), now(), 1)"
        )
    return redirect("/effects/")


class ApiCount(APIView):
    permission_classes = [AllowAny]

    @once_api
    def post(self, request: Request) -> Response:
        if request.data.get("text") == "conflict":
            raise StaleState
        if request.data.get("text") == "refused":
            return Response({"why": "no"}, status=400)
        row = Attempt.objects.create(
            door="effect", key=str(Attempt.objects.count()), window_started_at="2026-11-21T00:00Z"
        )
        return Response(
            {"id": row.pk, "at": row.window_started_at}, status=201, headers={"Location": f"/effects/{row.pk}/"}
        )

    @once_api
    def get(self, request: Request) -> Response:
        return Response({"count": Attempt.objects.filter(door="effect").count()})


urlpatterns = [
    path("trial/fault/<slug:name>/", fault),
    path("api/trial/fault/<slug:name>/", api_fault),
    path("trial/echo/", echo),
    path("api/trial/echo/", ApiEcho.as_view()),
    path("api/trial/forgotten/", Forgotten.as_view()),
    path("api/trial/workers/", ForWorkers.as_view()),
    path("trial/count/", count_page),
    path("trial/count-unguarded/", count_page_unguarded),
    path("api/trial/count/", ApiCount.as_view()),
    path("", include("portal.urls")),
]
