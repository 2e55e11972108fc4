"""``{% deadlines_of right as lines %}``: its deadlines that are still to be met, and the last that were;
``{% deadline_badge standing %}``: in a word and a colour.
"""

from django.template import Library
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from services.boards.ip.models import Deadline, Right

register = Library()

SHOWN = 60
WORDS = {
    "done": ("done", pgettext_lazy("a deadline", "Done")),
    "lost": ("trouble", _("Missed")),
    "grace": ("asking", _("In grace")),
    "open": ("moving", pgettext_lazy("a deadline", "Open")),
    "coming": ("waiting", _("Not yet due")),
}


@register.simple_tag
def deadlines_of(right: Right) -> list[tuple[Deadline, str]]:
    """One statement; each with its standing today."""
    today = timezone.localdate()
    rows = Deadline.objects.filter(right=right).select_related("rule").order_by("due_on", "pk")[:SHOWN]
    return [(row, row.standing(today)) for row in rows]


@register.simple_tag
def deadline_badge(standing: str) -> SafeString:
    family, word = WORDS[standing]
    return format_html('<span class="state {}">{}</span>', family, word)
