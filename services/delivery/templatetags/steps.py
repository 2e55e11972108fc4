"""What the enterprise may do with a referral, drawn where the case shows it: ``{% referral_steps referral %}``."""

from typing import Any

from django.template import Context, Library

from services.cases.models import Referral
from services.cases.states import ReferralState as R
from services.delivery.views import ENTERPRISE_STEPS, LABELS

register = Library()

LOOKS = {"agree": "btn-primary", "confirm": "btn-primary", "ask-change": "btn-outline-primary"}
ENDING = "btn-outline-danger"
POSSIBLE = {
    R.ACCEPTED: ("cancel",),
    R.QUOTED: ("agree", "ask-change", "cancel"),
    R.IN_PROGRESS: ("cancel",),
    R.DELIVERED: ("confirm", "dispute"),
    R.DISPUTED: ("confirm",),
}


@register.inclusion_tag("delivery/_enterprise_steps.html", takes_context=True)
def referral_steps(context: Context, referral: Referral) -> dict[str, Any]:
    """The forms of the steps; the first is one click, those that need a reason open below it."""
    steps = []
    for name in POSSIBLE.get(R(referral.state), ()):
        form = ENTERPRISE_STEPS[name].form(initial={"version": referral.version}, auto_id=f"{name}_{referral.pk}_%s")
        look, reason = LOOKS.get(name, ENDING), form.fields["note"].required
        steps.append({"name": name, "label": LABELS[name], "look": look, "form": form, "reason": reason})
    return {"referral": referral, "steps": steps, "request": context["request"], "csrf_token": context["csrf_token"]}
