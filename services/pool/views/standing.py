"""Standing at the desk: what is proposed, decided and signed; each institution's history; steps by hand."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts import standing
from experts.models import GRAVE, Institution
from portal import paging
from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.files.models import Attachment
from portal.files.responses import download
from portal.idempotency.keys import once
from services.pool import evidence
from services.pool.actions import deciding
from services.pool.forms.standing import DecideStandingForm, HandForm, InstitutionsForm, ProposalsForm, SignForm
from services.pool.models import PENDING, ProposalState, StandingAppeal, StandingProposal, StandingReply


@requires("pool.read", "pool.sign")
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for a decision or a second signature, the newest first."""
    form = ProposalsForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = StandingProposal.objects.visible_to(request.user).select_related("institution", "made_by", "decided_by")
    if text := wanted.get("q"):
        rows = rows.filter(institution__name_zh__icontains=text)
    rows = rows.filter(state=wanted["state"]) if wanted.get("state") else rows.pending()
    page = paging.newest_first(rows, request)
    return render(request, "pool/proposals.html", {"form": form, "page": page})


@requires("pool.read", "pool.sign")
@require_safe
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(request: HttpRequest, row: StandingProposal, **bound: Any) -> HttpResponse:
    user, moved = request.user, row.institution.standing != row.origin
    signs = row.state == ProposalState.SIGNING and not moved and user.has_perm("pool.sign")
    context = {
        "proposal": row,
        "figures": evidence.of(row),
        "reply": getattr(row, "reply", None),
        "papers": row.reply.papers.all() if hasattr(row, "reply") else [],
        "appeal": getattr(row, "appeal", None),
        "history": row.institution.standing_changes.select_related("by", "second").order_by("-pk")[:20],
        "decides": row.state == ProposalState.OPEN and not moved and user.has_perm("pool.curate"),
        "signs": signs and user.pk != row.decided_by_id,
        "signed_first": signs and user.pk == row.decided_by_id,
        "moved": moved and row.state in PENDING,
        "decide": bound.get("decide") or DecideStandingForm(auto_id="decide_%s"),
        "sign": bound.get("sign") or SignForm(auto_id="sign_%s"),
    }
    return render(request, "pool/proposal.html", context, status=422 if bound else 200)


@requires("pool.curate")
@require_POST
@once
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _visible(request, pk), DecideStandingForm(request.POST, auto_id="decide_%s")
    if not form.is_valid():
        return _page(request, row, decide=form)
    deciding.decide(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _said(row))
    return redirect("pool:proposal", pk=pk)


@requires("pool.sign")
@require_POST
@once
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The second of two."""
    row, form = _visible(request, pk), SignForm(request.POST, auto_id="sign_%s")
    if not form.is_valid():
        return _page(request, row, sign=form)
    deciding.sign(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _said(row))
    return redirect("pool:proposal", pk=pk)


def _said(row: StandingProposal) -> str:
    if row.state == ProposalState.SIGNING:
        return _("Decided. The institution may reply now, and a second person has to sign.")
    if row.state == ProposalState.CARRIED:
        return _("Carried out. The institution has been told, with reason and figures.")
    return _("Kept. The standing stays as it is.")


@requires("pool.read")
@require_safe
def institutions(request: HttpRequest) -> HttpResponse:
    """Everybody in the pool with their standing."""
    form = InstitutionsForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = Institution.objects.exclude(kind=Institution.Kind.CENTRE).select_related("region")
    if wanted.get("standing"):
        rows = rows.filter(standing=wanted["standing"])
    if text := wanted.get("q"):
        rows = rows.filter(name_zh__icontains=text)
    return render(request, "pool/institutions.html", {"form": form, "page": paging.newest_first(rows, request)})


@requires("pool.read")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """How the institution came to where it stands; a curator may take it a step further."""
    row = get_object_or_404(Institution, pk=pk)
    may = request.user.has_perm("pool.curate") and bool(standing.STEPS[row.standing])
    form = HandForm(request.POST if request.method == "POST" else None, institution=row) if may else None
    if form and form.is_valid():
        made = deciding.by_hand(row, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _said(made))
        return redirect("pool:proposal", pk=made.pk)
    context = {
        "institution": row,
        "form": form,
        "changes": row.standing_changes.select_related("by", "second", "proposal").order_by("-pk"),
        "pending": row.standing_proposals.pending().order_by("-pk"),
        "sheets": row.appraisals.order_by("-quarter")[:8],
        "grave": [str(one.label) for one in GRAVE if one in standing.STEPS[row.standing]],
    }
    return render(request, "pool/history.html", context, status=422 if form and form.errors else 200)


@requires("pool.read", "pool.sign", "rectification.decide", "delivery.work")
@require_safe
def paper(request: HttpRequest, pk: int, attachment: int) -> HttpResponseBase:
    """A file of the reply or the appeal, for whoever may see the proposal; every look is recorded."""
    row = _visible(request, pk)
    of = Q(pk__in=StandingReply.papers.through.objects.filter(standingreply__proposal=row).values("attachment"))
    of |= Q(pk__in=StandingAppeal.papers.through.objects.filter(standingappeal__proposal=row).values("attachment"))
    wanted = get_object_or_404(Attachment.objects.filter(of), pk=attachment)
    audit.record(request.user, "downloaded", f"standing:{row.pk}:{wanted.pk}")
    return download(wanted)


def _visible(request: HttpRequest, pk: int) -> StandingProposal:
    return get_object_or_404(StandingProposal.objects.visible_to(request.user).whole(), pk=pk)
