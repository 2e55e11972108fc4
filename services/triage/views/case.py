"""One case on one screen: what was said, what is suggested, and the form that splits it into needs."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts import limits
from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.idempotency.keys import once
from services.cases import reading
from services.cases.models import Case
from services.cases.states import CaseState
from services.triage import actions, advice, screen
from services.triage.forms import ConfirmForm
from services.triage.pieces import Pieces, flat

WORDS = ("urgency", "note")


@requires("triage.work")
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The screen. Whoever opens it is on the case; the look at the contact is recorded."""
    row, now = visible(request, number), timezone.now()
    actions.be_present(row, getattr(row, "presence", None), user=request.user, now=now)
    return page(request, row)


def visible(request: HttpRequest, number: str) -> Case:
    found: list[Case] = screen.called(number=number, user=request.user)
    if not found:
        raise Http404
    return found[0]


def page(request: HttpRequest, row: Case, *, status: int = 200, **typed: Any) -> HttpResponse:
    """The screen with what was typed instead of the empty forms."""
    audit.record(request.user, "looked_at_contact", row, address=limits.address(request))
    context = screen.context(row, request.user, now=timezone.now())
    forms = typed.pop("forms", {})
    context["forms"] |= forms
    return render(request, "triage/case.html", {**context, "opened": next(iter(forms), ""), **typed}, status=status)


@requires("triage.work")
@require_POST
@once
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm the triage, or add needs to a case in service."""
    row = visible(request, number)
    existing = reading.needs_of(row)
    pieces, form = Pieces(flat(dict(request.POST.lists())), existing=existing), ConfirmForm(request.POST)
    if not all((form.is_valid(), pieces.is_valid())):
        return page(request, row, pieces=pieces, confirm=form, status=422)
    words, now = form.cleaned_data, timezone.now()
    if row.state == CaseState.SUBMITTED or not existing:
        shown = advice.shown_before(words.pop("shown_token"), row, today=timezone.localdate(now))
        actions.confirm(row, pieces.needs(), by=request.user, now=now, suggestion=shown, **words)
        messages.success(request, _("Confirmed. Now find an institution for each need."))
    else:
        actions.add_needs(row, pieces.needs(), by=request.user, now=now, version=words["version"])
        messages.success(request, _("Added."))
    return redirect("triage:case", number=row.number)


@requires("triage.work")
@require_POST
def pieces(request: HttpRequest, number: str) -> HttpResponse:
    """The parts of the form after one was added, taken away or moved; everything typed stays and is kept."""
    row = visible(request, number)
    parts = Pieces(flat(dict(request.POST.lists())), existing=reading.needs_of(row))
    parts.change(add=request.POST.get("add", ""), remove=request.POST.get("remove", ""), up=request.POST.get("up", ""))
    _keep(request, row, parts.data)
    return render(request, "triage/_pieces.html", {"case": row, "pieces": parts})


@requires("triage.work")
@require_POST
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what is being typed."""
    _keep(request, visible(request, number), flat(dict(request.POST.lists())))
    return HttpResponse(status=204)


def _keep(request: HttpRequest, row: Case, pieces: dict[str, Any]) -> None:
    words = {name: request.POST[name][:2000] for name in WORDS if name in request.POST}
    actions.keep_draft(row, {"pieces": pieces, "words": words}, by=request.user)


@requires("triage.work")
@require_POST
def presence(request: HttpRequest, number: str) -> HttpResponse:
    """The page says every 20 seconds that it is still open, and learns who else is here."""
    row, now = visible(request, number), timezone.now()
    actions.be_present(row, getattr(row, "presence", None), user=request.user, now=now)
    context = {"case": row, "present": screen.presence(row, request.user, now=now)}
    return render(request, "triage/_presence.html", context)
