"""The survey (by link or signed in) and the staff's list of follow-ups with its calls."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from experts.models import Rating
from portal import paging
from portal.accounts import limits
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.followup import actions
from services.followup.faults import AlreadyAnswered, LinkClosed, LinkUnknown
from services.followup.forms import CallForm, ListForm, SurveyForm, WaiveForm
from services.followup.models import FollowUp, FollowUpQuerySet
from services.followup.states import TERMINAL, FollowUpState

TRIES, PER = 120, timedelta(hours=1)
JOINED = ("referral__institution", "referral__need__item", "referral__need__board", "case__station", "case__submitter")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """Looking answers nothing; only sending does. A link that no longer works says how to get on."""
    now = timezone.now()
    limits.hit("survey", limits.network(request), limit=TRIES, window=PER, now=now)
    try:
        row = actions.by_token(token, now=now)
    except (LinkUnknown, LinkClosed, AlreadyAnswered) as refusal:
        return render(request, "followup/link.html", {"refusal": refusal}, status=refusal.status)
    return _survey(request, row, source=Rating.Source.LINK, now=now)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires("cases.confirm")
@once
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """The same questions for whoever is signed in for the enterprise."""
    row = get_object_or_404(_rows(request).exclude(state=FollowUpState.SCHEDULED), pk=pk)
    if not row.is_asked:
        refusal = AlreadyAnswered() if row.state == FollowUpState.COMPLETED else LinkClosed()
        return render(request, "followup/link.html", {"refusal": refusal}, status=refusal.status)
    return _survey(request, row, source=Rating.Source.ACCOUNT, now=timezone.now())


def _survey(request: HttpRequest, row: FollowUp, *, source: str, now: datetime) -> HttpResponse:
    form = SurveyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by = request.user if request.user.is_authenticated else None
        actions.answer(row, form.answer(), source=source, now=now, by=by)
        return redirect("followup:thanks")
    context = {"form": form, "row": row, "masked": not request.user.is_authenticated}
    return render(request, "followup/survey.html", context, status=422 if form.errors else 200)


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "followup/thanks.html")


@require_safe
@requires("followup.record")
def rows(request: HttpRequest) -> HttpResponse:
    """What is to be asked, called or waived."""
    now = timezone.now()
    form = ListForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = _shown(_rows(request), chosen.get("show") or "open", now)
    if board := chosen.get("board"):
        found = found.filter(referral__need__board=board)
    page = paging.newest_first(found, request)
    return render(request, "followup/list.html", {"form": form, "page": page, "now": now})


def _shown(found: FollowUpQuerySet, show: str, now: datetime) -> QuerySet[FollowUp]:
    return {
        "open": found.asked,
        "overdue": lambda: found.overdue(now),
        "planned": lambda: found.filter(state=FollowUpState.SCHEDULED),
        "over": lambda: found.filter(state__in=TERMINAL),
    }[show]()


@require_http_methods(["GET", "HEAD", "POST"])
@requires("followup.record")
@once
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One follow-up, its tries so far, and the form for a call."""
    row = get_object_or_404(_rows(request), pk=pk)
    form = CallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = form.cleaned_data
        actions.record_call(
            row,
            by=request.user,
            now=timezone.now(),
            outcome=done["outcome"],
            said=form.answer(),
            note=done["note"],
        )
        messages.success(request, _("The call has been recorded."))
        return redirect("followup:list")
    return _call_page(request, row, form=form)


@require_http_methods(["POST"])
@requires("triage.lead")
@once
def waive(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_rows(request), pk=pk)
    form = WaiveForm(request.POST, auto_id="waive_%s")
    if not form.is_valid():
        return _call_page(request, row, waived=form)
    actions.waive(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Waived. The reason is kept with the follow-up."))
    return redirect("followup:list")


def _call_page(
    request: HttpRequest, row: FollowUp, *, form: CallForm | None = None, waived: WaiveForm | None = None
) -> HttpResponse:
    mine = request.user.pk in {row.case.owner_id, row.referral.handler_id}
    bound = (form and form.errors) or (waived and waived.errors)
    context = {
        "row": row,
        "case": row.case,
        "tries": row.tries.select_related("by").order_by("-pk"),
        "form": form or CallForm(),
        "waive": waived or WaiveForm(auto_id="waive_%s"),
        "may_waive": request.user.has_perm("triage.lead") and not row.is_over,
        "may_call": row.is_asked and not mine,
        "mine": mine,
        "rating": Rating.objects.filter(referral_ref=row.referral_id).first() if row.is_over else None,
    }
    return render(request, "followup/call.html", context, status=422 if bound else 200)


def _rows(request: HttpRequest) -> FollowUpQuerySet:
    return FollowUp.objects.visible_to(request.user).select_related(*JOINED)
