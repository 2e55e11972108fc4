"""What an institution sees of its own standing, and says to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from experts.models import Institution
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.pool import evidence
from services.pool.actions import deciding
from services.pool.forms.standing import StandingAppealForm, StandingReplyForm
from services.pool.models import Appraisal, StandingProposal

SHOWN = 10


@requires("delivery.work")
@require_safe
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, why, and what it may do about it; ``?decision=`` shows an earlier one instead of the last."""
    institution = get_object_or_404(Institution.objects.of(request.user), pk=pk)
    return _page(request, institution, request.GET.get("decision", ""))


def _page(request: HttpRequest, institution: Institution, wanted: str, **bound: Any) -> HttpResponse:
    told = StandingProposal.objects.visible_to(request.user).filter(institution=institution).whole()
    rows = list(told.order_by("-pk")[:SHOWN])
    now = timezone.now()
    shown = next((row for row in rows if str(row.pk) == wanted), rows[0] if rows else None)
    context = {
        "institution": institution,
        "shown": shown,
        "figures": evidence.of(shown) if shown else [],
        "may_reply": shown is not None and shown.may_reply(now),
        "may_appeal": shown is not None and shown.may_appeal(now),
        "others": [(row, row.may_reply(now) or row.may_appeal(now)) for row in rows if row != shown],
        "changes": institution.standing_changes.order_by("-pk")[:SHOWN],
        "sheets": Appraisal.objects.visible_to(request.user).filter(institution=institution).order_by("-quarter")[:8],
        "reply_form": bound.get("reply") or StandingReplyForm(auto_id="reply_%s"),
        "appeal_form": bound.get("appeal") or StandingAppealForm(auto_id="appeal_%s"),
        "reply_wrong": "reply" in bound,
        "appeal_wrong": "appeal" in bound,
    }
    return render(request, "pool/own_standing.html", context, status=422 if bound else 200)


@requires("delivery.work")
@require_POST
@once
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _told(request, pk), StandingReplyForm(request.POST, request.FILES, auto_id="reply_%s")
    if not form.is_valid():
        return _page(request, row.institution, str(row.pk), reply=form)
    said = form.cleaned_data
    deciding.reply(row, text=said["text"], uploads=said["attachments"], by=request.user, now=timezone.now())
    messages.success(request, _("Your reply is with the centre."))
    return redirect("pool:own_standing", pk=row.institution_id)


@requires("delivery.work")
@require_POST
@once
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _told(request, pk), StandingAppealForm(request.POST, request.FILES, auto_id="appeal_%s")
    if not form.is_valid():
        return _page(request, row.institution, str(row.pk), appeal=form)
    said = form.cleaned_data
    deciding.appeal(row, reason=said["reason"], uploads=said["attachments"], by=request.user, now=timezone.now())
    messages.success(request, _("Your appeal is lodged. Somebody who had nothing to do with it decides."))
    return redirect("pool:own_standing", pk=row.institution_id)


def _told(request: HttpRequest, pk: int) -> StandingProposal:
    own = StandingProposal.objects.visible_to(request.user).filter(institution__in=Institution.objects.of(request.user))
    return get_object_or_404(own.whole(), pk=pk)
