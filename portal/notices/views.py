"""What one was told, newest first, in the language one reads now."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import paging, words
from portal.notices import actions, links
from portal.notices.models import Notice
from portal.notices.rendering import Words
from portal.notices.rendering import render as words_of


@dataclass(frozen=True)
class Line:
    notice: Notice
    words: Words


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The list; reading it marks nothing."""
    page = paging.newest_first(Notice.objects.visible_to(request.user), request)
    lines = [Line(notice, _words(notice)) for notice in page.rows]
    newest = max((notice.pk for notice in page.rows), default=0)
    return render(request, "notices/list.html", {"lines": lines, "page": page, "newest": newest})


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go where it points."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    actions.mark_read(notice, now=timezone.now())
    return redirect(links.resolve(notice.path) or "notices:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything up to the newest one on the page as read."""
    up_to = words.whole(request.POST.get("newest")) or 0
    actions.mark_all_read(request.user, up_to=up_to, now=timezone.now())
    messages.success(request, _("All notices are marked as read."))
    return redirect("notices:list")


def _words(notice: Notice) -> Words:
    return words_of(notice.event, notice.facts, language=get_language() or "zh-hans", path=notice.path, lenient=True)
