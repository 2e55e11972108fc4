"""What every template may use: icons, badges, boards, moments in time, masked contacts. Loaded everywhere (a
builtin).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Protocol

from django.template import Library
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.reference.bilingual import in_language
from portal.reference.contacts import mask_email, mask_phone, show_phone
from portal.sayings import said

register = Library()
register.filter(said)

BOARD_ICONS = {
    "metrology": "rulers",
    "certification": "patch-check",
    "testing": "clipboard2-pulse",
    "ip": "lightbulb",
    "consulting": "compass",
    "labs": "eyedropper",
}
OTHER_BOARD_ICON = "grid"

# Django's Chinese has one word for "Saturday" and "Sat"; beside a date people write the short one.
LONG_WEEKDAY, SHORT_WEEKDAY = "星期", "周"
MIDNIGHT, DAYS_KEPT = "00:00", 4096

# The family a state belongs to decides its colour. "waiting" is somebody else's turn; amber, "asking", always means
# that it is the reader's own, so it depends on who reads and is asked for where the badge is made.
FAMILIES: dict[str, dict[str, str]] = {
    "case": {
        "submitted": "waiting",
        "returned": "waiting",
        "in_service": "moving",
        "awaiting_confirmation": "waiting",
        "closed": "done",
        "followed_up": "done",
        "referred_out": "ended",
        "merged": "ended",
        "withdrawn": "ended",
        "lapsed": "ended",
    },
    "need": {
        "seeking": "waiting",
        "offered": "waiting",
        "in_service": "moving",
        "awaiting_confirmation": "waiting",
        "disputed": "trouble",
        "fulfilled": "done",
        "unmet": "trouble",
        "referred_out": "ended",
        "withdrawn": "ended",
    },
    "referral": {
        "offered": "waiting",
        "accepted": "moving",
        "quoted": "waiting",
        "in_progress": "moving",
        "delivered": "waiting",
        "disputed": "trouble",
        "confirmed": "done",
        "declined": "ended",
        "expired": "ended",
        "recalled": "ended",
        "abandoned": "trouble",
        "cancelled": "ended",
        "unresolved": "trouble",
    },
    "import": {
        "read": "moving",
        "checked": "asking",
        "confirmed": "moving",
        "running": "moving",
        "done": "done",
        "failed": "trouble",
        "cancelled": "ended",
    },
    "followup": {
        "scheduled": "waiting",
        "due": "asking",
        "attempted": "moving",
        "completed": "done",
        "unreachable": "trouble",
        "waived": "ended",
    },
    "rectification": {
        "opened": "trouble",
        "called_back": "moving",
        "replied": "waiting",
        "re_asked": "waiting",
        "unsettled": "trouble",
        "appealed": "waiting",
        "closed": "done",
        "upheld": "ended",
    },
    "appeal": {"lodged": "waiting", "upheld": "done", "dismissed": "ended"},
    "credential": {
        "claimed": "waiting",
        "checked": "waiting",
        "valid": "done",
        "expiring": "asking",
        "expired": "trouble",
        "suspended": "trouble",
        "withdrawn": "ended",
    },
    "capability": {"proposed": "waiting", "approved": "done", "paused": "ended", "retired": "ended"},
    "application": {
        "draft": "waiting",
        "submitted": "moving",
        "returned": "waiting",
        "accepted": "done",
        "declined": "trouble",
        "withdrawn": "ended",
    },
    "standing": {
        "applied": "waiting",
        "reviewing": "waiting",
        "active": "done",
        "probation": "asking",
        "suspended": "trouble",
        "removed": "ended",
        "refused": "ended",
    },
    "proposal": {
        "open": "asking",
        "signing": "waiting",
        "carried": "done",
        "rejected": "ended",
        "lapsed": "ended",
    },
    "appraisal": {"excellent": "done", "good": "done", "fair": "waiting", "poor": "trouble"},
    "diagnosis": {"draft": "asking", "open": "moving", "closed": "done"},
    "action": {"open": "waiting", "done": "moving", "checked": "done", "dropped": "ended"},
    "evidence": {"reported": "waiting", "supported": "moving", "checked": "done"},
    "finding": {"minor": "waiting", "major": "asking", "critical": "trouble"},
    "urgency": {"normal": "waiting", "high": "asking", "urgent": "trouble"},
}


class BoardRow(Protocol):
    """What a board shows of itself."""

    slug: str
    name: str


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Bootstrap icon: decoration, unless a label gives it a meaning of its own."""
    if label:
        return format_html('<i class="bi bi-{}" role="img" aria-label="{}"></i>', name, label)
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name)


@register.filter
def family(state: str, noun: str) -> str:
    """The colour family of a state: ``{{ case.state|family:"case" }}``."""
    return FAMILIES.get(noun, {}).get(str(state), "quiet")


@register.simple_tag
def badge(noun: str, state: str, word: Any, yours: bool = False) -> SafeString:
    """A state as colour and word; the word is the one meant for whoever reads, amber says that it is their turn."""
    tone = "asking" if yours else family(state, noun)
    return SafeString(f'<span class="state {tone}">{conditional_escape(word)}</span>')


@register.filter
def board_icon(slug: str) -> str:
    return BOARD_ICONS.get(slug, OTHER_BOARD_ICON)


@register.simple_tag
def board_chip(board: BoardRow) -> SafeString:
    return format_html(
        '<span class="board-chip" data-board="{}">{}{}</span>', board.slug, icon(board_icon(board.slug)), board.name
    )


@register.simple_tag
def board_chips(codes: Iterable[str], boards: Mapping[str, BoardRow]) -> SafeString:
    """Each board once, in the order of the codes."""
    return format_html_join("", "{}", ((board_chip(boards[code]),) for code in dict.fromkeys(codes)))


@register.filter
def when(moment: datetime | None) -> str:
    """11月21日 周六 14:30 · Sat 21 Nov, 14:30; with the year when it is not this one."""
    if not moment:
        return ""
    local = timezone.localtime(moment)
    this_year = local.year == timezone.localdate().year
    return _at_midnight(local.date(), this_year, get_language()).replace(MIDNIGHT, f"{local:%H:%M}")


@lru_cache(maxsize=DAYS_KEPT)
def _at_midnight(on: date, this_year: bool, _language: str | None) -> str:
    """A page names many moments, and few days: the way a day is written is worked out once."""
    words = date_format(datetime.combine(on, time()), _("D j M, H:i") if this_year else _("j M Y, H:i"))
    return words.replace(LONG_WEEKDAY, SHORT_WEEKDAY)


@register.filter
def day(value: date | None) -> str:
    """2026年11月21日 · 21 Nov 2026."""
    return _day(value, get_language()) if value else ""


@lru_cache(maxsize=DAYS_KEPT)
def _day(value: date, _language: str | None) -> str:
    return date_format(value, _("j M Y"))


@register.simple_tag
def moment(value: datetime | None, relative: str = "") -> SafeString | str:
    """A ``<time>``; with ``"relative"`` the page shows "3 minutes ago" and keeps the exact time as its title. Nothing
    that dates are written with needs escaping.
    """
    if not value:
        return ""
    words = when(value)
    more = f' title="{words}" data-relative' if relative else ""
    return SafeString(f'<time datetime="{value.isoformat()}"{more}>{words}</time>')


@register.filter
def mask(contact: str | None) -> str:
    """138****1234 · w***@example.com: enough to recognise, too little to use."""
    text = str(contact or "")
    return mask_email(text) if "@" in text else mask_phone(text)


@register.filter
def phone(number: str | None) -> str:
    """A stored number as people write it: 138 0000 1234."""
    return show_phone(str(number or ""))


@register.filter
def bilingual(row: object, field: str) -> str:
    """``{{ item|bilingual:"summary" }}``: the column of the reader's language, the other one rather than nothing."""
    return in_language(getattr(row, f"{field}_zh"), getattr(row, f"{field}_en"))
