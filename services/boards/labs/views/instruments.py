"""Finding an instrument, its page, and what is on its calendar. Open to everybody; names only for those concerned."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from experts.models import Equipment
from portal import paging, words
from portal.accounts.roles import Role
from portal.files.responses import download
from portal.kept import kept
from portal.refusals import BadInput
from services.boards.labs import calendar, shelf
from services.boards.labs.forms import BookingForm, SearchForm, local
from services.boards.labs.models import BookingRule
from services.boards.labs.views.policy import calendar_page

LONGEST = timedelta(days=62)
MOST_SLOTS = 60


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = shelf.find(shelf.shared(), words=said.get("q", ""), region=said.get("region"))
    span = form.span if form.is_valid() else None
    cut = False
    if span:
        free, cut = shelf.free_on(rows, *span, now=timezone.now())
        rows = rows.filter(pk__in=free)
    context = {
        "form": form,
        "page": paging.newest_first(rows, request),
        "today": timezone.localdate(),
        "most": shelf.MOST_LOOKED_AT if cut else None,
    }
    return render(request, "labs/search.html", context, status=200 if form.is_valid() else 422)


@login_not_required
@calendar_page
@require_safe
def instrument(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(shelf.open_to(request.user), pk=pk)
    return show(request, row)


def show(request: HttpRequest, row: Equipment, form: BookingForm | None = None, status: int = 200) -> HttpResponse:
    """:param form: the one that was sent and has errors; it keeps what was typed."""
    user, now = request.user, timezone.now()
    rule = BookingRule.objects.bookable().select_related("equipment").filter(equipment=row).first()
    day = _day(request.GET.get("day", "")) or (shelf.next_free(rule, now=now) if rule else timezone.localdate(now))
    may_book = user.is_authenticated and (user.has_perm("labs.book") or user.has_perm("labs.override"))
    slots = shelf.slots_of(rule, day, now=now) if rule else []
    if rule and may_book and form is None:
        form = BookingForm(equipment=row, user=user, initial=_initial(request, slots))
    context = {
        "row": row,
        "rule": rule,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "slots": slots[:MOST_SLOTS],
        "form": form if may_book else None,
        "hours": calendar.business_hours(row.opening_hours.order_by("weekday", "opens")),
        "opening": row.opening_hours.order_by("weekday", "opens"),
        "parts": shelf.parts_of(row),
        "today": timezone.localdate(now),
        "mine": user.is_authenticated
        and user.role == Role.PROVIDER
        and row.owner.memberships.filter(user=user, active=True).exists(),
        "trail": [(_("Shared laboratories"), reverse("labs:search")), (row.name, "")],
    }
    return render(request, "labs/instrument.html", context, status=status)


@kept
def _owner_of_shared(*, pk: int) -> QuerySet[Equipment]:
    return shelf.shared().select_related(None).only("owner").filter(pk=pk)


@login_not_required
@require_safe
def times(request: HttpRequest, pk: int) -> HttpResponse:
    """What is on the calendar between two moments, for the calendar on the page."""
    [row] = _owner_of_shared(pk=pk) or [get_object_or_404(shelf.open_to(request.user), pk=pk)]
    begins, ends = window(request)
    reader = calendar.Reader(request.user, [row.owner_id])
    return JsonResponse(calendar.events([row.pk], begins, ends, reader), safe=False)


@login_not_required
@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(shelf.open_to(request.user).filter(photo__isnull=False).select_related("photo"), pk=pk)
    assert row.photo is not None
    answer = download(row.photo)
    answer["Content-Disposition"] = "inline"
    return answer


def window(request: HttpRequest) -> tuple[datetime, datetime]:
    """From ``?start=&end=``, 62 days at most.

    :raises BadInput: these are no moments.
    """
    begins, ends = (_moment(request.GET.get(name, "")) for name in ("start", "end"))
    if begins is None or ends is None or not begins < ends <= begins + LONGEST:
        raise BadInput(_("Ask for 62 days at most, the end after the beginning."))
    return begins, ends


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or not 2000 <= moment.year < 2100:
        return None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day if day and 2000 <= day.year < 2100 else None


def _initial(request: HttpRequest, slots: list[tuple[datetime, datetime]]) -> dict[str, Any]:
    """The time that was chosen, else the first that is free on the day; the need it is for."""
    begins, ends = (_moment(request.GET.get(name, "")) for name in ("begins", "ends"))
    if (begins is None or ends is None) and slots:
        begins, ends = slots[0]
    return {
        "begins": local(begins) if begins else None,
        "ends": local(ends) if ends else None,
        "need": words.whole(request.GET.get("need")),
        "operation": "operator",
    }
