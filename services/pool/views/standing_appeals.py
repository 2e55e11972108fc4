"""Appeals about a standing: the officers' list, and the page on which one is decided."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import by_due, paging
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.pool import evidence
from services.pool.actions import deciding
from services.pool.forms.standing import StandingRulingForm
from services.pool.models import StandingAppeal


@requires("rectification.decide", "pool.read", "pool.sign")
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """To be decided, the first due first; or decided, the newest first."""
    mine = StandingAppeal.objects.visible_to(request.user).select_related("proposal__institution")
    tab = "over" if request.GET.get("tab") == "over" else "open"
    views = [
        {"name": _("To be decided"), "url": "?tab=open", "active": tab == "open"},
        {"name": _("Decided"), "url": "?tab=over", "active": tab == "over"},
    ]
    page: by_due.Page[StandingAppeal] | paging.Page[StandingAppeal]
    if tab == "over":
        page = paging.newest_first(mine.exclude(state=StandingAppeal.State.LODGED), request)
    else:
        page = by_due.page(mine.open(), after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return render(request, "pool/standing_appeals.html", {"views": views, "page": page, "now": timezone.now()})


@requires("rectification.decide", "pool.read", "pool.sign", "delivery.work")
@require_safe
def row(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(request: HttpRequest, appeal: StandingAppeal, form: forms.Form | None = None) -> HttpResponse:
    officer = request.user.has_perm("rectification.decide") and not appeal.is_over
    involved = officer and deciding.is_involved(appeal.proposal, request.user)
    context = {
        "appeal": appeal,
        "proposal": appeal.proposal,
        "figures": evidence.of(appeal.proposal),
        "reply": getattr(appeal.proposal, "reply", None),
        "papers": appeal.papers.all(),
        "decides": officer and not involved,
        "involved": involved,
        "staff": request.user.works_here,
        "form": form or StandingRulingForm(),
    }
    return render(request, "pool/standing_appeal.html", context, status=422 if form else 200)


@requires("rectification.decide")
@require_POST
@once
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Uphold or dismiss, with the reason that both sides read."""
    appeal, form = _visible(request, pk), StandingRulingForm(request.POST)
    if not form.is_valid():
        return _page(request, appeal, form)
    deciding.rule(appeal, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Decided. Both sides have been told."))
    return redirect("pool:standing_appeal", pk=pk)


def _visible(request: HttpRequest, pk: int) -> StandingAppeal:
    joined = ("proposal__institution", "proposal__decided_by", "proposal__second_by", "proposal__reply", "decided_by")
    return get_object_or_404(StandingAppeal.objects.visible_to(request.user).select_related(*joined), pk=pk)
