"""Send a file, read the report, confirm, watch it being written, take the bad rows back."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import paging, words
from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.idempotency.keys import once
from portal.imports import actions, headers, kinds
from portal.imports.forms import UploadForm
from portal.imports.kinds import Kind
from portal.imports.models import ImportRow, ImportRun
from portal.imports.states import CANCELLABLE, ImportState
from portal.tables import writing

ROWS_SHOWN = 50
AT_ONCE = 1000


@requires("imports.work")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be imported, and one's own imports."""
    own = kinds.of(request.user)
    page = paging.newest_first(ImportRun.objects.visible_to(request.user).select_related("file"), request)
    context = {"kinds": own, "tabs": own[0].tabs if own else "", "page": page}
    return render(request, "imports/list.html", context)


@requires("imports.work")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, kind: str) -> HttpResponse:
    chosen = _kind(request, kind)
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        row = actions.receive(
            chosen, form.cleaned_data["file"], by=request.user, now=timezone.now(), scope=_scope(request)
        )
        return redirect("imports:run", row.pk)
    context = {"kind": chosen, "form": form, "columns": chosen.form.base_fields.values()}
    return render(request, "imports/new.html", context, status=422 if form.is_bound else 200)


@requires("imports.work")
@require_safe
def template(request: HttpRequest, kind: str, ending: str) -> HttpResponseBase:
    """The columns and one example row, in the language of the page."""
    chosen = _kind(request, kind)
    first = headers.EXAMPLE[0 if request.LANGUAGE_CODE.startswith("zh") else 1]
    cells = [chosen.example.get(name, "") for name in chosen.form.base_fields]
    row = [first + cells[0], *cells[1:]]
    return writing.response(f"{chosen.slug}-template", _ending(ending), headers.of(chosen.form), [row])


@requires("imports.work")
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of one import, fifty bad rows at a time."""
    row = get_object_or_404(_runs(request), pk=pk)
    kind = row.meant()
    after = words.whole(request.GET.get("after")) or 0
    bad = list(_bad(row).filter(line__gt=after).order_by("line")[: ROWS_SHOWN + 1])
    for line in bad:
        for problem in line.problems:
            problem["label"] = headers.label(kind.form, problem["column"])
    context = {
        "run": row,
        "kind": kind,
        "bad": bad[:ROWS_SHOWN],
        "more": bad[ROWS_SHOWN - 1].line if len(bad) > ROWS_SHOWN else None,
        "may_confirm": row.state == ImportState.CHECKED and row.good,
        "may_cancel": row.state in CANCELLABLE,
    }
    return render(request, "imports/run.html", context)


@requires("imports.work")
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; the page is fetched anew once it is somebody's turn again."""
    row = get_object_or_404(_runs(request), pk=pk)
    answer = render(request, "imports/_progress.html", {"run": row})
    if not row.is_working:
        answer["HX-Refresh"] = "true"
    return answer


@requires("imports.work")
@require_POST
@once
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    row = actions.confirm(get_object_or_404(_runs(request), pk=pk), by=request.user, now=timezone.now())
    return redirect("imports:run", row.pk)


@requires("imports.work")
@require_POST
@once
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    actions.cancel(get_object_or_404(_runs(request), pk=pk), by=request.user, now=timezone.now())
    messages.success(request, _("Discarded. Nothing of the file was taken over."))
    return redirect("imports:list")


@requires("imports.work")
@require_safe
def errors(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """The bad rows as they were sent, with a column that says why: to be mended and sent again."""
    row = get_object_or_404(_runs(request), pk=pk)
    ending = _ending(ending)
    form = row.meant().form
    audit.record(request.user, "downloaded", row, {"rows": row.bad, "format": ending})
    header = [*headers.of(form), _("Line"), _("Reason")]
    labels = {name: str(field.label) for name, field in form.base_fields.items()}
    return writing.response(f"{row.kind}-{row.pk}-errors", ending, header, _bad_rows(row, labels))


def _bad_rows(run: ImportRun, labels: dict[str, str]) -> Iterator[list[Any]]:
    after = 0
    while part := list(_bad(run).filter(line__gt=after).order_by("line")[:AT_ONCE]):
        for row in part:
            said = [_reason(problem, labels) for problem in row.problems]
            yield [*(row.data.get(name, "") for name in labels), row.line, " ".join(said)]
        after = part[-1].line


def _reason(problem: dict[str, str], labels: dict[str, str]) -> str:
    label = labels.get(problem["column"])
    return f"{label}: {problem['reason']}" if label else problem["reason"]


def _bad(run: ImportRun) -> Any:
    return run.rows.filter(outcome=ImportRow.Outcome.BAD)


def _runs(request: HttpRequest) -> Any:
    return ImportRun.objects.visible_to(request.user).select_related("file", "by")


def _kind(request: HttpRequest, slug: str) -> Kind:
    kind = kinds.registered().get(slug)
    if kind is None or not request.user.has_perm(kind.permission):
        raise Http404
    return kind.within(_scope(request), request.user)


def _scope(request: HttpRequest) -> str:
    """For whom a file is: ``?for=`` in the address of the form."""
    return request.GET.get("for", "")[:40]


def _ending(ending: str) -> str:
    if ending not in writing.FORMATS:
        raise Http404
    return ending
