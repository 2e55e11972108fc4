"""The desk's page of one need: who may be asked and why, who may not and why; and the record of what was chosen."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.access import requires
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.idempotency.keys import once
from services.cases.models import Need, Referral
from services.cases.states import NeedState, ReferralState
from services.routing import actions, explaining
from services.routing.actions import JOINED, ReasonMissing
from services.routing.forms import OfferForm, RecallForm
from services.routing.models import MatchRecord


@require_safe
@requires("routing.offer")
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """Ranks afresh while the need seeks; afterwards shows what was offered."""
    return _page(request, get_object_or_404(_needs(request), pk=pk))


@requires("routing.offer")
@require_POST
@once
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_needs(request), pk=pk)
    form = OfferForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    chosen, reason = form.cleaned_data["institution"], form.cleaned_data["reason"]
    try:
        actions.offer(row, chosen, by=request.user, now=timezone.now(), reason=reason)
    except ReasonMissing as missing:
        form.add_error("reason", str(missing.detail))
        return _page(request, row, form, status=422)
    messages.success(request, _("Offered to %(institution)s. It has been told.") % {"institution": chosen.name})
    return redirect("routing:need", pk=row.pk)


@requires("routing.offer")
@require_POST
@once
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    form = RecallForm(request.POST, auto_id="recall_%s")
    if not form.is_valid():
        row = get_object_or_404(_needs(request), pk=referral.need_id)
        return _page(request, row, recalled=form, status=422)
    actions.recall(referral, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("The offer has been taken back. The need is seeking again."))
    return redirect("routing:need", pk=referral.need_id)


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record in the words of whoever reads it."""
    joined = ("need__item", "need__board", "need__case", "chosen", "first", "by", "referral")
    row = get_object_or_404(MatchRecord.objects.visible_to(request.user).select_related(*joined), pk=pk)
    return render(request, "routing/record.html", {"record": row, **_register(row, request.user)})


def _register(row: MatchRecord, user: User) -> dict[str, Any]:
    if user.reads_cases:
        return {"staff": explaining.for_staff(row)}
    if user.role == Role.PROVIDER:
        return {"institution": explaining.for_institution(row, row.chosen_id)}
    return {"enterprise": explaining.for_enterprise(row)}


def _needs(request: HttpRequest) -> QuerySet[Need]:
    return Need.objects.visible_to(request.user).select_related(*JOINED)


def _page(
    request: HttpRequest,
    row: Need,
    form: forms.Form | None = None,
    *,
    recalled: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    offers = list(
        Referral.objects.visible_to(request.user)
        .filter(need=row)
        .select_related("institution", "handler", "match_record")
        .order_by("-pk")
    )
    waiting = next((one for one in offers if one.state == ReferralState.OFFERED), None)
    seeking = row.state == NeedState.SEEKING
    context = {
        "need": row,
        "offers": offers,
        "waiting": waiting,
        "match": explaining.for_staff(actions.rank(row, today=timezone.localdate())) if seeking else None,
        "form": form or OfferForm(),
        "asked": str(form.data.get("institution", "")) if form else "",
        "recall": recalled
        or (RecallForm(initial={"version": waiting.version}, auto_id="recall_%s") if waiting else None),
        "trail": [(row.case.number, row.case.get_absolute_url()), (row.item.name, "")],
    }
    return render(request, "routing/need.html", context, status=status)
