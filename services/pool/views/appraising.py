"""The quarterly sheets: their list, one of them, and a whole quarter to take along."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import paging
from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.idempotency.keys import once
from portal.tables import writing
from services.pool import quarters, sheets
from services.pool.actions import appraising
from services.pool.forms.standing import AppraisalsForm, AppraiseForm
from services.pool.models import Appraisal

QUARTERS_SHOWN = 12


@requires("pool.read")
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """One quarter, the last unless another is asked for."""
    known = quarters.recent(timezone.now(), QUARTERS_SHOWN)
    form = AppraisalsForm(request.GET, quarters=known)
    wanted = form.cleaned_data if form.is_valid() else {}
    quarter = wanted.get("quarter") or known[0]
    page = paging.newest_first(_chosen(request, quarter, wanted.get("state", "")), request)
    return render(request, "pool/appraisals.html", {"form": form, "page": page, "quarter": quarter})


def _chosen(request: HttpRequest, quarter: str, state: str) -> QuerySet[Appraisal]:
    found = Appraisal.objects.visible_to(request.user).filter(quarter=quarter).select_related("institution")
    return found.filter(decided_at__isnull=state == "open") if state else found


@requires("pool.read", "delivery.work")
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(request: HttpRequest, row: Appraisal, form: Any = None) -> HttpResponse:
    before = Appraisal.objects.filter(institution=row.institution, quarter__lt=row.quarter).order_by("-quarter").first()
    context = {
        "appraisal": row,
        "groups": sheets.groups(row.figures, before.figures if before else {}),
        "before": before,
        "form": form or AppraiseForm(),
        "decides": row.decided_at is None and request.user.has_perm("pool.curate"),
    }
    return render(request, "pool/appraisal.html", context, status=422 if form else 200)


@requires("pool.curate")
@require_POST
@once
def appraise(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _visible(request, pk), AppraiseForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    appraising.decide(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Appraised. The institution can read the sheet now."))
    return redirect("pool:appraisal", pk=pk)


@requires("pool.read")
@require_safe
def export(request: HttpRequest, quarter: str, ending: str) -> HttpResponseBase:
    """All sheets of a quarter as a table."""
    if quarters.named(quarter) is None or ending not in writing.FORMATS:
        raise Http404
    found = _chosen(request, quarter, "").select_related("decided_by").order_by("institution__name_zh")
    audit.record(request.user, "downloaded", f"appraisals:{quarter}")
    return writing.response(f"{_('appraisals')}-{quarter}", ending, sheets.header(), _lines(found))


def _lines(found: QuerySet[Appraisal]) -> Iterator[list[Any]]:
    for row in found.iterator(chunk_size=500):
        yield sheets.line(row)


def _visible(request: HttpRequest, pk: int) -> Appraisal:
    rows = Appraisal.objects.visible_to(request.user).select_related("institution", "decided_by")
    return get_object_or_404(rows, pk=pk)
