"""The pages of every register: its list, one entry, the form, the file; and what falls due, whatever the board."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.models import Enterprise
from portal import paging, words
from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.files.responses import download
from portal.idempotency.keys import once
from portal.tables import writing
from services.boards import actions, exports
from services.boards.board import BoardApp, dated, registered
from services.boards.dated import coming
from services.boards.forms import EntryForm, NarrowForm, PaperForm, RetireForm
from services.boards.history import of_entry
from services.boards.imports import slug_of
from services.boards.models import Entry
from services.boards.register import Register
from services.catalogue.models import Board

LOOK_AHEAD = timedelta(days=365)
MOST_DUE = 200


@requires("boards.keep", "boards.read")
@require_safe
def due(request: HttpRequest, enterprise: int) -> HttpResponse:
    """Everything of an enterprise that is overdue or falls due within a year."""
    owner = _enterprise(request, enterprise)
    today = timezone.localdate()
    rows = coming(dated(), owner, today + LOOK_AHEAD, most=MOST_DUE)
    return render(request, "boards/due.html", {"enterprise": owner, "rows": rows, "today": today})


@requires("boards.keep", "boards.read")
@require_safe
def entries(request: HttpRequest, board: str, enterprise: int, register: str) -> HttpResponse:
    app, kept = _register(board, register)
    owner = _enterprise(request, enterprise)
    form = NarrowForm(request.GET, register=kept, today=timezone.localdate())
    rows = form.narrow(_rows(request, kept).filter(enterprise=owner))
    page = paging.newest_first(rows.select_related(*kept.related) if kept.related else rows, request)
    context = {
        **_around(app, kept, owner),
        "form": form,
        "page": page,
        "lines": [(row, kept.cells(row)) for row in page.rows],
        "today": timezone.localdate(),
        "import_kind": slug_of(app, kept) if kept.example else "",
        "may_keep": request.user.has_perm("boards.keep"),
    }
    return render(request, "boards/entries.html", context)


@requires("boards.keep")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, board: str, enterprise: int, register: str) -> HttpResponse:
    app, kept = _register(board, register)
    owner = _enterprise(request, enterprise)
    form, paper_form = _forms(request, kept, enterprise=owner)
    if request.method == "POST" and form.is_valid() and paper_form.is_valid():
        paper = paper_form.cleaned_data["paper"]
        row = actions.add(kept.model, owner, form.columns, by=request.user, now=timezone.now(), paper=paper)
        messages.success(request, _("Entered."))
        return redirect("boards:entry", board, register, row.pk)
    context = {**_around(app, kept, owner), "form": form, "paper_form": paper_form}
    return render(request, "boards/edit.html", context, status=422 if form.is_bound else 200)


@requires("boards.keep", "boards.read")
@require_safe
def entry(request: HttpRequest, board: str, register: str, pk: int) -> HttpResponse:
    return _page(request, board, register, pk)


@requires("boards.keep")
@require_http_methods(["GET", "HEAD", "POST"])
@once
def edit(request: HttpRequest, board: str, register: str, pk: int) -> HttpResponse:
    app, kept = _register(board, register)
    row = _entry(request, kept, pk)
    version = _version(request) or row.version
    form, paper_form = _forms(request, kept, instance=row)
    if request.method == "POST" and form.is_valid() and paper_form.is_valid():
        paper = paper_form.cleaned_data["paper"]
        actions.change(
            _entry(request, kept, pk), form.columns, version=version, by=request.user, now=timezone.now(), paper=paper
        )
        messages.success(request, _("Saved."))
        return redirect("boards:entry", board, register, pk)
    context = {
        **_around(app, kept, row.enterprise),
        "form": form,
        "paper_form": paper_form,
        "row": row,
        "version": version,
    }
    return render(request, "boards/edit.html", context, status=422 if form.is_bound else 200)


@requires("boards.keep")
@require_POST
@once
def retire(request: HttpRequest, board: str, register: str, pk: int) -> HttpResponse:
    """Put an entry away, with a reason."""
    _app, kept = _register(board, register)
    form = RetireForm(request.POST)
    if not form.is_valid():
        return _page(request, board, register, pk, retire_form=form)
    row = _entry(request, kept, pk)
    version = _version(request) or row.version
    actions.retire(row, form.cleaned_data["why"], version=version, by=request.user, now=timezone.now())
    messages.success(request, _("Put away. You can take it out again on its page."))
    return redirect("boards:entries", board, row.enterprise_id, register)


@requires("boards.keep")
@require_POST
@once
def restore(request: HttpRequest, board: str, register: str, pk: int) -> HttpResponse:
    _app, kept = _register(board, register)
    row = _entry(request, kept, pk)
    actions.restore(row, version=_version(request) or row.version, by=request.user, now=timezone.now())
    messages.success(request, _("Back on the list."))
    return redirect("boards:entry", board, register, pk)


@requires("boards.keep", "boards.read")
@require_safe
def export(request: HttpRequest, board: str, enterprise: int, register: str, ending: str) -> HttpResponseBase:
    """The list as it is narrowed, in the columns of the import."""
    if ending not in writing.FORMATS:
        raise Http404
    app, kept = _register(board, register)
    owner = _enterprise(request, enterprise)
    form = NarrowForm(request.GET, register=kept, today=timezone.localdate())
    rows = form.narrow(_rows(request, kept).filter(enterprise=owner))
    audit.record(request.user, "exported", f"{app.slug}.{kept.slug}", {"enterprise": owner.pk, "format": ending})
    return writing.response(f"{app.slug}-{kept.slug}", ending, exports.header(kept), exports.lines(kept, rows))


@requires("boards.keep", "boards.read")
@require_safe
def paper(request: HttpRequest, board: str, register: str, pk: int) -> HttpResponseBase:
    """Download the paper of an entry; every look is recorded."""
    _app, kept = _register(board, register)
    row = _entry(request, kept, pk)
    if row.paper is None:
        raise Http404
    audit.record(request.user, "downloaded", row)
    return download(row.paper)


def _page(
    request: HttpRequest, board: str, register: str, pk: int, *, retire_form: RetireForm | None = None
) -> HttpResponse:
    app, kept = _register(board, register)
    row = _entry(request, kept, pk)
    context = {
        **_around(app, kept, row.enterprise),
        "row": row,
        "facts": kept.facts(row),
        "lines": of_entry(row),
        "retire_form": retire_form or RetireForm(),
        "may_keep": request.user.has_perm("boards.keep"),
        "today": timezone.localdate(),
    }
    return render(request, "boards/entry.html", context, status=422 if retire_form else 200)


def _register(board: str, register: str) -> tuple[BoardApp, Register[Any]]:
    app = registered().get(board)
    kept = app.register(register) if app else None
    if app is None or kept is None:
        raise Http404
    return app, kept


def _enterprise(request: HttpRequest, pk: int) -> Enterprise:
    return get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)


def _rows(request: HttpRequest, register: Register[Any]) -> Any:
    return register.model._default_manager.visible_to(request.user)


def _entry(request: HttpRequest, register: Register[Any], pk: int) -> Entry:
    rows = _rows(request, register).select_related("enterprise", "paper", *register.related)
    row: Entry = get_object_or_404(rows, pk=pk)
    return row


def _forms(request: HttpRequest, register: Register[Any], **of: Any) -> tuple[EntryForm, PaperForm]:
    if request.method == "POST":
        return register.form(request.POST, **of), PaperForm(request.POST, request.FILES)
    return register.form(**of), PaperForm()


def _version(request: HttpRequest) -> int | None:
    """Of the entry that the person was looking at."""
    return words.whole(request.POST.get("version"))


def _around(app: BoardApp, register: Register[Any], enterprise: Enterprise) -> dict[str, Any]:
    """The head of every page of a register: where one is, and what else the board keeps."""
    return {
        "app": app,
        "board": Board.objects.filter(slug=app.slug).first(),
        "register": register,
        "enterprise": enterprise,
        "tabs": app.tabs(enterprise, register),
    }
