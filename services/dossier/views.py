"""The dossier of an enterprise: one page, one PDF, one zip."""

from typing import TypeVar

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise
from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.files.responses import HEADERS
from services.dossier import archive as zips
from services.dossier import content, printing

MOST = 50
Answer = TypeVar("Answer", bound=HttpResponseBase)


@requires("boards.keep")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Of the enterprises somebody speaks for; with one, straight to it."""
    own = list(Enterprise.objects.of(request.user).order_by("name")[:MOST])
    if len(own) == 1:
        return redirect("dossier:enterprise", own[0].pk)
    return render(request, "dossier/mine.html", {"enterprises": own})


@requires("boards.keep", "boards.read")
@require_safe
def enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    owner = _enterprise(request, pk)
    today = timezone.localdate()
    dossier = content.of(owner, request.user, today)
    context = {"dossier": dossier, "enterprise": owner, "today": today, "keeps": request.user.has_perm("boards.keep")}
    return render(request, "dossier/dossier.html", context)


@requires("boards.keep", "boards.read")
@require_safe
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a PDF to print or to hand on."""
    owner = _enterprise(request, pk)
    now = timezone.now()
    audit.record(request.user, "printed dossier", owner)
    body = printing.pdf(content.of(owner, request.user, timezone.localdate(now)), request.user, now=now)
    return _named(HttpResponse(body, content_type="application/pdf"), f"{owner.name}.pdf")


@requires("boards.keep", "boards.read")
@require_safe
def archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything, for machines; who took it is on the audit trail."""
    owner = _enterprise(request, pk)
    audit.record(request.user, "exported dossier", owner)
    file = zips.write(owner, request.user, now=timezone.now())
    return _named(FileResponse(file, content_type="application/zip"), f"{owner.name}.zip")


def _enterprise(request: HttpRequest, pk: int) -> Enterprise:
    rows = Enterprise.objects.visible_to(request.user).select_related("region", "industry")
    return get_object_or_404(rows, pk=pk)


def _named(answer: Answer, name: str) -> Answer:
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    for header, value in HEADERS.items():
        answer[header] = value
    return answer
