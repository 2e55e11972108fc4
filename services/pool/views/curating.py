"""The curator's other lists: credentials that end or wait, stale profiles, corrections."""

from datetime import date, timedelta

from django.contrib import messages
from django.db.models import DateTimeField, QuerySet
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts import credentials as scopes
from experts.models import Credential, Institution
from portal import by_due, paging
from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.files.responses import download
from portal.idempotency.keys import once
from services.pool import effects
from services.pool.actions import correcting, keeping, offering
from services.pool.forms.curating import ExpiryForm, OfferDecisionForm, RescopeForm, SettleForm, StepForm
from services.pool.models import OfferRequest
from services.routing.models import ScopeCorrection

State = Credential.State
VERBS = {
    State.CLAIMED: ("check", "withdraw"),
    State.CHECKED: ("validate", "withdraw"),
    State.VALID: ("suspend", "withdraw"),
    State.SUSPENDED: ("restore", "withdraw"),
    State.WITHDRAWN: (),
}
LONG_AGO = timedelta(days=3650)


@requires("pool.read")
@require_safe
def credentials(request: HttpRequest) -> HttpResponse:
    """The next to end first."""
    form = ExpiryForm(request.GET)
    show = form.cleaned_data["show"] if form.is_valid() else ""
    today = timezone.localdate()
    rows = _shown(show, today).select_related("type", "institution")
    rows = rows.annotate(due_at=Cast("valid_to", DateTimeField()))
    page = by_due.page(rows, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return render(request, "pool/credentials.html", {"form": form, "page": page, "today": today})


def _shown(show: str, today: date) -> QuerySet[Credential]:
    rows = Credential.objects.all()
    if show == "claimed":
        return rows.filter(state__in=[State.CLAIMED, State.CHECKED])
    if show == "suspended":
        return rows.filter(state=State.SUSPENDED)
    if show == "over":
        return rows.ending(today - LONG_AGO, today - timedelta(days=1)).not_renewed()
    return rows.ending(today, today + timedelta(days=30 if show == "30" else 90)).not_renewed()


@requires("pool.read")
@require_safe
def credential(request: HttpRequest, pk: int) -> HttpResponse:
    return _credential_page(request, get_object_or_404(_credentials(), pk=pk))


@requires("pool.curate")
@require_POST
@once
def credential_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Check, validate, suspend, restore or withdraw one credential."""
    row = get_object_or_404(_credentials(), pk=pk)
    if verb not in {verb for verbs in VERBS.values() for verb in verbs}:
        raise Http404
    form = StepForm(request.POST, verb=verb)
    if not form.is_valid():
        return _credential_page(request, row, form, verb)
    keeping.step(row, verb, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Kept. Matching goes by it from now on."))
    return redirect("pool:credential", pk=pk)


def _credential_page(
    request: HttpRequest, row: Credential, wrong: StepForm | None = None, of: str = ""
) -> HttpResponse:
    today = timezone.localdate()
    verbs = VERBS[State(row.state)]
    steps = [(verb, wrong if verb == of and wrong else StepForm(verb=verb, initial={"on": today})) for verb in verbs]
    context = {
        "credential": row,
        "scope": row.scope.order_by("pk")[:500],
        "suspensions": row.suspensions.select_related("by", "lifted_by").order_by("-begins_on"),
        "fits": row.type.fits(row.number),
        "in_force": Credential.objects.in_force(today).filter(pk=row.pk).exists(),
        "steps": steps,
        "today": today,
    }
    return render(request, "pool/credential.html", context, status=422 if wrong else 200)


@requires("pool.curate")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def rescope(request: HttpRequest, pk: int) -> HttpResponse:
    """The scope rows of a credential as its annex reads from a day on: first what changes, then kept."""
    row = get_object_or_404(_credentials(), pk=pk)
    today = timezone.localdate()
    held = row.scope.in_force(today).order_by("pk").values_list("object", "parameter", "method", "range")
    sent = request.POST if request.method == "POST" else None
    form = RescopeForm(sent, credential=row, initial={"on": today, "scope": list(held)})
    change = None
    if form.is_valid():
        said = form.cleaned_data
        if "sure" in request.POST:
            scopes.rescope(row, said["scope"], on=said["on"])
            messages.success(request, _("Kept. Matching goes by it from now on."))
            return redirect("pool:credential", pk=pk)
        change = scopes.compare(row, said["scope"], on=said["on"])
    context = {"credential": row, "form": form, "change": change}
    return render(request, "pool/rescope.html", context, status=422 if form.errors else 200)


def _credentials() -> QuerySet[Credential]:
    return Credential.objects.select_related("type", "institution", "attachment", "renews", "checked_by")


@requires("pool.read", "pool.apply")
@require_safe
def credential_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document of a credential, for curators and for its institution; every look is recorded."""
    reads = request.user.has_perm("pool.read")
    rows = Credential.objects.all() if reads else Credential.objects.of(request.user)
    row = get_object_or_404(rows.select_related("attachment").exclude(attachment=None), pk=pk)
    if row.attachment is None:
        raise Http404
    audit.record(request.user, "downloaded", f"credential:{row.pk}")
    return download(row.attachment)


@requires("pool.read")
@require_safe
def stale(request: HttpRequest) -> HttpResponse:
    """Profiles that their institutions have not confirmed for long."""
    now = timezone.now()
    rows = Institution.objects.stale(keeping.stale_before(now)).select_related("region")
    page = paging.newest_first(rows, request)
    return render(request, "pool/stale.html", {"page": page})


@requires("pool.read")
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    return _corrections_page(request)


@requires("pool.curate")
@require_POST
@once
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was done about a refusal as outside the scope, and do it."""
    row = get_object_or_404(ScopeCorrection.objects.select_related("institution", "item"), pk=pk)
    form = SettleForm(request.POST, auto_id=f"settle_{pk}_%s")
    if not form.is_valid():
        return _corrections_page(request, wrong=form, of=pk)
    correcting.settle(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Settled."))
    return redirect("pool:corrections")


def _corrections_page(request: HttpRequest, wrong: SettleForm | None = None, of: int = 0) -> HttpResponse:
    rows = ScopeCorrection.objects.filter(state=ScopeCorrection.State.OPEN)
    page = paging.newest_first(rows.select_related("institution", "item__board"), request)
    lines = [(row, wrong if wrong and row.pk == of else SettleForm(auto_id=f"settle_{row.pk}_%s")) for row in page.rows]
    return render(request, "pool/corrections.html", {"page": page, "lines": lines}, status=422 if wrong else 200)


@requires("pool.read")
@require_safe
def offer_requests(request: HttpRequest) -> HttpResponse:
    return _offers_page(request)


@requires("pool.curate")
@require_POST
@once
def decide_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse what an institution asks to offer."""
    row = get_object_or_404(_offers(), pk=pk)
    form = OfferDecisionForm(request.POST, auto_id=f"offer_{pk}_%s")
    if not form.is_valid():
        return _offers_page(request, wrong=form, of=pk)
    approve = form.cleaned_data["outcome"] == "approve"
    offering.decide(row, approve=approve, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
    messages.success(request, _("Decided. The institution has been told."))
    return redirect("pool:offer_requests")


def _offers() -> QuerySet[OfferRequest]:
    joined = ("capability__institution", "capability__item__board", "by")
    return OfferRequest.objects.open().select_related(*joined).prefetch_related("regions", "capability__regions")


def _offers_page(request: HttpRequest, wrong: OfferDecisionForm | None = None, of: int = 0) -> HttpResponse:
    page = paging.newest_first(_offers(), request)
    held = effects.held_by({row.capability.institution_id for row in page.rows}, timezone.localdate())
    lines = [
        (
            row,
            effects.lacking(row.capability.item, held[row.capability.institution_id]),
            wrong if wrong and row.pk == of else OfferDecisionForm(auto_id=f"offer_{row.pk}_%s"),
        )
        for row in page.rows
    ]
    return render(request, "pool/offer_requests.html", {"page": page, "lines": lines}, status=422 if wrong else 200)
