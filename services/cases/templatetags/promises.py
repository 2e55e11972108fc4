"""What is promised next, as a badge that leads to its reasons: ``{% load promises %}``."""

from datetime import datetime
from typing import Protocol

from django.template import Context, Library
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from services.cases import promises
from services.cases.models import Case, Referral
from services.clocks import wording
from services.clocks.templatetags.clocks import time_left, told_badge

register = Library()


class Promised(Protocol):
    """Whatever is due at an instant: a case, need or referral, or the step that comes next."""

    @property
    def due_at(self) -> datetime | None: ...


def _left(context: Context, case: Case, due_at: datetime) -> SafeString | str:
    """In the working time of the case's station where that came with it, otherwise of everybody."""
    calendar = promises.calendar_of(case)
    if calendar is None:
        return time_left(context, due_at)
    return told_badge(wording.due(due_at, now=timezone.now(), calendar=calendar))


@register.simple_tag(takes_context=True)
def promise_of(context: Context, case: Case, row: Promised) -> SafeString | str:
    """“Due in 3 working hours”, or since when and for what the work waits; a dash where nothing is promised."""
    if isinstance(row, Referral) and row.waiting_since:
        badge: SafeString | str = told_badge(wording.paused(row.waiting_since, row.waiting_for))
    elif row.due_at:
        badge = _left(context, case, row.due_at)
    else:
        return "—" if isinstance(row, Case) else ""
    return format_html('<a class="why-link" href="{}">{}</a>', reverse("casefile:clocks", args=[case.number]), badge)
