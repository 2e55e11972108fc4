"""One order of tests with everything beneath it: for its enterprise, the desk, and the laboratory that has taken it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.boards.asking import WishForm
from services.boards.ordering import MAY_ORDER, may_order
from services.boards.testing import actions
from services.boards.testing.board import APP, ORDERS
from services.boards.testing.forms import HandOverForm, ItemForm, ResultForm, SampleForm
from services.boards.testing.models import Item, Order, OrderedCase, Sample
from services.catalogue.models import Board

Kind = OrderedCase.Kind
RECORDS = ("boards.keep", "delivery.work")


@requires("boards.keep", "boards.read", "delivery.work")
@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _order(request, pk))


@requires("boards.keep")
@require_POST
@once
def add_sample(request: HttpRequest, pk: int) -> HttpResponse:
    row = _order(request, pk)
    form = SampleForm(request.POST, order=row, auto_id="sample_%s")
    if not form.is_valid():
        return _page(request, row, sample_form=form)
    actions.add_sample(row, form.columns, by=request.user)
    messages.success(request, _("Entered."))
    return redirect(row)


@requires("boards.keep")
@require_POST
@once
def add_item(request: HttpRequest, pk: int) -> HttpResponse:
    row = _order(request, pk)
    form = ItemForm(request.POST, order=row, auto_id="item_%s")
    if not form.is_valid():
        return _page(request, row, item_form=form)
    actions.add_item(row, form.columns, by=request.user)
    messages.success(request, _("Entered."))
    return redirect(row)


@requires(*RECORDS)
@require_POST
@once
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gave the sample to whom, when."""
    sample = get_object_or_404(Sample.objects.visible_to(request.user).select_related("order__enterprise"), pk=pk)
    form = HandOverForm(request.POST, sample=sample, now=timezone.now(), auto_id=f"custody{pk}_%s")
    if not form.is_valid():
        return _page(request, sample.order, custody={sample.pk: form})
    actions.hand_over(sample, form.columns, by=request.user, now=timezone.now())
    messages.success(request, _("The hand-over is noted."))
    return redirect(sample.order)


@requires(*RECORDS)
@require_POST
@once
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """What was measured of one item."""
    item = _item(request, pk)
    form = ResultForm(request.POST, item=item, auto_id=f"result{pk}_%s")
    if not form.is_valid():
        return _page(request, item.order, results={item.pk: form})
    actions.record(item, **form.cleaned_data, by=request.user)
    messages.success(request, _("The result is recorded."))
    return redirect(item.order)


@requires(*MAY_ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The order becomes a case of the centre."""
    return _send(request, _order(request, pk), Kind.TEST)


@requires(*MAY_ORDER)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def send_item(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A disputed result is tested again elsewhere, or a failure gets help."""
    if kind not in (Kind.RETEST, Kind.RECTIFY):
        raise Http404
    item = _item(request, pk)
    return _send(request, item.order, Kind(kind), item)


def _send(request: HttpRequest, row: Order, kind: OrderedCase.Kind, item: Item | None = None) -> HttpResponse:
    form = WishForm(request.POST or None, initial={"text": _wish(row, kind, item)}, user=request.user)
    if request.method != "POST" or not form.is_valid():
        context = {**_around(row), "kind": kind, "item": item, "form": form}
        return render(request, "testing/send.html", context, status=422 if form.is_bound else 200)
    case = actions.send(
        row,
        kind,
        form.cleaned_data["text"],
        asking=form.asking(),
        now=timezone.now(),
        item=item,
    )
    messages.success(request, _("Sent to the centre as %(number)s.") % {"number": case.number})
    return redirect(case)


def _around(row: Order) -> dict[str, Any]:
    board = Board.objects.filter(slug=APP.slug).first()
    return {"app": APP, "board": board, "row": row, "enterprise": row.enterprise, "register": ORDERS}


def _page(
    request: HttpRequest,
    row: Order,
    *,
    sample_form: SampleForm | None = None,
    item_form: ItemForm | None = None,
    custody: dict[int, HandOverForm] | None = None,
    results: dict[int, ResultForm] | None = None,
) -> HttpResponse:
    user, now = request.user, timezone.now()
    keeps, sends = user.has_perm("boards.keep"), may_order(user) and not row.retired_at
    cases = list(row.cases.select_related("case", "item").order_by("-pk"))
    open_for = {(one.kind, one.item_id) for one in cases if one.case.is_open}

    samples = list(row.samples.prefetch_related("hand_overs__noted_by").order_by("pk"))
    items = list(row.items.select_related("sample").order_by("sample_id", "pk"))
    for one in items:
        one.order = row
    context = {
        **_around(row),
        "keeps": keeps and not row.retired_at,
        "samples": [(one, _lines(one), (custody or {}).get(one.pk) or _custody(one, now)) for one in samples],
        "items": [
            (one, (results or {}).get(one.pk) or _result(one), _asked(one, open_for) if sends else []) for one in items
        ],
        "reports": row.reports.order_by("-issued_on", "-pk"),
        "cases": cases if not user.has_perm("delivery.work") else [],
        "records": any(user.has_perm(one) for one in RECORDS) and not row.retired_at,
        "sample_form": sample_form or SampleForm(order=row, auto_id="sample_%s"),
        "item_form": item_form or ItemForm(order=row, auto_id="item_%s"),
        "may_send": sends and items and (Kind.TEST, None) not in open_for,
    }
    bound = sample_form or item_form or custody or results
    return render(request, "testing/order.html", context, status=422 if bound else 200)


def _lines(sample: Sample) -> list[Any]:
    return sorted(sample.hand_overs.all(), key=lambda one: (one.at, one.pk), reverse=True)


def _custody(sample: Sample, now: Any) -> HandOverForm:
    lines = _lines(sample)
    initial = {"at": timezone.localtime(now), "given_by": lines[0].taken_by if lines else ""}
    return HandOverForm(initial=initial, sample=sample, now=now, auto_id=f"custody{sample.pk}_%s")


def _result(item: Item) -> ResultForm:
    kept = {name: getattr(item, name) for name in ("value", "judgement", "subcontracted_to", "version")}
    return ResultForm(initial=kept, item=item, auto_id=f"result{item.pk}_%s")


def _asked(item: Item, open_for: set[tuple[str, int | None]]) -> list[OrderedCase.Kind]:
    """What the enterprise may order because of the result, unless it is under way."""
    kinds = [Kind.RETEST, Kind.RECTIFY] if item.failed else [Kind.RETEST] if item.judgement else []
    return [kind for kind in kinds if (kind, item.pk) not in open_for]


def _wish(row: Order, kind: str, item: Item | None) -> str:
    facts = {"product": row.product, "reference": row.reference}
    if kind == Kind.TEST:
        return _("Please find a laboratory for the tests of “%(product)s” (order %(reference)s).") % facts
    facts |= {"item": item.parameter if item else "", "laboratory": actions.first_laboratory(row)}
    if kind == Kind.RETEST:
        return _("“%(item)s” of “%(product)s” is disputed. Please have it tested again, not by %(laboratory)s.") % facts
    return _("“%(item)s” of “%(product)s” has failed. Please help us to find the cause and put it right.") % facts


def _order(request: HttpRequest, pk: int) -> Order:
    found: Order = get_object_or_404(Order.objects.visible_to(request.user).select_related("enterprise"), pk=pk)
    return found


def _item(request: HttpRequest, pk: int) -> Item:
    return get_object_or_404(Item.objects.visible_to(request.user).select_related("order__enterprise", "sample"), pk=pk)
