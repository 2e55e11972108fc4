"""The portfolio, the year, and one deadline: what it rests on, that it is done, or a service ordered for it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from enterprises.models import Enterprise
from portal import words
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.boards.asking import WishForm
from services.boards.board import Link
from services.boards.ip import actions
from services.boards.ip import portfolio as holdings
from services.boards.ip.board import APP, PORTFOLIO, RIGHTS, YEAR
from services.boards.ip.forms import DoneForm
from services.boards.ip.models import Deadline, Order
from services.boards.ip.states import RightState
from services.boards.ordering import MAY_ORDER, may_order
from services.catalogue.models import Board

YEARS_AROUND = 60


@requires("boards.keep", "boards.read")
@require_safe
def portfolio(request: HttpRequest, enterprise: int) -> HttpResponse:
    """What the enterprise holds by kind and state, and the next fees."""
    owner = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=enterprise)
    today = timezone.localdate()
    lines = holdings.counts(owner)
    context = {
        **_around(owner, PORTFOLIO),
        "lines": lines,
        "states": [state.label for state in RightState],
        "total": sum(line.total for line in lines),
        "fees": [(one, one.standing(today)) for one in holdings.next_fees(owner, today)],
        "rights": RIGHTS,
        "may_keep": request.user.has_perm("boards.keep"),
    }
    return render(request, "ip/portfolio.html", context)


@requires("boards.keep", "boards.read")
@require_safe
def year(request: HttpRequest, enterprise: int) -> HttpResponse:
    """Everything due in one year, month by month; ``?year=``, else this one."""
    owner = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=enterprise)
    today = timezone.localdate()
    number = _year(request.GET.get("year", ""), today.year)
    months = holdings.year(owner, number)
    context = {
        **_around(owner, YEAR),
        "year": number,
        "this_year": today.year,
        "months": [(month, [(one, one.standing(today)) for one in month.deadlines]) for month in months],
        "any": any(month.deadlines for month in months),
    }
    return render(request, "ip/year.html", context)


@requires("boards.keep", "boards.read")
@require_safe
def deadline(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _deadline(request, pk))


@requires("boards.keep")
@require_POST
@once
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that it is done, with the day and the proof."""
    row = _deadline(request, pk)
    form = DoneForm(request.POST, today=timezone.localdate(), auto_id="done_%s")
    if not form.is_valid():
        return _page(request, row, done_form=form)
    actions.done(row, on=form.cleaned_data["done_on"], note=form.cleaned_data["done_note"], by=request.user)
    messages.success(request, _("Noted. There will be no more reminders of it."))
    return redirect(row)


@requires("boards.keep")
@require_POST
@once
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """It was not done after all."""
    row = _deadline(request, pk)
    actions.take_back(row, by=request.user)
    messages.success(request, _("It is open again."))
    return redirect("boards:entry", APP.slug, RIGHTS.slug, row.right_id)


@requires(*MAY_ORDER)
@require_POST
@once
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """A case for this deadline."""
    row = _deadline(request, pk)
    form = WishForm(request.POST, user=request.user, auto_id="order_%s")
    if not form.is_valid():
        return _page(request, row, order_form=form)
    case = actions.order(
        row,
        form.cleaned_data["text"],
        asking=form.asking(),
        now=timezone.now(),
    )
    messages.success(request, _("Sent to the centre as %(number)s.") % {"number": case.number})
    return redirect(case)


def _page(
    request: HttpRequest, row: Deadline, *, done_form: DoneForm | None = None, order_form: WishForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    standing, bound = row.standing(today), done_form or order_form
    may_keep = request.user.has_perm("boards.keep") and not row.right.retired_at
    orderable = may_order(request.user) and standing in ("open", "grace", "coming")
    orders = Order.objects.filter(deadline=row).select_related("case").order_by("-pk")
    context = {
        **_around(row.right.enterprise, None),
        "row": row,
        "standing": standing,
        "today": today,
        "may_keep": may_keep,
        "orders": orders,
        "done_form": done_form or DoneForm(initial={"done_on": today}, today=today, auto_id="done_%s"),
    }
    if orderable and not any(one.case.is_open for one in orders):
        context["order_form"] = order_form or WishForm(
            initial={"text": _wish(row)}, user=request.user, auto_id="order_%s"
        )
    return render(request, "ip/deadline.html", context, status=422 if bound else 200)


def _wish(row: Deadline) -> str:
    """What the form begins with; whoever sends it may say it otherwise."""
    facts = {
        "rule": row.rule.name,
        "kind": row.right.get_kind_display(),
        "title": row.right.title,
        "number": row.right.full_number,
        "day": date_format(row.due_on, _("j M Y")),
    }
    return _("%(rule)s of the %(kind)s “%(title)s” (%(number)s), due on %(day)s: please find us help.") % facts


def _deadline(request: HttpRequest, pk: int) -> Deadline:
    rows = Deadline.objects.visible_to(request.user).select_related("right__enterprise", "rule__item", "result")
    return get_object_or_404(rows, pk=pk)


def _year(typed: str, this_year: int) -> int:
    """What cannot be read is this year."""
    return min(max(words.whole(typed) or this_year, this_year - YEARS_AROUND), this_year + YEARS_AROUND)


def _around(enterprise: Enterprise, here: Link | None) -> dict[str, Any]:
    return {
        "app": APP,
        "board": Board.objects.filter(slug=APP.slug).first(),
        "enterprise": enterprise,
        "here": here,
        "tabs": APP.tabs(enterprise, here),
    }
