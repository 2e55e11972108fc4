"""The institution's desk, and the enterprise's answers to what it delivers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST, require_safe

from portal import paging
from portal.accounts import limits
from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.columns import none_but
from portal.files import actions as files
from portal.idempotency.keys import once
from services.cases import sharing, timeline
from services.cases.models import Referral
from services.cases.states import REFERRAL_LIVE, REFERRAL_STEPS, ReferralState
from services.cases.templatetags.answers import given_answers
from services.delivery import actions
from services.delivery.forms import DeclineForm, DeliverForm, NoteForm, ProgressForm, QuoteForm, ReasonForm

R = ReferralState
MORE_STEPS = (
    ("quote", _l("Send plan and price first")),
    ("rework", _l("Take the work up again")),
    ("abandon", _l("Give the work up")),
)
TABS = {
    "new": Q(state=R.OFFERED),
    "working": Q(state__in=REFERRAL_LIVE - {R.OFFERED}),
    "done": ~Q(state__in=REFERRAL_LIVE),
}


@dataclass(frozen=True)
class Step:
    """One thing a person may do with a referral: its form and the action behind it."""

    form: type[forms.Form]
    act: Callable[..., Any]
    done: Callable[[], str]
    to: R | None = None

    def possible(self, referral: Referral) -> bool:
        if self.to is None:
            return referral.state in {R.ACCEPTED, R.IN_PROGRESS}
        return self.to in REFERRAL_STEPS[R(referral.state)]


PROVIDER_STEPS = {
    "accept": Step(
        NoteForm, actions.accept, lambda: _("Accepted. You now see who asks and how to reach them."), R.ACCEPTED
    ),
    "decline": Step(
        DeclineForm, actions.decline, lambda: _("Declined. The centre asks the next institution."), R.DECLINED
    ),
    "quote": Step(QuoteForm, actions.quote, lambda: _("Plan and price are with the enterprise."), R.QUOTED),
    "progress": Step(ProgressForm, actions.progress, lambda: _("Noted; the enterprise sees it.")),
    "rework": Step(ReasonForm, actions.rework, lambda: _("The work is open again."), R.IN_PROGRESS),
    "abandon": Step(ReasonForm, actions.abandon, lambda: _("Given up. The centre has been told."), R.ABANDONED),
}
LABELS = {
    "agree": _l("Agree to plan and price"),
    "confirm": _l("Confirm the result"),
    "ask-change": _l("Ask for a change"),
    "dispute": _l("Something is wrong"),
    "cancel": _l("Call it off"),
}
ENTERPRISE_STEPS = {
    "agree": Step(NoteForm, actions.agree, lambda: _("Agreed. The institution begins."), R.IN_PROGRESS),
    "ask-change": Step(
        ReasonForm, actions.ask_change, lambda: _("The institution has been asked to change its plan."), R.ACCEPTED
    ),
    "confirm": Step(
        NoteForm, actions.confirm, lambda: _("Confirmed. We will ask you in a few days how it went."), R.CONFIRMED
    ),
    "dispute": Step(
        ReasonForm, actions.dispute, lambda: _("Your objection is recorded; the institution has to answer."), R.DISPUTED
    ),
    "cancel": Step(ReasonForm, actions.cancel, lambda: _("Cancelled."), R.CANCELLED),
}


@requires("delivery.work")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The institution's referrals: new offers first, then what is being worked on, then what is over."""
    visible = Referral.objects.visible_to(request.user)
    live = dict(visible.live().order_by().values_list("state").annotate(Count("pk")))
    counts = {"new": live.pop(R.OFFERED, 0), "working": sum(live.values())}
    first = "new" if counts["new"] or not counts["working"] else "working"
    asked = request.GET.get("tab", "")
    tab = asked if asked in TABS else first
    views = [
        {"name": name, "url": f"?tab={key}", "active": key == tab, "count": counts.get(key)}
        for key, name in (("new", _("New offers")), ("working", _("In hand")), ("done", _("Over")))
    ]
    rows = visible.select_related("need__item", "need__board", "case", "institution")
    page = paging.newest_first(rows.filter(TABS[tab]), request)
    return render(request, "delivery/desk.html", {"tab": tab, "page": page, "views": views})


@requires("delivery.work")
@require_safe
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral as its institution sees it; who asks stays masked until it accepts."""
    return _page(request, _visible(request, pk), {})


def _page(request: HttpRequest, row: Referral, bound: dict[str, forms.Form], status: int = 200) -> HttpResponse:
    contact = sharing.shown(row)
    if contact.full:
        audit.record(request.user, "saw_contact", row.case, {"referral": row.pk}, limits.network(request) or None)
    shown = _forms(row, bound)
    context = {
        "referral": row,
        "trail": [(_("Referrals to your institution"), reverse("delivery:desk")), (row.case.number, "")],
        "contact": contact,
        "said": sharing.redacted(row.need.description or row.case.text, row, full=contact.full),
        "product": sharing.redacted(row.case.product, row, full=contact.full),
        "answers": [
            (label, sharing.redacted(value, row, full=contact.full)) for label, value in given_answers(row.need)
        ],
        "forms": shown,
        "more": [(name, label, shown[name]) for name, label in MORE_STEPS if name in shown],
        "opened": next(iter(bound), ""),
        "lines": timeline.of_referral(row, request.user),
        "results": row.results.issued().select_related("document__attachment"),
        "documents": row.case.documents.visible_to(request.user).filter(referral=None).select_related("attachment"),
    }
    return render(request, "delivery/referral.html", context, status=status)


def _forms(row: Referral, bound: dict[str, forms.Form]) -> dict[str, forms.Form]:
    """The forms of the steps that are possible now; the one that was sent keeps what was typed."""
    initial = {"version": row.version, "waits_for": row.waiting_for}
    steps = {name: step for name, step in PROVIDER_STEPS.items() if _offered_to_provider(name, step, row)}
    shown = {name: bound.get(name) or step.form(initial=initial, auto_id=f"{name}_%s") for name, step in steps.items()}
    if row.state in {R.ACCEPTED, R.IN_PROGRESS}:
        shown["deliver"] = bound.get("deliver") or DeliverForm(referral=row, initial=initial, auto_id="deliver_%s")
    return shown


def _offered_to_provider(name: str, step: Step, row: Referral) -> bool:
    """``rework`` shares its target with the enterprise's agreement to a quote; it is only for what was delivered."""
    if name == "rework":
        return row.state in {R.DELIVERED, R.DISPUTED}
    return step.possible(row)


@requires("delivery.work")
@require_POST
@once
def provider_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Accept, decline, quote, note progress, take up again or give up."""
    row = _visible(request, pk)
    taken = PROVIDER_STEPS[step]
    form = taken.form(request.POST, auto_id=f"{step}_%s")
    if not form.is_valid():
        return _page(request, row, {step: form}, status=422)
    taken.act(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, taken.done())
    return redirect("delivery:referral", pk=row.pk)


@requires("delivery.work")
@require_POST
@once
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in the results."""
    row = _visible(request, pk)
    form = DeliverForm(request.POST, request.FILES, referral=row, auto_id="deliver_%s")
    if not form.is_valid():
        return _page(request, row, {"deliver": form}, status=422)
    stored = [files.store(upload, by=request.user) for upload in form.cleaned_data["attachments"]]
    actions.deliver(
        row, form.results(stored), by=request.user, now=timezone.now(), version=form.cleaned_data["version"]
    )
    messages.success(request, _("Delivered. The enterprise has been asked to confirm."))
    return redirect("delivery:referral", pk=row.pk)


@requires("cases.confirm")
@require_POST
@once
def enterprise_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Agree, ask for a change, confirm, object or cancel."""
    row = _visible(request, pk)
    taken = ENTERPRISE_STEPS[step]
    form = taken.form(request.POST)
    if not form.is_valid():
        context = {"referral": row, "form": form, "step": step, "label": LABELS[step]}
        return render(request, "delivery/enterprise_step.html", context, status=422)
    answers = {name: value for name, value in form.cleaned_data.items() if value or name == "version"}
    taken.act(row, by=request.user, now=timezone.now(), **answers)
    messages.success(request, taken.done())
    return redirect(row.case)


@requires("triage.lead")
@require_POST
@once
def close_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """The team lead ends an objection that could not be settled; the need looks for another institution."""
    row = _visible(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the enterprise and the institution read it."))
        return redirect(row.case)
    actions.close_dispute(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("The dispute is closed; the need looks for another institution."))
    return redirect(row.case)


def _visible(request: HttpRequest, pk: int) -> Referral:
    rows = Referral.objects.visible_to(request.user).select_related(
        "need__item",
        "need__board",
        "case__enterprise__region",
        "case__submitter",
        "institution",
        "handler",
        "match_record",
    )
    return get_object_or_404(rows.defer(*none_but(Referral, "match_record")), pk=pk)
