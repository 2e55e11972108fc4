"""One case, whole, for the enterprise and for those who only read; the desk has its own page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import paging, search
from portal.accounts import codes, limits
from portal.accounts.access import requires
from portal.accounts.views import ASKED
from portal.audit import actions as audit
from portal.files import actions as files
from portal.files.responses import download
from portal.idempotency.keys import once
from portal.refusals import Refusal
from services.casefile import actions, deadlines, next_step, reopening, screen, way
from services.casefile.forms import AnswerForm, OpenForm, ReopenForm, SharingForm, WithdrawForm
from services.cases import actions as cases
from services.cases import reading, sharing, timeline
from services.cases.models import Case, CaseDocument, Need
from services.cases.models.cases import CaseQuerySet
from services.cases.models.documents import documents_of
from services.cases.states import CASE_OPEN, NEED_STEPS, CaseState, NeedState

TABS = {"open": True, "done": False}
WITHDRAWABLE = {CaseState.SUBMITTED, CaseState.RETURNED}
ANSWERABLE = {CaseState.RETURNED, CaseState.LAPSED}


@requires("intake.submit", "cases.read")
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases somebody sees, open or done, found by words or number."""
    wanted = request.GET.get("tab", "")
    tab = wanted if wanted in TABS else "open"
    asked = request.GET.get("q", "")[:200]
    rows = Case.objects.listed_to(request.user)
    rows = rows.filter(state__in=CASE_OPEN) if TABS[tab] else rows.exclude(state__in=CASE_OPEN)
    near = search.looked_at(rows, asked) if asked else None
    page = paging.newest_first(search.match(rows, asked), request, near=near, dressed=_dressed)
    return render(request, "casefile/list.html", {"tab": tab, "page": page, "q": asked})


def _dressed(rows: CaseQuerySet) -> CaseQuerySet:
    """What a line of the list shows."""
    return rows.with_calendar().only("number", "text", "state", "submitted_at", "due_at")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: HttpRequest) -> HttpResponse:
    """Number and contact, then a one-time code, then the page. Whether the two belong together is not said: the code
    goes to whoever has the contact, and what they then see is theirs.
    """
    form = OpenForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    status = 200 if request.method != "POST" else 422
    if form.is_valid():
        contact, number = form.cleaned_data["contact"], form.cleaned_data["number"]
        try:
            codes.send(contact, now=timezone.now(), network=limits.network(request), members_only=True)
        except Refusal as refusal:
            form.add_error("contact", str(refusal.detail))
            status = refusal.status
        else:
            page = reverse("casefile:case", args=[number])
            request.session[ASKED] = {"contact": contact, "next": page, "register": False}
            return redirect("accounts:code_entry")
    return render(request, "casefile/open.html", {"form": form}, status=status)


@requires("intake.submit", "cases.read")
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The whole case: next step, needs, timeline, papers."""
    row = _visible(request, number)
    if request.user.is_desk:
        return redirect("triage:case", number=row.number)
    return _page(request, row)


def _page(
    request: HttpRequest,
    row: Case,
    *,
    answer_form: AnswerForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    withdrawn_need: int = 0,
    reopen_form: ReopenForm | None = None,
    reopened_need: int = 0,
    status: int = 200,
) -> HttpResponse:
    """:param withdrawn_need: the need that ``withdraw_form`` is about, 0 for the whole case; so ``reopened_need``."""
    needs = reading.needs_of(row)
    open_form = withdraw_form or WithdrawForm()
    context = {
        "case": row,
        "needs": needs,
        "next": next_step.for_enterprise(row, needs),
        "steps": way.of_case(row, needs),
        "lines": timeline.of_case(row, request.user),
        "documents": documents_of(case=row.pk, user=request.user),
        "questions": row.information_requests.open().first() if row.state in ANSWERABLE else None,
        "answer_form": answer_form or AnswerForm(),
        "withdraw_form": WithdrawForm() if withdrawn_need else open_form,
        "need_form": open_form if withdrawn_need else WithdrawForm(),
        "withdrawn_need": withdrawn_need,
        "may_withdraw": row.state in WITHDRAWABLE,
        "withdrawable": {need.pk for need in needs if _may_withdraw(need)},
        "reopenable": reopening.open_to(row, needs, now=timezone.now()),
        "reopen_form": reopen_form or ReopenForm(),
        "reopened_need": reopened_need,
        "acts": request.user.has_perm("cases.answer"),
        "to_rate": None if row.is_open else screen.to_rate(case=row.pk, user=request.user),
        "sharing": sharing.has_agreed(request.user) if row.submitter_id == request.user.pk else None,
    }
    return render(request, "casefile/case.html", context, status=status)


def _may_withdraw(need: Need) -> bool:
    return bool(NEED_STEPS[NeedState(need.state)]) or need.state in {NeedState.OFFERED, NeedState.IN_SERVICE}


@requires("cases.answer")
@require_POST
@once
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the questions of the desk."""
    row = _visible(request, number)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, row, answer_form=form, status=422)
    stored = [files.store(upload, by=request.user) for upload in form.cleaned_data["attachments"]]
    cases.answer(row, form.cleaned_data["text"], by=request.user, now=timezone.now(), attachments=stored)
    messages.success(request, _("Thank you. The centre goes on with your case."))
    return redirect(row)


@requires("cases.answer")
@require_POST
@once
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw the whole case."""
    row = _visible(request, number)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, row, withdraw_form=form, status=422)
    actions.withdraw(row, by=request.user, now=timezone.now(), note=form.cleaned_data["note"])
    messages.success(request, _("Withdrawn."))
    return redirect(row)


@requires("cases.answer")
@require_POST
@once
def withdraw_need(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw one need of a case."""
    need = get_object_or_404(Need.objects.visible_to(request.user).select_related("case", "item"), pk=pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        row = _visible(request, need.case.number)
        return _page(request, row, withdraw_form=form, withdrawn_need=need.pk, status=422)
    actions.withdraw_need(need, by=request.user, now=timezone.now(), note=form.cleaned_data["note"])
    messages.success(request, _("Withdrawn."))
    return redirect(need.case)


@requires("cases.answer")
@require_POST
@once
def reopen_need(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a settled need taken up again."""
    need = get_object_or_404(Need.objects.visible_to(request.user).select_related("case", "item"), pk=pk)
    form = ReopenForm(request.POST, auto_id=f"reopen_{need.pk}_%s")
    if not form.is_valid():
        return _page(request, _visible(request, need.case.number), reopen_form=form, reopened_need=need.pk, status=422)
    reopening.reopen(need, form.cleaned_data["reason"], by=request.user, now=timezone.now())
    messages.success(request, _("Taken up again. We look for help and tell you what happens."))
    return redirect(need.case)


@requires("cases.answer")
@require_POST
@once
def share(request: HttpRequest, number: str) -> HttpResponse:
    """Agree that the accepting institution sees the contact, or take it back."""
    row = _visible(request, number)
    form = SharingForm(request.POST)
    agree = form.is_valid() and form.cleaned_data["agree"]
    sharing.decide(row, agree=agree, by=request.user, now=timezone.now())
    messages.success(request, _("Noted. You can take it back here at any time.") if agree else _("Taken back."))
    return redirect(row)


@requires("intake.submit", "cases.read", "delivery.work")
@require_safe
def clocks(request: HttpRequest, number: str) -> HttpResponse:
    """Why everything promised in the case is due when it is."""
    row = get_object_or_404(deadlines.cases(request.user), number=number)
    context = {"case": row, "panels": deadlines.panels(row, request.user, now=timezone.now())}
    return render(request, "casefile/clocks.html", context)


@requires("intake.submit", "cases.read", "delivery.work")
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download one paper; every look is recorded."""
    papers = CaseDocument.objects.visible_to(request.user).select_related("attachment")
    paper = get_object_or_404(papers, pk=pk)
    audit.record(request.user, "downloaded", f"document:{paper.pk}")
    return download(paper.attachment)


def _visible(request: HttpRequest, number: str) -> Case:
    found: list[Case] = screen.called(number=number, user=request.user)
    if not found:
        raise Http404
    return found[0]
