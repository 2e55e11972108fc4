"""The applicant's pages: begin, go step by step, send, follow."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts.models import Institution
from portal import search
from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.files.models import Attachment
from portal.files.responses import download
from portal.idempotency.keys import once
from portal.reference.fields import options_anew
from services.catalogue.models import ServiceItem
from services.pool import missing
from services.pool.actions import applying
from services.pool.forms.applying import (
    AboutForm,
    AnswerForm,
    CredentialForm,
    EquipmentForm,
    ExpertForm,
    ItemForm,
    OwnEquipmentForm,
    PapersForm,
    ProviderForm,
    StartForm,
    WithdrawForm,
)
from services.pool.models import Application, ApplicationPaper, HeldCredential, OfferedItem
from services.pool.states import ApplicationState

ITEMS_FOUND = 20


@requires("pool.apply", "pool.curate")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def start(request: HttpRequest) -> HttpResponse:
    """What one may apply as, and the applications one has made."""
    form = StartForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        application = applying.start(request.user, form.cleaned_data["kind"], now=timezone.now())
        return redirect("pool:step", pk=application.pk, step=missing.ABOUT)
    own = Application.objects.visible_to(request.user).filter(applicant=request.user).order_by("-pk")[:20]
    return render(request, "pool/start.html", {"kinds": KINDS, "own": own}, status=422 if form.is_bound else 200)


KINDS = [
    (
        Application.Kind.INSTITUTION,
        "building",
        gettext_lazy(
            "Laboratories, certification bodies, agencies. Have the licence, credentials and scope annexes at hand."
        ),
    ),
    (
        Application.Kind.DEPARTMENT,
        "bank",
        gettext_lazy(
            "Offices that handle matters for enterprises, without a fee. Have the name and a contact at hand."
        ),
    ),
    (
        Application.Kind.CO_OPERATING,
        "buildings",
        gettext_lazy(
            "Enterprises that open their laboratories or workshops to others. Have the business licence at hand."
        ),
    ),
    (
        Application.Kind.EXPERT,
        "person-badge",
        gettext_lazy("People who visit, advise and review. Have your qualifications at hand."),
    ),
    (
        Application.Kind.EQUIPMENT,
        "tools",
        gettext_lazy("Instruments that institutions of the pool share. Have the calibration certificate at hand."),
    ),
]


@requires("pool.apply", "pool.curate")
@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, whose turn it is, what has happened."""
    return _application_page(request, get_object_or_404(_rows(request), pk=pk))


def _application_page(request: HttpRequest, row: Application, withdrawing: WithdrawForm | None = None) -> HttpResponse:
    asked = row.events.filter(verb="asked").order_by("-pk").first() if row.state == ApplicationState.RETURNED else None
    context = {
        "application": row,
        "events": row.events.select_related("by").order_by("-pk"),
        "asked": asked,
        "items": row.items.select_related("item__board").prefetch_related("regions").order_by("pk"),
        "held": row.credentials.select_related("type").order_by("pk"),
        "papers": row.papers.select_related("attachment").order_by("pk"),
        "decided": row.state == ApplicationState.ACCEPTED,
        "editable": Application.objects.editable_by(request.user).filter(pk=row.pk).exists(),
        "gaps": missing.gaps(row) if row.is_editable else [],
        "withdraw_form": withdrawing or WithdrawForm(auto_id="withdraw_%s"),
        "first": missing.ABOUT,
    }
    return render(request, "pool/application.html", context, status=422 if withdrawing else 200)


@requires("pool.apply", "pool.curate")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step; it is kept when it is sent, complete or not, so that one may come back later."""
    row = get_object_or_404(_editable(request), pk=pk)
    if step not in missing.steps_of(row):
        raise Http404
    form = _form(request, row, step)
    if request.method == "POST" and form is not None and form.is_valid():
        stays = KEEPERS[step](request, row, form)
        return redirect("pool:step", pk=pk, step=step if stays else _next(row, step))
    return _page(request, row, step, form)


def _form(request: HttpRequest, row: Application, step: str) -> forms.Form | None:
    sent: Any = (request.POST, request.FILES) if request.method == "POST" else ()
    if step == missing.ABOUT:
        return _about(request, row, *sent)
    kind = {missing.ITEMS: ItemForm, missing.CREDENTIALS: CredentialForm, missing.PAPERS: PapersForm}.get(step)
    return kind(*sent) if kind else None


def _about(request: HttpRequest, row: Application, *sent: Any) -> AboutForm:
    if row.kind == Application.Kind.EQUIPMENT:
        if request.user.has_perm("pool.curate"):
            return EquipmentForm(*sent, application=row)
        owners = Institution.objects.of(request.user).exclude(standing=Institution.Standing.MERGED)
        return OwnEquipmentForm(*sent, application=row, owners=owners)
    return (ExpertForm if row.kind == Application.Kind.EXPERT else ProviderForm)(*sent, application=row)


def _keep_about(request: HttpRequest, row: Application, form: Any) -> bool:
    applying.describe(row, form.columns(), form.details())
    return False


def _keep_item(request: HttpRequest, row: Application, form: Any) -> bool:
    applying.put_item(row, form.offer())
    messages.success(request, _("Added. Add the next one, or go on."))
    return True


def _keep_credential(request: HttpRequest, row: Application, form: Any) -> bool:
    _put_credential(request, row, form)
    messages.success(request, _("Added. Add the next one, or go on."))
    return True


def _keep_papers(request: HttpRequest, row: Application, form: Any) -> bool:
    applying.add_papers(row, form.cleaned_data["papers"], by=request.user)
    return True


KEEPERS: dict[str, Callable[[HttpRequest, Application, Any], bool]] = {
    missing.ABOUT: _keep_about,
    missing.ITEMS: _keep_item,
    missing.CREDENTIALS: _keep_credential,
    missing.PAPERS: _keep_papers,
}
"""Each keeps what its step says; whether one stays there to add another."""


def _put_credential(
    request: HttpRequest, row: Application, form: CredentialForm, line: HeldCredential | None = None
) -> None:
    said = form.claim()
    if not said.type.fits(said.number):
        messages.warning(
            request,
            _("Numbers of this kind usually look different from “%(number)s”. Please look again; it was kept.")
            % {"number": said.number},
        )
    applying.put_credential(row, said, upload=form.cleaned_data["file"] or None, by=request.user, row=line)


def _page(
    request: HttpRequest, row: Application, step: str, form: forms.Form | None, answer: AnswerForm | None = None
) -> HttpResponse:
    steps = missing.steps_of(row)
    at = steps.index(step)
    items = list(row.items.select_related("item__board").prefetch_related("regions").order_by("pk"))
    held = list(row.credentials.select_related("type", "attachment").order_by("pk"))
    uncovered = missing.uncovered(items, held)
    context = {
        "application": row,
        "step": step,
        "title": missing.NAMES[step],
        "steps": [_mark(name, place, at) for place, name in enumerate(steps)],
        "back": steps[at - 1] if at else "",
        "next": steps[at + 1] if at + 1 < len(steps) else "",
        "form": form,
        "items": [(item, uncovered.get(item.pk, ())) for item in items],
        "held": [(one, one.type.fits(one.number)) for one in held],
        "sent_items": items,
        "sent_held": held,
        "papers": row.papers.select_related("attachment").order_by("pk"),
        "gaps": missing.gaps(row) if step == missing.SEND else [],
        "returned": row.state == ApplicationState.RETURNED,
        "answer_form": answer or AnswerForm(),
    }
    wrong = any(sent is not None and sent.errors for sent in (form, answer))
    return render(request, "pool/step.html", context, status=422 if wrong else 200)


def _mark(name: str, place: int, at: int) -> dict[str, str]:
    state = "past" if place < at else "now" if place == at else "ahead"
    return {"name": str(missing.NAMES[name]), "state": state}


def _next(row: Application, step: str) -> str:
    steps = missing.steps_of(row)
    return steps[min(steps.index(step) + 1, len(steps) - 1)]


@requires("pool.apply", "pool.curate")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def item(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """One service that was added, to be changed."""
    own = get_object_or_404(_editable(request), pk=pk)
    line = get_object_or_404(own.items.select_related("item"), pk=row)
    form = ItemForm(request.POST if request.method == "POST" else None, initial=ItemForm.of(line))
    if request.method == "POST" and form.is_valid():
        applying.put_item(own, form.offer(), row=line)
        return redirect("pool:step", pk=pk, step=missing.ITEMS)
    return _line_page(request, own, line, form, missing.ITEMS)


@requires("pool.apply", "pool.curate")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def held(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """One credential that was added, to be corrected."""
    own = get_object_or_404(_editable(request), pk=pk)
    line = get_object_or_404(own.credentials.select_related("type", "attachment"), pk=row)
    sent: Any = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CredentialForm(*sent, initial=CredentialForm.of(line), file_needed=line.attachment is None)
    if request.method == "POST" and form.is_valid():
        _put_credential(request, own, form, line)
        return redirect("pool:step", pk=pk, step=missing.CREDENTIALS)
    return _line_page(request, own, line, form, missing.CREDENTIALS)


def _line_page(
    request: HttpRequest, own: Application, line: OfferedItem | HeldCredential, form: forms.Form, step: str
) -> HttpResponse:
    context = {"application": own, "line": line, "form": form, "step": step}
    return render(request, "pool/line.html", context, status=422 if form.errors else 200)


@requires("pool.apply", "pool.curate")
@require_POST
@once
def drop(request: HttpRequest, pk: int, step: str, row: int) -> HttpResponse:
    """Take out one service, credential or paper."""
    own = get_object_or_404(_editable(request), pk=pk)
    rows: dict[str, QuerySet[Any]] = {
        missing.ITEMS: OfferedItem.objects.filter(application=own),
        missing.CREDENTIALS: HeldCredential.objects.filter(application=own).select_related("attachment"),
        missing.PAPERS: ApplicationPaper.objects.filter(application=own).select_related("attachment"),
    }
    if step not in rows:
        raise Http404
    applying.drop(own, get_object_or_404(rows[step], pk=row))
    return redirect("pool:step", pk=pk, step=step)


@requires("pool.apply", "pool.curate")
@require_POST
@once
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_editable(request), pk=pk)
    form = AnswerForm(request.POST)
    if row.state == ApplicationState.RETURNED and not form.is_valid():
        return _page(request, row, missing.SEND, None, answer=form)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    applying.submit(row, by=request.user, now=timezone.now(), answer=answer)
    messages.success(request, _("Sent. You can follow the application here."))
    return redirect("pool:application", pk=pk)


@requires("pool.apply", "pool.curate")
@require_POST
@once
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    own = Application.objects.visible_to(request.user).filter(applicant=request.user).open()
    row = get_object_or_404(own, pk=pk)
    form = WithdrawForm(request.POST, auto_id="withdraw_%s")
    if not form.is_valid():
        return _application_page(request, row, form)
    applying.withdraw(row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("The application has been withdrawn."))
    return redirect("pool:start")


@requires("pool.apply", "pool.read")
@require_safe
def paper(request: HttpRequest, pk: int, attachment: int) -> HttpResponseBase:
    """Download one document of the application; every look is recorded."""
    row = get_object_or_404(_rows(request), pk=pk)
    papers = row.papers.values("attachment").union(row.credentials.values("attachment"))
    found = get_object_or_404(Attachment.objects.filter(pk__in=papers), pk=attachment)
    audit.record(request.user, "downloaded", f"application:{row.pk}:{found.pk}")
    return download(found)


@requires("pool.apply", "pool.curate")
@require_safe
def item_options(request: HttpRequest) -> HttpResponse:
    """The services that have the typed words, as options of the list below the search box."""
    typed = request.GET.get("q", "").strip()[:100]
    items = ServiceItem.objects.offered().in_order()
    found = search.match(items, typed)[:ITEMS_FOUND] if typed else items
    hits = [{"code": row.code, "path": f"{row.code} {row.name}"} for row in found]
    return options_anew(request, ServiceItem.objects.offered(), hits)


def _rows(request: HttpRequest) -> QuerySet[Application]:
    return Application.objects.visible_to(request.user).select_related("applicant", "region", "owner", "calendar")


def _editable(request: HttpRequest) -> QuerySet[Application]:
    return Application.objects.editable_by(request.user).select_related("applicant", "region", "owner", "calendar")
