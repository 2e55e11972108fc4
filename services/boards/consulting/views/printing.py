"""The plan on paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal.accounts.access import requires
from portal.audit import actions as audit
from services.boards.consulting import contents, paper
from services.boards.consulting.people import SEES
from services.boards.consulting.views import rows


@requires(*SEES)
@require_safe
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan on paper."""
    found = rows.diagnosis(request, pk)
    audit.record(request.user, "printed", found)
    today = timezone.localdate()
    context = {**contents.of(found, today=today), "printed_on": today}
    return render(request, "boards/consulting/printed.html", context)


@requires(*SEES)
@require_safe
def plan_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a file, in Chinese."""
    found = rows.diagnosis(request, pk)
    audit.record(request.user, "printed", found)
    content = paper.pdf(found, contents.of(found, today=timezone.localdate()), now=timezone.now())
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{found.title}.pdf")
    answer["Cache-Control"] = "private, no-store"
    return answer
