"""The desk's page of one need: who may be asked and why, who may not and why; and the record of what was chosen."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import paging
from portal.accounts.access import requires
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit import actions as audit
from portal.columns import none_but
from portal.idempotency.keys import once
from portal.tables import writing
from services.cases.models import Need, Referral
from services.cases.states import NEED_TERMINAL, NeedState, ReferralState
from services.catalogue.models import Board
from services.routing import actions, explaining, exposure, ladder, signatures
from services.routing.actions import ReasonMissing
from services.routing.forms import HoldForm, OfferForm, RecallForm, SignatureForm, SignForm
from services.routing.models import MatchRecord, SecondSignature
from services.routing.reading import seen_by
from services.routing.resources import explaining as resources

EXPOSURE_DAYS = 90


@require_safe
@requires("routing.offer")
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """Ranks afresh while the need seeks; afterwards shows what was offered."""
    return _page(request, seen_by(request.user, pk))


@requires("routing.offer")
@require_POST
@once
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    row = seen_by(request.user, pk)
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
        row = seen_by(request.user, referral.need_id)
        return _page(request, row, recalled=form, status=422)
    actions.recall(referral, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("The offer has been taken back. The need is seeking again."))
    return redirect("routing:need", pk=referral.need_id)


@requires("routing.offer")
@require_POST
@once
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch automatic offers of this need off."""
    row = seen_by(request.user, pk)
    form = HoldForm(request.POST, auto_id="hold_%s")
    if not form.is_valid():
        return _page(request, row, held=form, status=422)
    ladder.hold(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Automatic offers are switched off. After a refusal or silence it is your turn."))
    return redirect("routing:need", pk=row.pk)


@requires("routing.offer")
@require_POST
@once
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch them on again."""
    row = seen_by(request.user, pk)
    form = HoldForm(request.POST, auto_id="hold_%s")
    if not form.is_valid():
        return _page(request, row, held=form, status=422)
    ladder.lift(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Automatic offers go on with the next refusal or silence."))
    return redirect("routing:need", pk=row.pk)


@requires("routing.offer")
@require_POST
@once
def ask_signature(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a lead to sign under an offer to the operator of the platform."""
    row = seen_by(request.user, pk)
    form = SignatureForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the operator itself should be asked."))
        return _page(request, row, status=422)
    wanted = form.cleaned_data
    signatures.ask(row, wanted["institution"], by=request.user, now=timezone.now(), reason=wanted["reason"])
    messages.success(request, _("The leads of the station have been asked to sign."))
    return redirect("routing:need", pk=row.pk)


@requires("triage.lead")
@require_POST
@once
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign, or refuse."""
    rows = SecondSignature.objects.filter(need__in=Need.objects.visible_to(request.user))
    row, form = get_object_or_404(rows.select_related("need"), pk=pk), SignForm(request.POST)
    if not form.is_valid():
        return _page(request, seen_by(request.user, row.need_id), status=422)
    decided = form.cleaned_data
    signatures.decide(
        row, sign=decided["decision"] == "sign", by=request.user, now=timezone.now(), note=decided["note"]
    )
    messages.success(request, _("Noted. Whoever asked has been told."))
    return redirect("routing:need", pk=row.need_id)


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record in the words of whoever reads it."""
    joined = ("need__item", "need__board", "need__case", "chosen", "first", "by", "referral")
    row = get_object_or_404(MatchRecord.objects.visible_to(request.user).select_related(*joined), pk=pk)
    return render(request, "routing/record.html", {"record": row, **_register(row, request.user)})


@requires("triage.lead", "routing.view_ladderpolicy")
@require_safe
def exposure_report(request: HttpRequest) -> HttpResponse:
    """Who was asked how often on a board, and, for those who read cases, where another than the first was chosen."""
    boards, board = _boards(request)
    others = MatchRecord.objects.visible_to(request.user).filter(need__board=board).overriding()
    context = {
        "boards": boards,
        "board": board,
        "days": EXPOSURE_DAYS,
        "shares": _shares(request.user, board) if board else [],
        "page": paging.newest_first(
            others.select_related("need__item", "need__case", "chosen", "first", "by"), request
        ),
    }
    return render(request, "routing/exposure.html", context)


@requires("triage.lead", "routing.view_ladderpolicy")
@require_safe
def exposure_table(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The shares of a board, to take along."""
    board = _boards(request)[1]
    if board is None or ending not in writing.FORMATS:
        raise Http404
    audit.record(request.user, "downloaded", f"exposure:{board.code}")
    lines = (exposure.line(share) for share in _shares(request.user, board))
    return writing.response(f"{_('Who is asked')}-{board.code}", ending, exposure.header(), lines)


def _boards(request: HttpRequest) -> tuple[list[Board], Board | None]:
    """All of them, and the one that was asked for, or the first."""
    boards = list(Board.objects.order_by("order"))
    return boards, next((each for each in boards if each.code == request.GET.get("board")), next(iter(boards), None))


def _shares(user: User, board: Board) -> list[exposure.Share]:
    return exposure.shares(user, board=board.code, since=timezone.now() - timedelta(days=EXPOSURE_DAYS))


def _register(row: MatchRecord, user: User) -> dict[str, Any]:
    if user.reads_cases:
        return {"staff": explaining.for_staff(row), "resources": resources.for_staff(row.resources)}
    if user.role == Role.PROVIDER:
        return {"institution": explaining.for_institution(row, row.chosen_id)}
    return {"enterprise": explaining.for_enterprise(row)}


def _page(
    request: HttpRequest,
    row: Need,
    form: forms.Form | None = None,
    *,
    recalled: forms.Form | None = None,
    held: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    offers = list(
        Referral.objects.visible_to(request.user)
        .filter(need=row)
        .select_related("institution", "handler", "match_record", "ladder_step")
        .defer(*none_but(Referral, "match_record", "rule"))
        .order_by("-pk")
    )
    waiting = next((one for one in offers if one.state == ReferralState.OFFERED), None)
    seeking = row.state == NeedState.SEEKING
    signed = list(SecondSignature.objects.of(row)) if seeking else []
    match = actions.rank(row, now=timezone.now()) if seeking else None
    context = {
        "need": row,
        "signatures": signed,
        "signed": {one.institution_id for one in signed if one.state == SecondSignature.State.SIGNED},
        "unsigned": {one.institution_id for one in signed if one.state == SecondSignature.State.ASKED},
        "offers": offers,
        "waiting": waiting,
        "match": explaining.for_staff(match) if match else None,
        "resources": resources.for_staff(each.as_json() for each in match.resources) if match else [],
        "form": form or OfferForm(),
        "asked": str(form.data.get("institution", "")) if form else "",
        "recall": recalled
        or (RecallForm(initial={"version": waiting.version}, auto_id="recall_%s") if waiting else None),
        "policy": ladder.policy_of(row),
        "hold": ladder.hold_of(row),
        "hold_form": held or HoldForm(auto_id="hold_%s"),
        "settled": row.state in NEED_TERMINAL,
        "trail": [(row.case.number, row.case.get_absolute_url()), (row.item.name, "")],
    }
    return render(request, "routing/need.html", context, status=status)
