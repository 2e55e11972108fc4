"""The statement of one use on paper, and those of a month as a table for the owner."""

from datetime import date, datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.tables import writing
from services.boards.labs import statements
from services.boards.labs.faults import NotNow
from services.boards.labs.models import Booking, UsageEntry
from services.boards.labs.models.bookings import span_of


@require_safe
@requires("labs.book", "labs.keep", "labs.override", "cases.read")
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a use that has ended.

    :raises NotNow: it has not.
    """
    row = get_object_or_404(Booking.objects.visible_to(request.user).whole(), pk=pk)
    usage = getattr(row, "usage", None)
    if usage is None or usage.ended_at is None:
        raise NotNow(row)
    audit.record(request.user, "printed", row)
    answer = HttpResponse(statements.pdf(row, usage, now=timezone.now()), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{row.number}.pdf")
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@requires("labs.keep")
def month(request: HttpRequest, ending: str) -> HttpResponseBase:
    """All uses of one's instruments that were booked to begin in ``?month=2026-11``, this month by default."""
    if ending not in writing.FORMATS:
        raise Http404
    begins, ends = _month(request.GET.get("month", ""))
    rows = UsageEntry.objects.visible_to(request.user).filter(
        booking__span__overlap=span_of(begins, ends), booking__span__startswith__gte=begins
    )
    audit.record(request.user, "exported", "labs.statements", {"month": f"{begins:%Y-%m}", "format": ending})
    return writing.response(f"labs-{begins:%Y-%m}", ending, statements.header(), statements.lines(rows))


def _month(typed: str) -> tuple[datetime, datetime]:
    """What is no month is this one."""
    try:
        day = parse_date(f"{typed}-01") if len(typed) == len("2026-11") else None
    except ValueError:
        day = None
    day = day if day and 2000 <= day.year < 2100 else timezone.localdate().replace(day=1)
    return _midnight(day), _midnight((day + timedelta(days=32)).replace(day=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
