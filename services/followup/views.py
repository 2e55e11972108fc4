"""The survey (by link or signed in); and the visit desk: the call list, the calls, the code to answer by."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from experts.models import Rating
from portal import by_due
from portal.accounts import limits
from portal.accounts.access import requires
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.files import actions as files
from portal.idempotency.keys import once
from services.cases.models import Result
from services.followup import actions, codes, links
from services.followup.faults import LinkClosed, LinkUnknown, NotForYou
from services.followup.forms import CallForm, ListForm, SurveyForm, WaiveForm
from services.followup.models import FollowUp, FollowUpQuerySet, SurveyAnswer
from services.followup.states import TERMINAL, FollowUpState

TRIES, PER = 120, timedelta(hours=1)
BY_TIME = {"call": "call_at", "open": "call_at", "planned": "due_at", "over": "completed_at"}
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
    except (LinkUnknown, LinkClosed) as refusal:
        return render(request, "followup/link.html", {"refusal": refusal}, status=refusal.status)
    return _survey(request, row, source=Rating.Source.LINK, now=now)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires("cases.confirm")
@once
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """The same questions for whoever is signed in for the enterprise."""
    now = timezone.now()
    row = get_object_or_404(_rows(request).exclude(state=FollowUpState.SCHEDULED), pk=pk)
    if not row.is_asked and not row.is_amendable(now):
        return render(request, "followup/link.html", {"refusal": LinkClosed()}, status=LinkClosed.status)
    return _survey(request, row, source=Rating.Source.ACCOUNT, now=now)


def _survey(request: HttpRequest, row: FollowUp, *, source: str, now: datetime) -> HttpResponse:
    """Whoever answers without having seen that somebody has answered is shown so first, with what they typed."""
    earlier = row.answer if row.is_over else None
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SurveyForm(*data, kind=row.kind, answer=earlier)
    meanwhile = earlier is not None and request.method == "POST" and "amends" not in request.POST
    if form.is_valid() and not meanwhile:
        by = request.user if request.user.is_authenticated else None
        kept = [files.store(one, by=by) for one in form.cleaned_data["papers"]]
        act = actions.amend if earlier else actions.answer
        act(row, form.answer(), source=source, now=now, by=by, files=kept)
        return redirect(f"{reverse('followup:thanks')}{'?changed' if earlier else ''}")
    context = {"form": form, "row": row, "earlier": earlier, "meanwhile": meanwhile}
    return render(request, "followup/survey.html", context, status=409 if meanwhile else 422 if form.errors else 200)


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "followup/thanks.html", {"changed": "changed" in request.GET})


@require_safe
@requires("followup.record")
def rows(request: HttpRequest) -> HttpResponse:
    """What is to be called, by the best time; what waits, is planned, or is over."""
    now = timezone.now()
    form = ListForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    show = chosen.get("show") or "call"
    found = _shown(_rows(request), show, request.user, now)
    if board := chosen.get("board"):
        found = found.filter(referral__need__board=board)
    by_time = by_due.page(
        found, after=request.GET.get("after", ""), before=request.GET.get("before", ""), field=BY_TIME[show]
    )
    return render(request, "followup/list.html", {"form": form, "page": by_time, "now": now, "show": show})


def _shown(found: FollowUpQuerySet, show: str, user: User, now: datetime) -> FollowUpQuerySet:
    """A caller is offered what they may take."""
    return {
        "call": lambda: found.to_call(now).free_of(user),
        "open": lambda: found.asked().free_of(user),
        "planned": lambda: found.filter(state=FollowUpState.SCHEDULED),
        "over": lambda: found.filter(state__in=TERMINAL),
    }[show]()


@require_http_methods(["GET", "HEAD", "POST"])
@requires("followup.record")
@once
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One follow-up, its tries so far, and the form for a call; then the next one."""
    row = get_object_or_404(_rows(request), pk=pk)
    form = CallForm(request.POST if request.method == "POST" else None, kind=row.kind)
    if request.method == "POST" and form.is_valid():
        done, now = form.cleaned_data, timezone.now()
        words = {name: done[name] for name in ("outcome", "channel", "wished_at", "note")}
        actions.record_call(row, by=request.user, now=now, said=form.said(), **words)
        then = _next(request)
        messages.success(request, _("Recorded. Here is the next one.") if then else _("Recorded. Nobody else waits."))
        return redirect(then or "followup:list")
    return _call_page(request, row, form=form)


def _next(request: HttpRequest) -> str:
    """The page of the next one to call, "" when the list is empty."""
    waiting = FollowUp.objects.visible_to(request.user).to_call(timezone.now()).free_of(request.user)
    key = waiting.order_by("call_at", "pk").values_list("pk", flat=True).first()
    return reverse("followup:call", args=[key]) if key else ""


@require_safe
@never_cache
@requires("followup.record")
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """What was delivered, and a code that opens the survey: for the screen at the counter or on paper.

    Whoever sees the code could answer, so it is shown to those who have no part in the case, and that is recorded.

    :raises NotForYou: the person handled the case or belongs to the institution.
    """
    row = get_object_or_404(_rows(request).asked(), pk=pk)
    if not _is_free(request, row):
        raise NotForYou
    audit.record(request.user, "survey code shown", row)
    address = request.build_absolute_uri(links.path(str(row.pk)))
    results = Result.objects.visible_to(request.user).issued().filter(referral=row.referral_id).order_by("pk")
    return render(request, "followup/slip.html", {"row": row, "results": results, "code": codes.of(address)})


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
    free = _is_free(request, row)
    bound = (form and form.errors) or (waived and waived.errors)
    answers = SurveyAnswer.objects.visible_to(request.user).select_related("by")
    may_call = free and row.is_asked
    if may_call:
        audit.record(request.user, "looked_at_contact", row.case, address=limits.address(request))
    context = {
        "row": row,
        "case": row.case,
        "tries": row.tries.select_related("by").order_by("-pk"),
        "form": form or CallForm(kind=row.kind),
        "waive": waived or WaiveForm(auto_id="waive_%s"),
        "may_waive": free and request.user.has_perm("triage.lead") and not row.is_over,
        "may_call": may_call,
        "free": free,
        "answer": answers.prefetch_related("papers__attachment", "amendments__by").filter(follow_up=row).first()
        if row.is_over
        else None,
    }
    return render(request, "followup/call.html", context, status=422 if bound else 200)


def _is_free(request: HttpRequest, row: FollowUp) -> bool:
    """Whether the person may take it: they neither handled the case nor belong to the institution."""
    return _rows(request).free_of(request.user).filter(pk=row.pk).exists()


def _rows(request: HttpRequest) -> FollowUpQuerySet:
    return FollowUp.objects.visible_to(request.user).select_related(*JOINED)
