"""What narrows the queue: tabs, and a filter that pages and the API share."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal import search
from portal.accounts.models import User
from portal.accounts.roles import DESK
from services.cases.models import Case, Channel, Need, Urgency
from services.cases.models.cases import CaseQuerySet
from services.cases.states import CaseState, NeedState
from services.catalogue.models import Board
from services.stations.models import Station

COUNTED = 100
Narrow = Callable[[CaseQuerySet, User, datetime], CaseQuerySet]
SERVED = [CaseState.IN_SERVICE, CaseState.AWAITING_CONFIRMATION]
NUMBER = re.compile(r"(?:QS-?)?(\d{8}-?\d{0,5})", re.IGNORECASE)


def _seeking(rows: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    seeking = Need.objects.filter(case=OuterRef("pk"), state=NeedState.SEEKING)
    return rows.filter(Exists(seeking), state=CaseState.IN_SERVICE)


TABS: dict[str, tuple[Any, Narrow]] = {
    "todo": (_("To triage"), lambda rows, user, now: rows.filter(state=CaseState.SUBMITTED)),
    "mine": (_("Mine"), lambda rows, user, now: rows.open().filter(owner=user)),
    "unowned": (_("Without contact person"), lambda rows, user, now: rows.open().filter(owner=None)),
    "returned": (_("Waiting for the enterprise"), lambda rows, user, now: rows.filter(state=CaseState.RETURNED)),
    "seeking": (_("Seeking a provider"), _seeking),
    "service": (_("In service"), lambda rows, user, now: rows.filter(state__in=SERVED)),
    "overdue": (_("Overdue"), lambda rows, user, now: rows.overdue(now)),
    "all": (_("All"), lambda rows, user, now: rows),
}
FIRST_TAB, ALL = "todo", "all"


def _stations(request: Any) -> QuerySet[Station]:
    return Station.objects.served_by(request.user).order_by("id") if request else Station.objects.none()


def _owners(request: Any) -> QuerySet[User]:
    """Colleagues of the same stations."""
    if not request:
        return User.objects.none()
    people = User.objects.filter(role__in=DESK, is_active=True, assignments__station__in=_stations(request))
    return people.distinct().order_by("name", "pk")


def _calendar() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CaseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("Number or words"),
        method="search",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "data-search-box": ""}),
    )
    urgency = django_filters.ChoiceFilter(label=_("Urgency"), choices=Urgency, empty_label=_("Any"))
    board = django_filters.ModelChoiceFilter(
        "needs__board",
        label=_("Board"),
        queryset=Board.objects.order_by("order"),
        method="of_board",
        empty_label=_("Any"),
    )
    owner = django_filters.ModelChoiceFilter(label=_("Contact person"), queryset=_owners, empty_label=_("Anybody"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=CaseState, empty_label=_("Any"))
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel, empty_label=_("Any"))
    station = django_filters.ModelChoiceFilter(label=_("Station"), queryset=_stations, empty_label=_("Any"))
    since = django_filters.DateFilter("submitted_at", "date__gte", label=_("Sent from"), widget=_calendar())
    until = django_filters.DateFilter("submitted_at", "date__lte", label=_("Sent until"), widget=_calendar())
    overdue = django_filters.BooleanFilter(label=_("Overdue only"), method="late", widget=forms.CheckboxInput)

    class Meta:
        model = Case
        fields: list[str] = []

    def search(self, rows: CaseQuerySet, name: str, text: str) -> CaseQuerySet:
        return search.match(rows, text)  # type: ignore[return-value]

    def of_board(self, rows: CaseQuerySet, name: str, board: Board) -> CaseQuerySet:
        return rows.filter(Exists(Need.objects.filter(case=OuterRef("pk"), board=board)))

    def late(self, rows: CaseQuerySet, name: str, wanted: bool) -> CaseQuerySet:
        return rows.overdue(timezone.now()) if wanted else rows


NAMES = ("tab", *CaseFilter.base_filters)
MORE = ("state", "channel", "station", "since", "until", "overdue")


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
    rows = Case.objects.visible_to(user)
    parts = [
        in_tab(rows, tab, user=user, now=now).values_list(Value(tab, output_field=CharField()))[: COUNTED + 1]
        for tab in TABS
        if tab != ALL
    ]
    found = [tab for (tab,) in parts[0].union(*parts[1:], all=True)]
    totals = {tab: found.count(tab) for tab in TABS if tab != ALL}
    return {tab: f"{COUNTED}+" if total > COUNTED else str(total) for tab, total in totals.items()}


def by_number(rows: CaseQuerySet, text: str) -> Case | None:
    """The one case whose number begins with what was typed; None when it is no number, or not one case."""
    typed = NUMBER.fullmatch(text.strip())
    if not typed:
        return None
    digits = typed[1].replace("-", "")
    prefix = f"QS-{digits[:8]}" + (f"-{digits[8:]}" if len(digits) > 8 else "")
    found = list(rows.filter(number__startswith=prefix).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None
