"""What narrows the queue: tabs, and a filter that pages and the API share."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField

from portal import search, words
from portal.accounts.models import User
from portal.accounts.roles import DESK
from portal.among import Among
from portal.forms import OfRowsAtHand
from portal.kept import kept
from services.cases.models import Case, CaseEvent, Channel, Need, Urgency, Verb
from services.cases.models.cases import CaseQuerySet
from services.cases.states import CaseState, NeedState
from services.catalogue.models import Board
from services.stations.models import Assignment, Station, reads_all

COUNTED = 100
Narrow = Callable[[CaseQuerySet, User, datetime], CaseQuerySet]
SERVED = [CaseState.IN_SERVICE, CaseState.AWAITING_CONFIRMATION]
LEFT_TO_A_PERSON = [Verb.HANDED_BACK, Verb.NO_CANDIDATE]
NUMBER = re.compile(r"(?:QS-?)?(\d{8}-?\d{0,5})", re.IGNORECASE)


def _seeking(rows: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    """From the few needs to their cases; the other way every case in service would be looked at. The cases alone are
    asked which of them the reader may see.
    """
    seeking = Need.objects.seeking()
    return rows.filter(Among("id", seeking.values("case")), state=CaseState.IN_SERVICE)


def _handed_back(rows: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    """A need seeks, and after a refusal or silence the next step was left to a person."""
    left = CaseEvent.objects.filter(need__state=NeedState.SEEKING, verb__in=LEFT_TO_A_PERSON)
    return rows.filter(Among("id", left.values("case")), state=CaseState.IN_SERVICE)


TABS: dict[str, tuple[Any, Narrow]] = {
    "todo": (_("To triage"), lambda rows, user, now: rows.filter(state=CaseState.SUBMITTED)),
    "mine": (_("Mine"), lambda rows, user, now: rows.open().filter(owner=user)),
    "unowned": (_("Without contact person"), lambda rows, user, now: rows.open().filter(owner=None)),
    "returned": (_("Waiting for the enterprise"), lambda rows, user, now: rows.filter(state=CaseState.RETURNED)),
    "seeking": (_("Seeking a provider"), _seeking),
    "handed_back": (_("Handed back"), _handed_back),
    "service": (_("In service"), lambda rows, user, now: rows.filter(state__in=SERVED)),
    "overdue": (_("Overdue"), lambda rows, user, now: rows.overdue(now)),
    "all": (_("All"), lambda rows, user, now: rows),
}
FIRST_TAB, ALL = "todo", "all"


def _stations(request: Any) -> QuerySet[Station]:
    """Choosing one opens those below it: a list of all would be as long as the country is wide."""
    if not request:
        return Station.objects.none()
    return Station.objects.near(request.user, _chosen(request, "station")).order_by("id")


def _owners(request: Any) -> QuerySet[User]:
    """Colleagues of the same stations and of the chosen one, and whoever is chosen."""
    if not request:
        return User.objects.none()
    own = Assignment.objects.filter(user=request.user).values("station_id")
    served = Station.objects.served_by(request.user)
    shown = Q(assignments__station__in=own) | Q(pk=_chosen(request, "owner"))
    shown |= Q(assignments__station=_chosen(request, "station"))
    people = User.objects.filter(shown, role__in=DESK, is_active=True, assignments__station__in=served)
    return people.distinct().order_by("name", "pk")


def _chosen(request: Any, name: str) -> int | None:
    return words.whole(request.GET.get(name))


def _calendar() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class BoardField(OfRowsAtHand, ModelChoiceField):
    pass


class BoardFilter(django_filters.ModelChoiceFilter):
    field_class = BoardField


class QuickFilter(django_filters.FilterSet):
    """What most people narrow the queue by; its form costs a page little."""

    q = django_filters.CharFilter(
        label=_("Number or words"),
        method="last",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "data-search-box": ""}),
    )
    urgency = django_filters.ChoiceFilter(label=_("Urgency"), choices=Urgency, empty_label=_("Any"))
    board = BoardFilter(
        "needs__board",
        label=_("Board"),
        queryset=Board.objects.order_by("order"),
        method="of_board",
        empty_label=_("Any"),
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def offer(self, boards: Mapping[str, Board]) -> None:
        """The choices of the field from rows that the page has read already."""
        self.form.fields["board"].offer(boards)

    def filter_queryset(self, queryset: CaseQuerySet) -> CaseQuerySet:
        """``near`` is what :func:`portal.paging.newest_first` takes: the same rows by looking at each."""
        rows, text = super().filter_queryset(queryset), self.form.cleaned_data.get("q", "")
        self.near = search.looked_at(rows, text) if text else None
        return search.match(rows, text)  # type: ignore[return-value]

    def last(self, rows: CaseQuerySet, name: str, text: str) -> CaseQuerySet:
        """Words narrow what everything else has left."""
        return rows

    def of_board(self, rows: CaseQuerySet, name: str, board: Board) -> CaseQuerySet:
        return narrow(rows, board=board.pk)


def narrow(rows: CaseQuerySet, *, urgency: str = "", board: str = "") -> CaseQuerySet:
    """By what most people narrow the queue by, beside words."""
    rows = rows.filter(urgency=urgency) if urgency else rows
    return rows.filter(Exists(Need.objects.filter(case=OuterRef("pk"), board=board))) if board else rows


class CaseFilter(QuickFilter):
    """All there is to narrow by. Its choices take two statements more."""

    owner = django_filters.ModelChoiceFilter(label=_("Contact person"), queryset=_owners, empty_label=_("Anybody"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=CaseState, empty_label=_("Any"))
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel, empty_label=_("Any"))
    station = django_filters.ModelChoiceFilter(label=_("Station"), queryset=_stations, empty_label=_("Any"))
    since = django_filters.DateFilter("submitted_at", "date__gte", label=_("Sent from"), widget=_calendar())
    until = django_filters.DateFilter("submitted_at", "date__lte", label=_("Sent until"), widget=_calendar())
    overdue = django_filters.BooleanFilter(label=_("Overdue only"), method="late", widget=forms.CheckboxInput)

    def late(self, rows: CaseQuerySet, name: str, wanted: bool) -> CaseQuerySet:
        return rows.overdue(timezone.now()) if wanted else rows


NAMES = ("tab", *CaseFilter.base_filters)
MORE = tuple(name for name in CaseFilter.base_filters if name not in QuickFilter.base_filters)


def tab_of(params: QueryDict) -> str:
    return str(params["tab"]) if params.get("tab") in TABS else FIRST_TAB


def in_tab(rows: CaseQuerySet, tab: str, *, user: User, now: datetime) -> CaseQuerySet:
    return TABS[tab][1](rows, user, now)


def canonical(params: QueryDict) -> str:
    """The tab and the filters of an address, without cursors and empty fields: what a saved view keeps."""
    kept = QueryDict(mutable=True)
    for name in NAMES:
        if params.get(name):
            kept[name] = str(params[name])
    return kept.urlencode()


def counts(user: User, *, now: datetime) -> dict[str, str]:
    """How many cases each tab holds, in one query that looks at no more than a hundred rows of each."""
    found = [tab for (tab,) in _counted(reads_all(user), user=user, now=now)]
    totals = {tab: found.count(tab) for tab in TABS if tab != ALL}
    return {tab: f"{COUNTED}+" if total > COUNTED else str(total) for tab, total in totals.items()}


@kept
def _counted(everywhere: bool, *, user: User, now: datetime) -> QuerySet[Any]:
    rows = Case.objects.listed_to(user, everywhere)
    first, *others = [
        in_tab(rows, tab, user=user, now=now).values_list(Value(tab, output_field=CharField()))[: COUNTED + 1]
        for tab in TABS
        if tab != ALL
    ]
    return first.union(*others, all=True)


def by_number(user: User, text: str) -> Case | None:
    """The one case whose number begins with what was typed; None when it is no number, or not one case."""
    typed = NUMBER.fullmatch(text.strip())
    if not typed:
        return None
    digits = typed[1].replace("-", "")
    prefix = f"QS-{digits[:8]}" + (f"-{digits[8:]}" if len(digits) > 8 else "")
    found = list(Case.objects.listed_to(user).filter(number__startswith=prefix).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None
