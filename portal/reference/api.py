"""Look-ups for select-with-search, open to everybody: a form that needs no account needs them too."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.reference.fields import options_anew
from portal.reference.models import Industry, Region

MOST = 20
"""Hits shown; without a search text the top level is listed whole."""


@login_not_required
@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").strip()
    rows = Region.objects.in_force(timezone.localdate()).choosable().with_parents().order_by("level", "code")
    found = rows.search(typed)[:MOST] if typed else rows.filter(level=Region.Level.PROVINCE)
    hits = [{"code": row.code, "name": row.name, "path": row.path} for row in found]
    return _answer(request, Region.objects.all(), hits)


@login_not_required
@require_safe
def industries(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").strip()
    rows = Industry.objects.order_by("section", "level", "code")
    found = rows.search(typed)[:MOST] if typed else rows.filter(level=Industry.Level.SECTION)
    hits = [{"code": row.code, "name": row.name, "path": f"{row.full_code} {row.name}"} for row in found]
    return _answer(request, Industry.objects.all(), hits)


def _answer(request: HttpRequest, rows: QuerySet[Any], hits: list[dict[str, str]]) -> HttpResponse:
    """Options for htmx, JSON for everybody else."""
    if request.headers.get("HX-Request"):
        return options_anew(request, rows, hits)
    return JsonResponse({"results": hits})
