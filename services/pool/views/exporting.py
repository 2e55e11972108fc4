"""What a curator takes along. The file belongs to whoever asked: it is made while it is sent and kept nowhere."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.accounts.access import requires
from portal.audit import actions as audit
from portal.tables import lists, writing


@requires("pool.curate")
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    return render(request, "pool/exports.html", {"exports": lists.registered().values()})


@requires("pool.curate")
@require_safe
def export(request: HttpRequest, what: str, ending: str) -> HttpResponseBase:
    """One list as a file; who took it is recorded first."""
    chosen = lists.registered().get(what)
    if chosen is None or ending not in writing.FORMATS:
        raise Http404
    audit.record(request.user, "exported", f"export:{what}", {"format": ending})
    name = f"{what}-{timezone.localdate():%Y%m%d}"
    return writing.response(name, ending, chosen.header(), chosen.lines())
