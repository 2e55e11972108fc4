"""The curator's list of applications and the one screen on which each is decided."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import by_due
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.clocks import dials
from services.pool import duplicates, missing, promises
from services.pool.actions import reviewing
from services.pool.forms.curating import AcceptForm, AskForm, DeclineForm, QueueForm, ReviewForm
from services.pool.models import Application
from services.pool.states import ApplicationState


@requires("pool.read")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the next due first."""
    form = QueueForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = _chosen(Application.objects.visible_to(request.user), wanted).select_related("applicant", "region")
    page = by_due.page(rows, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return render(request, "pool/queue.html", {"form": form, "page": page, "now": timezone.now()})


def _chosen(rows: QuerySet[Application], wanted: dict[str, Any]) -> QuerySet[Application]:
    state = wanted.get("state") or ApplicationState.SUBMITTED
    rows = rows.filter(state=ApplicationState.DRAFT, entered=True) if state == "mine" else rows.filter(state=state)
    if kind := wanted.get("kind"):
        rows = rows.filter(kind=kind)
    if text := wanted.get("q"):
        rows = rows.filter(name__icontains=text)
    return rows


@requires("pool.read")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one application; sending it keeps what was found so far."""
    row = get_object_or_404(_rows(request), pk=pk)
    if request.method != "POST":
        return _page(request, row)
    if not request.user.has_perm("pool.curate"):
        raise PermissionDenied
    form = ReviewForm(request.POST, application=row)
    if form.is_valid():
        reviewing.note(row, form.review(), by=request.user, now=timezone.now())
        messages.success(request, _("The review has been kept."))
        return redirect("pool:screen", pk=pk)
    return _page(request, row, review=form)


@requires("pool.curate")
@require_POST
@once
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_rows(request), pk=pk)
    form = AskForm(request.POST, auto_id="ask_%s")
    if review := _unkept(request, row):
        return _page(request, row, review=review, ask=form)
    if not form.is_valid():
        return _page(request, row, ask=form)
    reviewing.ask_back(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("The applicant has been asked; the clock stands still."))
    return redirect("pool:review")


@requires("pool.curate")
@require_POST
@once
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_rows(request), pk=pk)
    form = DeclineForm(request.POST, auto_id="decline_%s")
    if review := _unkept(request, row):
        return _page(request, row, review=review, decline=form)
    if not form.is_valid():
        return _page(request, row, decline=form)
    reviewing.decline(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Declined. The applicant has been told the reason."))
    return redirect("pool:review")


@requires("pool.curate")
@require_POST
@once
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_rows(request), pk=pk)
    form = AcceptForm(request.POST, auto_id="accept_%s")
    if review := _unkept(request, row):
        return _page(request, row, review=review, accept=form)
    if not form.is_valid():
        return _page(request, row, accept=form)
    reviewing.accept(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("%(name)s is in the pool. The applicant has been told.") % {"name": row.name})
    return redirect("pool:review")


def _unkept(request: HttpRequest, row: Application) -> ReviewForm | None:
    """Keep what was found so far, which is sent along with every step; where it cannot be kept, what was typed."""
    form = ReviewForm(request.POST, application=row)
    if row.state != ApplicationState.SUBMITTED or not set(form.fields) & set(request.POST):
        return None
    if not form.is_valid():
        return form
    reviewing.note(row, form.review(), by=request.user, now=timezone.now())
    return None


def _page(request: HttpRequest, row: Application, **bound: Any) -> HttpResponse:
    waits = row.state == ApplicationState.SUBMITTED
    frozen = not (waits and request.user.has_perm("pool.curate"))
    review = bound.get("review") or ReviewForm(application=row, frozen=frozen)
    undone = reviewing.unfinished(row) if waits else []
    now = timezone.now()
    context = {
        "application": row,
        "review": review,
        "uncovered": missing.uncovered(review.items, review.held),
        "institutions": duplicates.institutions(row) if row.is_provider else [],
        "others": duplicates.applications(row) if row.is_provider else [],
        "enterprises": duplicates.enterprises(row) if row.is_provider else [],
        "papers": row.papers.select_related("attachment").order_by("pk"),
        "events": row.events.select_related("by").order_by("-pk"),
        "unfinished": undone,
        "waits": waits,
        "may_decline": row.state in {ApplicationState.SUBMITTED, ApplicationState.RETURNED},
        "ask": bound.get("ask") or AskForm(auto_id="ask_%s"),
        "decline": bound.get("decline") or DeclineForm(auto_id="decline_%s"),
        "accept": bound.get("accept") or AcceptForm(auto_id="accept_%s"),
        "why": dials.why(promises.SUBJECT, row.pk, promises.CLOCK, now=now) if row.due_at else None,
    }
    wrong = any(form.errors for form in bound.values())
    return render(request, "pool/screen.html", context, status=422 if wrong else 200)


def _rows(request: HttpRequest) -> QuerySet[Application]:
    joined = ("applicant", "region__parent__parent__parent", "owner", "calendar", "decided_by")
    return Application.objects.visible_to(request.user).select_related(*joined)
