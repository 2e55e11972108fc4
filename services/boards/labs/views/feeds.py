"""Calendars to subscribe: the link is the key, so it needs no sign-in, and it says no more than it must."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from experts.models import Equipment, Institution
from portal.accounts.access import requires
from portal.idempotency.keys import once
from services.boards.labs import feeds


@login_not_required
@never_cache
@require_safe
def feed(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    row = feeds.opened_by(pk, token)
    if row is None:
        raise Http404
    return HttpResponse(feeds.content(row, now=timezone.now()), content_type="text/calendar; charset=utf-8")


@require_POST
@requires("labs.book", "labs.override", "cases.read")
@once
def renew_mine(request: HttpRequest) -> HttpResponse:
    feeds.renew(user=request.user, now=timezone.now())
    messages.success(request, _("Here is your calendar link. An older one no longer works."))
    return redirect("labs:mine")


@require_POST
@requires("labs.keep")
@once
def renew_instrument(request: HttpRequest, pk: int) -> HttpResponse:
    mine = Equipment.objects.filter(owner__in=Institution.objects.of(request.user))
    row = get_object_or_404(mine, pk=pk)
    feeds.renew(equipment=row, now=timezone.now())
    messages.success(request, _("Here is the calendar link. An older one no longer works."))
    return redirect("labs:keep", pk=row.pk)
