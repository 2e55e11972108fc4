"""The list of cases, ordered by what is due next."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import by_due, paging, search, words
from portal.accounts.access import requires
from portal.accounts.models import User
from portal.kept import kept
from services.cases.models import Case, Need
from services.cases.models.cases import CaseQuerySet
from services.catalogue.models import Board, ServiceItem
from services.stations.models import reads_all
from services.triage import actions, filters
from services.triage.filters import TABS, CaseFilter, QuickFilter
from services.triage.forms import SaveViewForm
from services.triage.models import SavedView

MOST_VIEWS = 20
ITEMS_FOUND = 8
SHOWN = (
    *("number", "text", "contact_name", "state", "urgency", "due_at", "enterprise__name"),
    *("owner__name", "owner__username", "presence__seen_at", "presence__user__name", "presence__user__username"),
)
BOARDS = ArraySubquery(Need.objects.filter(case=OuterRef("pk")).order_by("position").values("board_id"))


@requires("triage.work")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The queue; a whole number typed into the search box leads straight to its case."""
    now, tab = timezone.now(), filters.tab_of(request.GET)
    if found := filters.by_number(request.user, request.GET.get("q", "")):
        return redirect("triage:case", number=found.number)
    wide = any(request.GET.get(name) for name in ("more", *filters.MORE))
    narrow = CaseFilter if wide else QuickFilter
    narrowed = narrow(request.GET, Case.objects.none(), request=request)
    boards = {board.pk: board for board in _boards()}
    narrowed.offer(boards)
    page = _page(narrowed, tab, request, now)
    context = {"filter": narrowed, "wide": wide, "page": page, "boards": boards, "now": now, "tab": tab}
    return render(request, "triage/queue.html", context | _views(request, tab))


@requires("triage.work")
@require_safe
def more_filters(request: HttpRequest) -> HttpResponse:
    """The fields behind "More filters", when they are opened."""
    form = CaseFilter({}, Case.objects.none(), request=request).form
    return render(request, "triage/_more_filters.html", {"form": form})


def _page(
    narrowed: QuickFilter, tab: str, request: HttpRequest, now: datetime
) -> by_due.Page[Case] | paging.Page[Case]:
    """By what is due next; the tab of all cases, most of them settled, by the newest."""
    user, asked = request.user, {name: str(value) for name, value in request.GET.items() if value and name != "tab"}
    text = asked.pop("q", "")
    if asked.keys() <= {"urgency", "board"} and narrowed.is_valid():
        if tab == filters.ALL and (sought := words.tsquery(text)):
            return paging.shown(_newest(text=sought, user=user, **asked))
        if tab != filters.ALL and not text:
            return by_due.shown(_first_page(tab, reads_all(user), user=user, now=now, **asked))
    narrowed.queryset = filters.in_tab(Case.objects.listed_to(user), tab, user=user, now=now)
    rows = narrowed.qs
    if tab == filters.ALL:
        return paging.newest_first(rows, request, near=narrowed.near, dressed=_dressed)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return by_due.page(rows, after=after, before=before, dressed=_dressed)


@kept
def _first_page(tab: str, everywhere: bool, *, user: User, now: datetime, **asked: str) -> QuerySet[Case]:
    rows = filters.in_tab(Case.objects.listed_to(user, everywhere), tab, user=user, now=now)
    return by_due.soonest(filters.narrow(rows, **asked), dressed=_dressed)


def _newest(*, user: User, **asked: str) -> list[Case]:
    """By words in the tab of all cases, first among the newest."""
    everywhere = reads_all(user)
    return paging.by_turns(
        lambda reach: _near(everywhere, reach, user=user, **asked),
        lambda: _rare(everywhere, user=user, **asked),
    )


@kept
def _near(everywhere: bool, reach: int, *, user: User, text: str, **asked: str) -> QuerySet[Case]:
    rows = filters.narrow(Case.objects.listed_to(user, everywhere), **asked)
    return paging.nearest(search.by_looking(rows, text), None, reach, dressed=_dressed)


@kept
def _rare(everywhere: bool, *, user: User, text: str, **asked: str) -> QuerySet[Case]:
    rows = filters.narrow(Case.objects.listed_to(user, everywhere), **asked)
    return paging.rarest(search.by_index(rows, text), dressed=_dressed)


@kept
def _boards() -> QuerySet[Board]:
    return Board.objects.order_by("order")


def _dressed(rows: CaseQuerySet) -> CaseQuerySet:
    """What a line of the queue shows, and no other column of the five tables."""
    shown = rows.select_related("enterprise", "owner", "presence__user").only(*SHOWN).with_calendar()
    return shown.annotate(board_codes=BOARDS)


def _views(request: HttpRequest, tab: str) -> dict[str, Any]:
    """The tabs with how much each holds, and the views somebody saved."""
    address, here = reverse("triage:queue"), filters.canonical(request.GET)
    counts = filters.counts(request.user, now=timezone.now())
    saved = _saved(user=request.user)
    return {
        "tabs": [
            {"name": label, "url": f"{address}?tab={name}", "active": name == tab, "count": counts.get(name)}
            for name, (label, _narrow) in TABS.items()
        ],
        "saved": [{"view": view, "active": view.query == here} for view in saved],
        "here": here,
        "narrowed": any(request.GET.get(name) for name in filters.NAMES if name != "tab"),
    }


@kept
def _saved(*, user: User) -> QuerySet[SavedView]:
    return SavedView.objects.visible_to(user).order_by("name")[:MOST_VIEWS]


@requires("triage.work")
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filter in use under a name."""
    form = SaveViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the view a name of at most 40 characters."))
        return redirect("triage:queue")
    query = form.cleaned_data["query"]
    if SavedView.objects.visible_to(request.user).count() >= MOST_VIEWS:
        messages.error(request, _("You have %(number)d views; delete one first.") % {"number": MOST_VIEWS})
    elif actions.save_view(**form.cleaned_data, by=request.user):
        messages.success(request, _("The view is saved."))
    else:
        messages.error(request, _("You have a view of this name already."))
    return redirect(f"{reverse('triage:queue')}?{query}")


@requires("triage.work")
@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    actions.delete_view(get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk))
    messages.success(request, _("The view is deleted."))
    return redirect("triage:queue")


@requires("triage.work")
@require_safe
def items(request: HttpRequest, number: str) -> HttpResponse:
    """Service items by words or code, as buttons that add a need."""
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    asked = request.GET.get("q", "")[:200].strip()
    offered = ServiceItem.objects.offered().select_related("board")
    found = list(_matching(offered, asked)) if asked else []
    return render(request, "triage/_items.html", {"items": found, "q": asked, "case": case})


def _matching(offered: Any, asked: str) -> Any:
    """By code; then with all the words; then, where nothing has them all, with any."""
    if exact := offered.filter(pk=asked.upper()):
        return exact
    for any_word in (False, True):
        rows = search.ranked(search.match(offered, asked, any_word=any_word), asked, any_word=any_word)[:ITEMS_FOUND]
        if rows:
            return rows
    return ()


@requires("triage.work")
@require_safe
def item_names(request: HttpRequest) -> HttpResponse:
    """Every item as an option of the box in which one is typed."""
    rows = ServiceItem.objects.offered().in_order().only("code", "name_zh", "name_en")
    return render(request, "triage/_item_names.html", {"items": rows})
