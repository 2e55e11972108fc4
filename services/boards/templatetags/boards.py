"""``{% board_panels case needs %}``: what the boards of these needs show on the page of a case."""

from collections.abc import Sequence
from typing import Any

from django.template import Context, Library, engines
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from services.boards.board import of_needs
from services.cases.models import Case, Need, Referral

register = Library()


@register.simple_tag(takes_context=True)
def board_work(context: Context, referral: Referral) -> tuple[str, str] | None:
    """``{% board_work referral as work %}``: what its institution works on at the board, by label and address."""
    if not referral.is_taken:
        return None
    found = of_needs([referral.need])
    return found[0][0].work(referral, context["request"].user) if found else None


@register.simple_tag(takes_context=True)
def board_panels(context: Context, case: Case, needs: Sequence[Need]) -> SafeString:
    """Each drawn as an included template is: what the page knows of reader and request is not gathered again."""
    user, templates = context["request"].user, engines["django"].engine  # type: ignore[attr-defined]
    panels = []
    for app, mine in of_needs(needs):
        shown: dict[str, Any] | None = app.panel(case, mine, user)
        if shown is not None:
            around = {"app": app, "board": mine[0].board, "case": case, "needs": mine, "user": user, **shown}
            with context.push(**around):
                panels.append(templates.get_template(app.panel_template).render(context))
    return format_html_join("", "{}", ((panel,) for panel in panels))
