"""Pairs that may be one; one pair side by side; what was merged and how it is taken back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import paging
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.twins import actions, moving
from services.twins.forms import MergeForm, UndoForm
from services.twins.models import PERMISSIONS, Kind, MergeRecord, Pair
from services.twins.plans import PLANS, Plan
from services.twins.wording import ALIKE_IN

LATELY = 10


@requires(*PERMISSIONS.values())
@require_safe
def index(request: HttpRequest, kind: str) -> HttpResponse:
    """Open pairs, the newest first, and what was merged lately."""
    plan = _plan(request, kind)
    page = paging.newest_first(Pair.objects.visible_to(request.user).open().filter(kind=plan.kind), request)
    keys = {key for pair in page.rows for key in (pair.first_ref, pair.second_ref)}
    rows = plan.model._base_manager.select_related("region").in_bulk(keys)
    pairs = [
        (pair, rows[pair.first_ref], rows[pair.second_ref], [ALIKE_IN[name] for name in pair.alike])
        for pair in page.rows
        if {pair.first_ref, pair.second_ref} <= rows.keys()
    ]
    merged = MergeRecord.objects.visible_to(request.user).filter(kind=plan.kind).select_related("by").order_by("-pk")
    context = {"plan": plan, "page": page, "pairs": pairs, "merged": merged[:LATELY]}
    return render(request, "twins/list.html", context)


@requires(*PERMISSIONS.values())
@require_http_methods(["GET", "HEAD", "POST"])
@once
def pair(request: HttpRequest, kind: str, kept: int, gone: int) -> HttpResponse:
    """Both side by side, what would move, what has to be chosen; sending it merges them."""
    plan = _plan(request, kind)
    both = plan.rows().select_related("region").in_bulk([kept, gone])
    if len(both) < 2:
        raise Http404
    differences = actions.differences(plan, both[kept], both[gone])
    form = MergeForm(request.POST if request.method == "POST" else None, differences=differences)
    if request.method == "POST" and form.is_valid():
        said = {"by": request.user, "now": timezone.now(), "reason": form.cleaned_data["reason"]}
        row = actions.merge(plan, kept, gone, form.choices(), **said)
        messages.success(request, _("They are one now. For thirty days this can be undone."))
        return redirect("twins:record", row.pk)
    context = {
        "plan": plan,
        "kept": both[kept],
        "gone": both[gone],
        "form": form,
        "lines": _lines(plan, both, kept, gone),
    }
    context["parts"] = moving.preview(plan, both[kept], both[gone])
    return render(request, "twins/pair.html", context, status=422 if form.is_bound else 200)


@requires(*PERMISSIONS.values())
@require_POST
@once
def apart(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Pair.objects.visible_to(request.user), pk=pk)
    actions.keep_apart(row, by=request.user, now=timezone.now())
    messages.success(request, _("Kept apart; this pair is not shown again."))
    return redirect("twins:list", row.kind)


@requires(*PERMISSIONS.values())
@require_http_methods(["GET", "HEAD", "POST"])
@once
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """What was merged; sending a reason takes it back."""
    row = get_object_or_404(MergeRecord.objects.visible_to(request.user).select_related("by", "undone_by"), pk=pk)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.undo(row, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("They are two again, as they were."))
        return redirect("twins:list", row.kind)
    context = {"record": row, "form": form, "may_undo": row.may_be_undone(timezone.now())}
    context |= {"moved": _counted(row.moved), "left": _counted(row.left), "kind": Kind(row.kind)}
    return render(request, "twins/record.html", context, status=422 if form.is_bound else 200)


def _plan(request: HttpRequest, kind: str) -> Plan:
    if kind not in Kind.values:
        raise Http404
    if not request.user.has_perm(PERMISSIONS[Kind(kind)]):
        raise PermissionDenied
    return PLANS[Kind(kind)]


def _lines(plan: Plan, both: dict[int, Any], kept: int, gone: int) -> list[tuple[str, Any, Any]]:
    """Each column with both values, without those of which neither says anything."""
    lines = []
    for name in (*plan.columns, plan.state):
        label = str(plan.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        ours, theirs = actions.shown(both[kept], name), actions.shown(both[gone], name)
        if ours or theirs:
            lines.append((label, ours, theirs))
    return lines


def _counted(keys: dict[str, list[int]]) -> list[tuple[Any, int]]:
    return [(moving.words_of(label), len(rows)) for label, rows in keys.items()]
