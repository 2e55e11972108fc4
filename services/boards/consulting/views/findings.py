"""Findings and their photos."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.files.responses import download
from portal.idempotency.keys import once
from services.boards.consulting.actions import planning
from services.boards.consulting.forms.plans import FindingForm
from services.boards.consulting.models import FindingPhoto
from services.boards.consulting.people import SEES, WRITES
from services.boards.consulting.views import rows


@requires(*WRITES)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, pk: int) -> HttpResponse:
    found = rows.writable(request, rows.diagnosis(request, pk))
    form = FindingForm(request.POST, request.FILES) if request.method == "POST" else FindingForm()
    if request.method == "POST" and form.is_valid():
        photos = form.cleaned_data["photos"]
        planning.add_finding(found, form.columns, by=request.user, now=timezone.now(), photos=photos)
        messages.success(request, _("Entered."))
        return redirect(found)
    context = {"diagnosis": found, "form": form}
    return render(request, "boards/consulting/finding.html", context, status=422 if form.is_bound else 200)


@requires(*WRITES)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = rows.finding(request, pk)
    rows.writable(request, row.diagnosis)
    version = rows.version(request) or row.version
    posted = request.method == "POST"
    form = FindingForm(request.POST if posted else None, request.FILES if posted else None, instance=row)
    if request.method == "POST" and form.is_valid():
        photos = form.cleaned_data["photos"]
        planning.change_finding(row, form.columns, version=version, by=request.user, photos=photos)
        messages.success(request, _("Saved."))
        return redirect(row.diagnosis)
    context = {"diagnosis": row.diagnosis, "finding": row, "form": form, "version": version}
    return render(request, "boards/consulting/finding.html", context, status=422 if form.is_bound else 200)


@requires(*SEES)
@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One photo, for whoever sees the finding."""
    rows_seen = FindingPhoto.objects.visible_to(request.user).select_related("attachment")
    row = get_object_or_404(rows_seen, pk=pk)
    audit.record(request.user, "downloaded", row)
    return download(row.attachment)
