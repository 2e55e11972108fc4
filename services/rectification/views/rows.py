"""One page per rectification, with the one next step of whoever looks; and the lists of desk and institution."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST, require_safe

from experts.models import Institution, Rating
from portal import by_due, counting, paging
from portal.accounts import limits
from portal.accounts.access import requires
from portal.accounts.roles import Role
from portal.audit import actions as audit
from portal.files import actions as files
from portal.idempotency.keys import once
from services.cases import timeline
from services.cases.models import CaseDocument
from services.rectification import actions, next_step
from services.rectification.forms import AnswerForm, CallForm, CheckForm, DecideForm, ReplyForm, VersionedForm
from services.rectification.models import Rectification, RectificationQuerySet
from services.rectification.states import OVER
from services.rectification.states import RectificationState as S

FORMS: dict[str, type[VersionedForm]] = {
    "call": CallForm,
    "reply": ReplyForm,
    "check": CheckForm,
    "answer": AnswerForm,
    "decide": DecideForm,
}
DESK_TABS = (
    (S.OPENED, _l("To be called back")),
    (S.REPLIED, _l("To be verified")),
    (S.UNSETTLED, _l("For the lead")),
    (S.CALLED_BACK, _l("With the institution")),
    (S.RE_ASKED, _l("With the enterprise")),
    (S.APPEALED, _l("Under appeal")),
)
OURS = {
    "reply": Q(state=S.CALLED_BACK),
    "open": ~Q(state__in=[*OVER, S.CALLED_BACK]),
    "over": Q(state__in=OVER),
}


@require_safe
@requires("followup.record", "cases.read")
def rows(request: HttpRequest) -> HttpResponse:
    """What is to be done about unhappy answers, by what is due next."""
    mine = Rectification.objects.visible_to(request.user)
    counts = dict(mine.open().order_by().values_list("state").annotate(Count("pk")))
    asked = request.GET.get("tab", "")
    first = next((state for state, _name in DESK_TABS if counts.get(state)), S.OPENED)
    tab = asked if asked in {*S.values} - {S.UPHELD} else first
    views = [
        {"name": name, "url": f"?tab={state}", "active": state == tab, "count": counts.get(state, 0)}
        for state, name in DESK_TABS
    ]
    views.append({"name": _("Over"), "url": f"?tab={S.CLOSED}", "active": tab == S.CLOSED})
    found = mine.whole().filter(state__in=OVER if tab == S.CLOSED else [tab])
    context = {"tab": tab, "views": views, "now": timezone.now(), "page": _page(request, found, over=tab == S.CLOSED)}
    return render(request, "rectification/list.html", context)


def _page(
    request: HttpRequest, found: RectificationQuerySet, *, over: bool
) -> by_due.Page[Rectification] | paging.Page[Rectification]:
    if over:
        return paging.newest_first(found, request)
    return by_due.page(found, after=request.GET.get("after", ""), before=request.GET.get("before", ""))


@require_safe
@requires("delivery.work")
def ours(request: HttpRequest) -> HttpResponse:
    """What the institution is to put right, and every rating of it."""
    mine = Rectification.objects.visible_to(request.user)
    asked = request.GET.get("tab", "")
    tab = asked if asked in {*OURS, "ratings"} else "reply"
    names = (("reply", _("To put right")), ("open", _("Under way")), ("over", _("Over")), ("ratings", _("Ratings")))
    waiting = counting.capped(mine.filter(OURS["reply"]))
    views = [
        {"name": name, "url": f"?tab={key}", "active": key == tab, "count": waiting if key == "reply" else None}
        for key, name in names
    ]
    context: dict[str, Any] = {"tab": tab, "views": views, "now": timezone.now()}
    if tab == "ratings":
        rated = Rating.objects.filter(institution__in=Institution.objects.of(request.user))
        context["page"] = paging.newest_first(rated.select_related("institution", "appeal", "reply"), request)
        return render(request, "rectification/ratings.html", context)
    context["page"] = _page(request, mine.whole().filter(OURS[tab]), over=tab == "over")
    return render(request, "rectification/ours.html", context)


@require_safe
@requires("followup.record", "cases.read", "delivery.work", "cases.confirm")
def row(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, _visible(request, pk))


def show(request: HttpRequest, row: Rectification, form: forms.Form | None = None) -> HttpResponse:
    """:param form: the one that was sent and has errors; it keeps what was typed."""
    user, now = request.user, timezone.now()
    step = next_step.for_reader(row, user, now=now)
    blank = FORMS[step.form](initial={"version": row.version}) if step.form else None
    calls = step.form in ("call", "check")
    if calls:
        audit.record(user, "looked_at_contact", row.case, address=limits.address(request))
    papers = CaseDocument.objects.visible_to(user).select_related("attachment")
    context = {
        "row": row,
        "case": row.case,
        "step": step,
        "form": form or blank,
        "side": "staff" if user.works_here else "provider" if user.role == Role.PROVIDER else "enterprise",
        "rounds": row.rounds.prefetch_related(Prefetch("papers", papers, to_attr="files")).order_by("-number"),
        "calling": calls,
        "calls": row.calls.select_related("by").order_by("-pk") if user.works_here else [],
        "lines": timeline.of_referral(row.referral, user),
        "late": row.is_late(now),
        "by_link": step.form == "check" and row.state == S.REPLIED,
        "ends": row.state == S.CALLED_BACK,
    }
    return render(request, "rectification/row.html", context, status=422 if form else 200)


@require_POST
@requires("followup.record")
@once
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the call after an unhappy answer."""
    row, form = _visible(request, pk), CallForm(request.POST)
    if not form.is_valid():
        return show(request, row, form)
    actions.call_back(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("The call has been recorded."))
    return redirect("rectification:row", pk=pk)


@require_POST
@requires("delivery.work")
@once
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The institution says what it did."""
    row, form = _visible(request, pk), ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, row, form)
    said = form.cleaned_data
    stored = [files.store(upload, by=request.user) for upload in said.pop("attachments")]
    actions.reply(row, by=request.user, now=timezone.now(), attachments=stored, **said)
    messages.success(request, _("Thank you. The centre asks the enterprise whether it is put right."))
    return redirect("rectification:row", pk=pk)


@require_POST
@requires("followup.record")
@once
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the enterprise by link whether it is put right."""
    row, form = _visible(request, pk), VersionedForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    actions.ask(row, by=request.user, now=timezone.now(), version=version)
    messages.success(request, _("The enterprise has been asked by mail or message."))
    return redirect("rectification:row", pk=pk)


@require_POST
@requires("followup.record")
@once
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what the enterprise says on the phone about it."""
    row, form = _visible(request, pk), CheckForm(request.POST)
    if not form.is_valid():
        return show(request, row, form)
    actions.record_answer(row, by=request.user, now=timezone.now(), **form.answer())
    messages.success(request, _("The call has been recorded."))
    return redirect("rectification:row", pk=pk)


@require_POST
@requires("cases.confirm")
@once
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The enterprise, signed in, says whether it is put right."""
    row, form = _visible(request, pk), AnswerForm(request.POST)
    if not form.is_valid():
        return show(request, row, form)
    actions.answer(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Thank you. Your answer has been recorded."))
    return redirect(row.case)


@require_POST
@requires("triage.lead")
@once
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """A lead ends it, or gives one more round."""
    row, form = _visible(request, pk), DecideForm(request.POST)
    if not form.is_valid():
        return show(request, row, form)
    actions.decide(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Decided. Both sides have been told."))
    return redirect("rectification:row", pk=pk)


def _visible(request: HttpRequest, pk: int) -> Rectification:
    return get_object_or_404(Rectification.objects.visible_to(request.user).whole(), pk=pk)
