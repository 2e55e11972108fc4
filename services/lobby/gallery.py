"""Sample data for the page that shows every component; nothing here is read from the database."""

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.templatetags.look import BOARD_ICONS, FAMILIES


class SampleForm(forms.Form):
    """One field of each kind; sent empty on purpose, so that errors show."""

    need = forms.CharField(
        label=gettext_lazy("What do you need?"),
        help_text=gettext_lazy("In your own words."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    product = forms.CharField(label=gettext_lazy("Product or industry"), required=False)
    wanted_on = forms.DateField(
        label=gettext_lazy("By when"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), choices=[("normal", gettext_lazy("Normal")), ("urgent", gettext_lazy("Urgent"))]
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Place of service"),
        choices=[("in", gettext_lazy("Sent in")), ("site", gettext_lazy("On site"))],
        widget=forms.RadioSelect,
    )
    papers = forms.FileField(label=gettext_lazy("Attachments"), required=False)
    agreed = forms.BooleanField(label=gettext_lazy("I have read the privacy notice"))


def context() -> dict[str, Any]:
    now = timezone.now()
    return {
        "form": SampleForm({"urgency": "normal"}),
        "families": {noun: list(states.items()) for noun, states in FAMILIES.items()},
        "tones": ["quiet", "waiting", "asking", "moving", "done", "trouble", "ended"],
        "board_slugs": list(BOARD_ICONS),
        "trail": [(_("Service catalogue"), reverse("lobby:catalogue")), (_("Gallery"), "")],
        "views": [
            {"name": _("Mine"), "url": "?", "active": True, "count": 4},
            {"name": _("Due today"), "url": "?", "active": False, "count": 12},
        ],
        "steps": [
            {"name": _("Received"), "state": "past"},
            {"name": _("Triage"), "state": "past"},
            {"name": _("Institution at work"), "state": "now"},
            {"name": _("Result"), "state": "ahead"},
            {"name": _("Follow-up"), "state": "ahead"},
        ],
        "events": [
            {"at": now, "who": _("Institution"), "what": _("Report uploaded"), "tone": "done", "note": "GB/T 26730"},
            {"at": now - timedelta(hours=3), "who": _("Service specialist"), "what": _("Offered"), "inside": True},
            {"at": now - timedelta(days=1), "who": _("Enterprise"), "what": _("Submitted"), "tone": "waiting"},
        ],
        "files": [{"name": "report.pdf", "size": 482000, "url": "#"}],
        "factors": [
            {"name": _("Rating"), "percent": 92, "worth": "0.28", "why": _("4.6 of 5 from 12 answers")},
            {"name": _("Load"), "percent": 40, "worth": "0.10", "why": _("3 of 5 referrals this week")},
        ],
        "facts": [(_("Region"), "四川省成都市"), (_("Size class"), _("Small")), (_("Product or industry"), "卫浴")],
        "entries": [{"name": _("Return"), "url": "#", "icon": "reply"}],
        "now": now,
        "older": "1",
    }
