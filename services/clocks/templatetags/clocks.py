"""Clocks on pages: how much time is left, since when something is paused."""

from datetime import datetime

from django.template import Context, Library
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from services.clocks import completeness, dials, wording
from services.clocks.completeness import Gap
from services.clocks.dials import Dial
from services.clocks.wording import Told

register = Library()

FAMILIES = {"ok": "moving", "soon": "asking", "late": "trouble", "paused": "waiting", "none": "quiet"}
HELD = "services.clocks.calendar"


@register.simple_tag
def clock_badge(dial: Dial | None) -> SafeString | str:
    """A clock as colour and words; nothing where there is none."""
    return _badge(dial.told(timezone.now())) if dial else ""


@register.filter
def told_badge(told: Told) -> SafeString:
    """What a page has reckoned itself, as colour and words."""
    return _badge(told)


@register.simple_tag(takes_context=True)
def time_left(context: Context, due_at: datetime | None) -> SafeString | str:
    """Working time left until an instant by the default calendar, which a page reads once however many rows it has."""
    if due_at is None:
        return ""
    held = context.dicts[0]  # the render context would begin anew in every included row
    if HELD not in context:
        held[HELD] = dials.default_calendar().as_calendar()
    return _badge(wording.due(due_at, now=timezone.now(), calendar=context[HELD]))


@register.inclusion_tag("admin/clocks/_incomplete.html", takes_context=True)
def incomplete_years(context: Context) -> dict[str, list[Gap]]:
    """Calendars that lack a year, for whoever keeps them."""
    allowed = context["user"].has_perm("clocks.change_calendarday")
    return {"gaps": completeness.gaps(timezone.localdate()) if allowed else []}


def _badge(told: Told) -> SafeString:
    return format_html('<span class="state {}">{}</span>', FAMILIES[told.tone], told.text)
