"""The steps of a roadmap; certificates and roadmaps have the pages of every register."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.files.responses import download
from portal.idempotency.keys import once
from services.boards.board import BoardApp
from services.boards.certification import actions
from services.boards.certification.board import APP
from services.boards.certification.forms import StepForm
from services.boards.certification.models import Step
from services.boards.certification.registers import ROADMAPS
from services.boards.forms import PaperForm
from services.catalogue.models import Board


@requires("boards.keep")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """How it stands with one requirement, and what shows it."""
    row = _step(request, pk)
    paper = PaperForm(request.POST, request.FILES) if request.method == "POST" else PaperForm()
    form = StepForm(request.POST or None, instance=row, paper=paper)
    if request.method == "POST" and form.is_valid() and paper.is_valid():
        sent, version = paper.cleaned_data["paper"], form.cleaned_data["version"]
        actions.change_step(
            _step(request, pk), form.columns, version=version, by=request.user, now=timezone.now(), paper=sent
        )
        messages.success(request, _("Saved."))
        return redirect("boards:entry", APP.slug, ROADMAPS.slug, row.roadmap_id)
    context = {**_around(APP, row), "form": form, "paper_form": paper}
    return render(request, "certification/step.html", context, status=422 if form.is_bound else 200)


@requires("boards.keep", "boards.read")
@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the file that shows it; every look is recorded."""
    row = _step(request, pk)
    if row.paper is None:
        raise Http404
    audit.record(request.user, "downloaded", row)
    return download(row.paper)


def _step(request: HttpRequest, pk: int) -> Step:
    rows = Step.objects.visible_to(request.user).select_related("roadmap__enterprise", "requirement", "paper")
    return get_object_or_404(rows, pk=pk)


def _around(app: BoardApp, row: Step) -> dict[str, Any]:
    owner = row.roadmap.enterprise
    board = Board.objects.filter(slug=app.slug).first()
    return {"app": app, "board": board, "enterprise": owner, "tabs": app.tabs(owner, ROADMAPS), "step": row}
