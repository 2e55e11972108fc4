"""The due list, the month, an order for many instruments and its batch; the registers have the pages of every board."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.models import Enterprise
from portal import words
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.boards.board import Link
from services.boards.metrology import actions, recall
from services.boards.metrology.board import APP, CALENDAR, DUE
from services.boards.metrology.faults import NothingChosen
from services.boards.metrology.forms import MOST, DueForm, OrderForm
from services.boards.metrology.models import Batch, BatchLine, Instrument
from services.boards.ordering import MAY_ORDER, may_order
from services.catalogue.models import Board

SHOWN = MOST


@requires("boards.keep", "boards.read")
@require_safe
def due(request: HttpRequest, enterprise: int) -> HttpResponse:
    """Instruments that are overdue or due soon, to choose from and order."""
    owner, today = _enterprise(request, enterprise), timezone.localdate()
    form = DueForm(request.GET)
    form.is_valid()
    rows = list(recall.listed(request.user, owner, form.cleaned_data, today)[: SHOWN + 1])
    batches = Batch.objects.visible_to(request.user).filter(case__enterprise=owner).select_related("case")
    context = {
        **_around(owner, DUE),
        "form": form,
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "today": today,
        "batches": batches.order_by("-pk")[:5],
        "may_order": may_order(request.user),
    }
    return render(request, "metrology/due.html", context)


@requires("boards.keep", "boards.read")
@require_safe
def calendar(request: HttpRequest, enterprise: int) -> HttpResponse:
    owner, today = _enterprise(request, enterprise), timezone.localdate()
    month = recall.month(request.user, owner, recall.month_of(request.GET.get("month", ""), today))
    context = {**_around(owner, CALENDAR), "month": month, "today": today}
    return render(request, "metrology/calendar.html", context)


@requires(*MAY_ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def order(request: HttpRequest, enterprise: int) -> HttpResponse:
    """Order verification or calibration of the instruments chosen on the due list, which are posted here before the
    form is filled in: addresses are too short for two hundred of them.
    """
    owner = _enterprise(request, enterprise)
    rows = Instrument.objects.visible_to(request.user).kept().filter(enterprise=owner, pk__in=_chosen(request))
    instruments = list(rows.order_by("due_on", "pk"))
    if not instruments:
        raise NothingChosen
    filled = request.POST if "contact" in request.POST else None
    form = OrderForm(filled, user=request.user, instruments=instruments, initial=_suggested(instruments))
    if form.is_valid():
        batch = actions.order(
            [one.pk for one in instruments], form.plan(), enterprise=owner, asking=form.asking(), now=timezone.now()
        )
        messages.success(request, _("Ordered as %(number)s.") % {"number": batch.case.number})
        return redirect(batch)
    context = {**_around(owner, None), "form": form, "instruments": instruments}
    return render(request, "metrology/order.html", context, status=422 if form.is_bound else 200)


@requires("boards.keep", "boards.read")
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """What was ordered together, and what has come of it."""
    row = get_object_or_404(Batch.objects.visible_to(request.user).select_related("case"), pk=pk)
    owner = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=row.case.enterprise_id)
    lines = BatchLine.objects.visible_to(request.user).filter(batch=row).select_related("instrument", "result")
    context = {**_around(owner, None), "batch": row, "lines": lines.order_by("pk")}
    return render(request, "metrology/batch.html", context)


def _chosen(request: HttpRequest) -> set[int]:
    """The rows that were ticked.

    :raises NothingChosen: none, or more than one order takes.
    """
    ticked = (request.POST if request.method == "POST" else request.GET).getlist("row")
    if not ticked or len(ticked) > MOST:
        raise NothingChosen
    return {pk for one in ticked if (pk := words.whole(one))}


def _suggested(instruments: list[Instrument]) -> dict[str, Any]:
    """Where they are used, if that is one place."""
    places = {one.location for one in instruments if one.location}
    return {"address": places.pop() if len(places) == 1 else ""}


def _enterprise(request: HttpRequest, pk: int) -> Enterprise:
    return get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)


def _around(owner: Enterprise, here: Link | None) -> dict[str, Any]:
    board = Board.objects.filter(slug=APP.slug).first()
    return {"app": APP, "board": board, "enterprise": owner, "tabs": APP.tabs(owner, here)}
