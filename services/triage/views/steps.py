"""The other things the desk does with a case or a need, each a form, one action and back to the case."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.access import requires
from portal.idempotency.keys import once
from portal.refusals import Words
from services.cases import actions as cases
from services.cases.models import Case, Need
from services.triage import actions, advice, screen
from services.triage.forms import (
    AnswerForm,
    AskForm,
    DecideForm,
    MergeForm,
    NoteForm,
    ReferOutForm,
    ReopenForm,
    TakeForm,
)
from services.triage.pieces import DescribeForm
from services.triage.views.case import page, visible


@dataclass(frozen=True)
class Step:
    """One thing to do with a case. ``learns``: the decision is kept beside what was suggested."""

    form: type[forms.Form]
    act: Callable[..., Any]
    done: Words
    learns: bool = False


STEPS = {
    "take": Step(TakeForm, actions.take, gettext_lazy("You are now the contact person of this case.")),
    "ask": Step(AskForm, cases.ask, gettext_lazy("Asked. The clock stands still until the enterprise answers.")),
    "answer": Step(AnswerForm, actions.answer_now, gettext_lazy("Answered; the enterprise reads it."), learns=True),
    "refer_out": Step(
        ReferOutForm, actions.refer_out, gettext_lazy("Referred out; the enterprise has been told."), learns=True
    ),
    "note": Step(NoteForm, actions.note, gettext_lazy("Noted.")),
}


@requires("triage.work")
@require_POST
@once
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take, ask, answer at once, refer out or note."""
    if name not in STEPS:
        raise Http404
    row, wanted = visible(request, number), STEPS[name]
    extra: dict[str, Any] = {"spoken": row.channel in actions.SPOKEN} if wanted.form is AnswerForm else {}
    form = wanted.form(request.POST, auto_id=f"{name}_%s", **extra)
    if not form.is_valid():
        return page(request, row, forms={name: form}, status=422)
    learned = {"suggestion": advice.of(row, today=timezone.localdate())} if wanted.learns else {}
    wanted.act(row, by=request.user, now=timezone.now(), **form.cleaned_data, **learned)
    messages.success(request, str(wanted.done))
    return redirect("triage:case", number=row.number)


@requires("triage.work")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """What would move is shown first; the second click joins the cases."""
    row = visible(request, number)
    typed = request.POST if request.method == "POST" else request.GET
    bound = typed if "number" in typed else None
    form = MergeForm(bound, case=row, user=request.user, initial={"version": row.version})
    master = form.cleaned_data["number"] if form.is_bound and form.is_valid() else None
    if request.method != "POST" or master is None:
        return _merge_page(request, row, form, master)
    actions.merge(row, master, by=request.user, now=timezone.now(), version=form.cleaned_data["version"])
    messages.success(request, _("Joined. It goes on here."))
    return redirect("triage:case", number=master.number)


def _merge_page(request: HttpRequest, row: Case, form: MergeForm, master: Case | None) -> HttpResponse:
    context = {
        "case": row,
        "form": form,
        "master": master,
        "fits": master is not None and actions.same_party(row, master),
        "papers": row.documents.count(),
        "candidates": screen.repeated(screen.others(row, request.user)),
    }
    return render(request, "triage/merge.html", context, status=422 if form.errors else 200)


@requires("triage.work")
@require_POST
@once
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """End a need that nobody can serve, or that another office has to."""
    rows = Need.objects.visible_to(request.user).select_related("case", "item")
    need = get_object_or_404(rows, pk=pk)
    form = DecideForm(request.POST, auto_id=f"decide_{need.pk}_%s")
    if not form.is_valid():
        row = visible(request, need.case.number)
        return page(request, row, undecided=need.pk, decide_form=form, status=422)
    actions.decide(need, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Decided; the enterprise has been told."))
    return redirect("triage:case", number=need.case.number)


@requires("triage.work")
@require_POST
@once
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a settled need up again."""
    rows = Need.objects.visible_to(request.user).select_related("case", "item")
    need = get_object_or_404(rows, pk=pk)
    form = ReopenForm(request.POST, auto_id=f"reopen_{need.pk}_%s")
    if not form.is_valid():
        row = visible(request, need.case.number)
        return page(request, row, unopened=need.pk, reopen_form=form, status=422)
    actions.reopen(need, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Taken up again; the enterprise has been told."))
    return redirect("triage:case", number=need.case.number)


@requires("triage.work")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Complete the description and the answers of a need before it is offered."""
    rows = Need.objects.visible_to(request.user).select_related("case", "item__board", "board")
    need = get_object_or_404(rows, pk=pk)
    typed = request.POST if request.method == "POST" else None
    form = DescribeForm(typed, item=need.item, initial=DescribeForm.initial_of(need))
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "triage/describe.html", {"need": need, "form": form}, status=status)
    words = {name: form.cleaned_data[name] for name in ("description", "urgency", "version")}
    actions.describe(need, answers=form.given(), by=request.user, now=timezone.now(), **words)
    messages.success(request, _("Kept."))
    return redirect("triage:case", number=need.case.number)
